"""What the gate names, misses and reports wrongly: hostile cases, weakenings and plans of public modules."""
