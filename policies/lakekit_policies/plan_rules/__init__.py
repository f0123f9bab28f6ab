"""Rules over what a plan changes: they need before and after, which only ``resource_changes`` holds."""
