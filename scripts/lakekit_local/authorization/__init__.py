"""Evaluate bucket policies and their conditions."""
