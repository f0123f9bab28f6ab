"""What a check's result says when it has read unknown values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from checkov.common.models.enums import CheckResult

from lakekit_policies.engine import unknown_tracking

_AT_PLAN: Final = re.compile(
    r"(?<!\$)\$\{(?![A-Za-z0-9-]+:[^\s}]+\}|one of |[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+(?:\[[^\]]*\]|\.[\w*-]+)*\})"
)
"""An expression that is neither a reference to a resource nor a policy variable: only the plan shows its value."""


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


def stated_at_synth(
    check: Any,
    details: tuple[str, ...],
    tracker: unknown_tracking.UnknownTracker,
    configuration: Mapping[str, Any],
    rerun: Callable[[], object],
) -> tuple[CheckResult, tuple[str, ...]]:
    """The problems that do not describe a value which the plan will show: ``versioning is ${title("enabled")}``.

    A check without details is undetermined if it compares the value at one path and that is unknown, or if it passes
    with a boolean in place of unknown values.
    """
    if getattr(check, "evaluates_unknown", False):
        return CheckResult.FAILED, details
    if details:
        known = tuple(detail for detail in details if not _AT_PLAN.search(detail))
        return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
    if hasattr(check, "get_inspected_key"):
        steps = [one for one in str(check.get_inspected_key()).split("/") if not one.startswith("[")]
        if any(isinstance(one, str) and _AT_PLAN.search(one) for one in _at(configuration, steps)):
            return CheckResult.UNKNOWN, ()
    for assumed in unknown_tracking.SCALARS:
        tracker.assumed = assumed
        try:
            result = rerun()
        finally:
            tracker.assumed = None
        if result is CheckResult.PASSED:
            return CheckResult.UNKNOWN, ()
    return CheckResult.FAILED, ()


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    """The values at a path of blocks."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict):
        yield from _at(dict.get(value, steps[0]), steps[1:])


def certain(
    check: Any,
    details: tuple[str, ...],
    tracker: unknown_tracking.UnknownTracker,
    rerun: Callable[[], object],
) -> tuple[CheckResult, tuple[str, ...]]:
    """The problems that a resource has whatever its unknown values are.

    A problem must remain if these are true or false. Where whole blocks, lists or documents are unknown, it must also
    remain without them, and must not remain without the attributes that contain them: then it is the lack of something
    that they can be. With an unknown block inside of a block, the lack of it is not distinguished from other problems
    of the block. A problem that was found before an unknown value was read is certain.
    """
    independent = set(getattr(check, "independent_details", ()))
    if tracker.read_inner_block:
        known = tuple(one for one in details if one in independent)
        return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
    views = list(unknown_tracking.Assumed) if tracker.read_structure else unknown_tracking.SCALARS
    results = {}
    for assumed in views:
        tracker.assumed = assumed
        try:
            result = rerun()
        finally:
            tracker.assumed = None
        if result in (CheckResult.PASSED, CheckResult.FAILED):
            results[assumed] = (result, set(map(str, check.details or ())))
    default = CheckResult.UNKNOWN if tracker.read_structure else CheckResult.PASSED
    absent, lacking = results.pop(unknown_tracking.Assumed.ABSENT, (default, set[str]()))
    if not details:
        is_certain = absent is CheckResult.PASSED and all(one is CheckResult.FAILED for one, _ in results.values())
        return (CheckResult.FAILED if is_certain else CheckResult.UNKNOWN), ()
    known = tuple(
        one
        for one in details
        if one in independent or (one not in lacking and all(one in found for _, found in results.values()))
    )
    return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
