"""Evaluation of bucket policies and conditions."""
