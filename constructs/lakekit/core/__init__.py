"""App, stacks, tags, dependencies and other functions that all constructs share."""
