"""Rules for SageMaker and Bedrock."""
