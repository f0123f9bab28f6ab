"""Providers, state and lifecycle: what stands around the resources."""
