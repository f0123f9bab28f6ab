"""Kafka brokers for MSK clusters: certificates, configuration, processes, and authentication by IAM."""
