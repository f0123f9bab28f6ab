"""Stacks of domain teams: data products and pipelines."""
