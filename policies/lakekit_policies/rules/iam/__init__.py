"""Identities and resource policies."""
