"""The gate: client, worker process, evaluation of stacks and plans."""
