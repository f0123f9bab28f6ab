"""Rules for Cognito."""
