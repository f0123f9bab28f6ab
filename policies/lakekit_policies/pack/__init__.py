"""The policy pack: loading and the registry of rules."""
