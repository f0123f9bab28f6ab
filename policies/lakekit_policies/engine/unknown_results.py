"""What a check's result says when it has read unknown values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from checkov.common.models.enums import CheckResult

from lakekit_policies.engine import possible_values, unknown_tracking
from lakekit_policies.engine.assumptions import SCALARS, Assumed
from lakekit_policies.shared.interpolations import UNKNOWN_NAME, is_quoted

_AT_PLAN: Final = re.compile(
    r"(?<!\$)\$\{(?![A-Za-z0-9-]+:[^\s}]+\}|one of |[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+(?:\[[^\]]*\]|\.[\w*-]+)*\})"
)
"""An expression that is neither a reference to a resource nor a policy variable: only the plan shows its value."""


_UNSET: Final = "{} is not set, unless by a dynamic block that is known only after apply (`--stack` shows it)"
_QUALIFIED: Final = "{}, unless a dynamic block {} is known only after apply (`--stack` shows it)"


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
        known = tuple(one for one in details if not is_quoted(one))
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

    They remain with every value in place of unknown ones, or were found before one was read. A check without details is
    undetermined if it compares the value at one path and that is unknown, or if it passes with some value in place of
    unknown ones.
    """
    if getattr(check, "evaluates_unknown", False):
        return CheckResult.FAILED, details
    if details:
        independent = set(getattr(check, "independent_details", ()))
        left = {one for one in details if one not in independent and not _is_at_plan(one)}
        for assumed in _values(check):
            if left and isinstance(_assuming(assumed, tracker, rerun), CheckResult):
                left &= set(map(str, check.details or ()))
        known = tuple(one for one in details if one in left or (one in independent and not _is_at_plan(one)))
        return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
    if hasattr(check, "get_inspected_key"):
        steps = [one for one in str(check.get_inspected_key()).split("/") if not one.startswith("[")]
        if any(isinstance(one, str) and _AT_PLAN.search(one) for one in _at(configuration, steps)):
            return CheckResult.UNKNOWN, ()
    for assumed in _values(check):
        if _assuming(assumed, tracker, rerun) in (CheckResult.PASSED, CheckResult.UNKNOWN):
            return CheckResult.UNKNOWN, ()
    return CheckResult.FAILED, ()


def _is_at_plan(message: str) -> bool:
    """Whether a message quotes an expression that only the plan shows."""
    return _AT_PLAN.search(message) is not None or UNKNOWN_NAME in message


def _values(check: Any) -> list[Assumed | str]:
    """What an unknown value can be that is neither a block nor a list nor a document."""
    return [*SCALARS, *possible_values.texts(check)]


def _assuming(assumed: Assumed | str, tracker: unknown_tracking.UnknownTracker, rerun: Callable[[], object]) -> object:
    tracker.assumed = assumed
    try:
        return rerun()
    finally:
        tracker.assumed = None


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

    A problem must remain if these are true, false, or any text that the check compares with. Where whole blocks, lists
    or documents are unknown, it must also remain without them, and must not remain without the attributes that contain
    them: then it is the lack of something that they can be. With an unknown block inside of a block, the lack of it is
    not distinguished from other problems of the block. A problem that was found before an unknown value was read is
    certain.
    """
    independent = set(getattr(check, "independent_details", ()))
    if tracker.read_inner_block:
        known = tuple(one for one in details if one in independent)
        return (CheckResult.FAILED, known) if known else (CheckResult.UNKNOWN, ())
    views = _values(check)
    if tracker.read_structure:
        views = [one for one in Assumed if one not in SCALARS] + views
    left = {one for one in details if one not in independent}
    if tracker.read_structure and not details:
        views = [one for one in views if one is not Assumed.ABSENT]
        if _assuming(Assumed.ABSENT, tracker, rerun) is not CheckResult.PASSED:
            return CheckResult.UNKNOWN, ()
    for assumed in views:
        if details and not left:
            break
        result = _assuming(assumed, tracker, rerun)
        if not isinstance(result, CheckResult):
            continue  # the rule cannot evaluate such a value
        # A check that does not concern a resource finds no problem.
        if not details and result is not CheckResult.FAILED:
            return CheckResult.UNKNOWN, ()
        found = set(map(str, check.details or ()))
        left = left - found if assumed is Assumed.ABSENT else left & found
    known = tuple(one for one in details if one in independent or one in left)
    return (CheckResult.FAILED, known) if known or not details else (CheckResult.UNKNOWN, ())


def unset_blocks(
    check: Any, details: tuple[str, ...], tracker: unknown_tracking.UnknownTracker
) -> dict[str, tuple[str, ...]]:
    """The blocks that are not set, or dynamic, and were read before each problem; by "" for a check without details."""
    if not details:
        return {"": tracker.read_unset}
    read: Mapping[str, tuple[str, ...]] = getattr(check, "unset_blocks", {})
    return {one: read.get(one, ()) for one in details}


def qualified(details: tuple[str, ...], unset: Mapping[str, tuple[str, ...]], address: str) -> tuple[str, ...]:
    """The problems, with the blocks that they depend on (see ``unset_blocks``); the resource's own without address."""
    named = {one: [block.removeprefix(f"{address}.") for block in blocks] for one, blocks in unset.items()}
    if not details:
        return tuple(_UNSET.format(block) for block in named.get("", ()))
    return tuple(_QUALIFIED.format(one, ", ".join(named[one])) if named.get(one) else one for one in details)
