"""App, stacks, tags, and what every construct shares."""
