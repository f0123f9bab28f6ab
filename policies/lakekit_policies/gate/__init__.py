"""Start the rule engine and evaluate stacks and plans."""
