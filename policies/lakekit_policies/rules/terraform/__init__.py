"""Rules for providers, state backend and lifecycle settings."""
