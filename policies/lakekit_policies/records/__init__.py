"""Lasting records of plans and acknowledgements."""
