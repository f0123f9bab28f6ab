"""Kafka, its clients and deliveries."""
