"""Rules for changes in a plan, which compare the values before and after."""
