"""Snapshot of the local cloud: the state of all services as JSON, which executes nothing when it is loaded."""
