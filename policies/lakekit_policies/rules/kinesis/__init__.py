"""Rules for Kinesis Data Streams."""
