"""Rules for OpenSearch."""
