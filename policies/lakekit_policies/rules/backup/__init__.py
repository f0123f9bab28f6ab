"""Rules for AWS Backup and snapshots."""
