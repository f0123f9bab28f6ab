"""Locks of runs: one run at a time writes an output folder, one at a time plans or applies a stack."""

from lakekit_policies.run_lock.lock import RunLock, RunLockedError
from lakekit_policies.run_lock.locks import output_lock, stack_lock

__all__ = ["RunLock", "RunLockedError", "output_lock", "stack_lock"]
