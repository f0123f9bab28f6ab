"""Validate requests against the service models of botocore, before they are authorized and dispatched."""
