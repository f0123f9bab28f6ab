"""Rules for CloudWatch log groups and alarms."""
