"""Rules for SNS topics and SQS queues."""
