"""Rules for SSM parameters."""
