"""Rules for caches."""
