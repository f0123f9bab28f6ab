"""Rules for settings of the whole account."""
