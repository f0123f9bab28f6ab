"""Rules for IAM roles, identity policies and resource policies."""
