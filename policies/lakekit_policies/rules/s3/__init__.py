"""Buckets and everything that hangs on them."""
