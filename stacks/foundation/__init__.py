"""Stacks of the platform team, shared by all domains."""
