"""Environment variables of `lakekit deploy --changed` for `lakekit-terraform`."""

CHANGED_ONLY_VARIABLE = "LAKEKIT_CHANGED_ONLY"
"""Set to 1, `lakekit-terraform apply` skips a stack that is unchanged."""
SKIPPED_VARIABLE = "LAKEKIT_SKIPPED_STACKS"
"""Stacks that `lakekit deploy --changed` skips, separated by commas."""
