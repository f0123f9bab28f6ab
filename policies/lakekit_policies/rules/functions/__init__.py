"""Rules for Lambda functions."""
