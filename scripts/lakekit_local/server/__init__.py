"""The local cloud's server process."""
