"""Rules for DynamoDB."""
