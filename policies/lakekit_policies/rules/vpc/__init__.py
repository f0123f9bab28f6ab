"""Networks, and what may pass."""
