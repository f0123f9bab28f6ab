"""Rules for MSK, MSK Connect, Firehose, Flink and schemas."""
