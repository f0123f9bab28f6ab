"""Rules for where data can go, where code comes from, and who gets access."""
