"""Rules for services that move data."""
