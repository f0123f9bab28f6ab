"""What a check's result says when it has read unknown values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checkov.common.models.enums import CheckResult

from lakekit_policies.engine import unknown_tracking


def depends_on_unknown(
    check: Any, result: CheckResult, tracker: unknown_tracking.UnknownTracker, *, final: bool
) -> bool:
    """Whether the result depends on an unknown value."""
    if getattr(check, "evaluates_unknown", False):
        return False
    if result is CheckResult.FAILED:
        return tracker.read_fully_unknown and not final
    return bool(tracker.read_unknown)


def known_problems(
    check: Any, result: CheckResult, details: tuple[str, ...], tracker: unknown_tracking.UnknownTracker, address: str
) -> tuple[CheckResult, tuple[str, ...]]:
    """The problems that do not describe an expression; a result without any other is undetermined.

    So is the result of a rule that has read nothing in place of an unknown value, such as a dynamic block.
    """
    if getattr(check, "evaluates_unknown", False):
        return result, details
    if tracker.read_absent:
        return CheckResult.UNKNOWN, ()
    if details:
        known = tuple(detail for detail in details if "${" not in detail)
        return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
    if hasattr(check, "get_inspected_key"):
        attribute = str(check.get_inspected_key()).partition("/")[0]
        if f"{address}.{attribute}" in tracker.read_unknown:
            return CheckResult.UNKNOWN, ()
    return result, details


def certain(
    check: Any,
    details: tuple[str, ...],
    tracker: unknown_tracking.UnknownTracker,
    rerun: Callable[[], object],
) -> tuple[CheckResult, tuple[str, ...]]:
    """The problems that a resource has whatever its unknown values are: true or false."""
    for assumed in (True, False):
        tracker.assumed = assumed
        try:
            result = rerun()
        finally:
            tracker.assumed = None
        if result is CheckResult.PASSED:
            return CheckResult.UNKNOWN, ()
        if result is CheckResult.FAILED and details:
            stated = set(map(str, check.details or ()))
            details = tuple(detail for detail in details if detail in stated)
            if not details:
                return CheckResult.UNKNOWN, ()
    return CheckResult.FAILED, details
