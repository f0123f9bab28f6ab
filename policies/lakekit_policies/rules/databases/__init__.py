"""Rules for relational and other databases."""
