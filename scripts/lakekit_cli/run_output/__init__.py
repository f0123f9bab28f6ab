"""Progress, logs and approvals of a run over several stacks."""
