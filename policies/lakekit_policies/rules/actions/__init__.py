"""Rules for what acts outside of the evaluated plan."""
