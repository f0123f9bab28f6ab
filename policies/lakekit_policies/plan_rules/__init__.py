"""Rules over the changes of a plan: they compare the values before and after."""
