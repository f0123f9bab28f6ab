"""Calls to AWS: state bucket, cluster certificates, error messages."""
