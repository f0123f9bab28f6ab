"""Parsing and routing of AWS requests."""
