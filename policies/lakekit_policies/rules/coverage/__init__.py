"""Rules about what the other rules evaluate."""
