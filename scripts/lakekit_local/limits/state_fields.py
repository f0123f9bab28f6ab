"""Fields of the Amazon States Language by type of state and query language.

Source: Amazon States Language specification, "Table of State Types and Fields", and the section of each type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MACHINE: Final = frozenset({"Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"})
WAITS: Final = frozenset({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"})
CHOICE_RULE: Final = {
    "JSONPath": frozenset({"Variable", "And", "Or", "Not"}),
    "JSONata": frozenset({"Condition"}),
}
"""Fields of which the rule of a choice has one."""

_COMMON: Final = frozenset({"Type", "Comment", "QueryLanguage"})
_JSONPATH_ONLY: Final = frozenset({"InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath"})
_JSONATA_ONLY: Final = frozenset({"Arguments", "Output", "Items"})


@dataclass(frozen=True)
class StateType:
    """A type of state.

    Attributes:
        own: its fields, in addition to those of every state.
        required: those that it must have.
        moves: whether it has `Next` or `End`.
    """

    own: frozenset[str]
    required: tuple[str, ...] = ()
    moves: bool = True


def _fields(names: str) -> frozenset[str]:
    return frozenset(names.split())


_PATHS: Final = "InputPath OutputPath Output"
_WORK: Final = f"{_PATHS} Assign Next End Parameters ResultSelector ResultPath Retry Catch"

TYPES: Final = {
    "Task": StateType(
        _fields(
            f"{_WORK} Arguments Resource Credentials TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds "
            "HeartbeatSecondsPath"
        ),
        ("Resource",),
    ),
    "Parallel": StateType(_fields(f"{_WORK} Arguments Branches"), ("Branches",)),
    "Map": StateType(
        _fields(
            f"{_WORK} Items ItemsPath ItemProcessor Iterator ItemReader ItemSelector ItemBatcher ResultWriter "
            "MaxConcurrency MaxConcurrencyPath ToleratedFailureCount ToleratedFailureCountPath "
            "ToleratedFailurePercentage ToleratedFailurePercentagePath Label"
        )
    ),
    "Pass": StateType(_fields(f"{_PATHS} Assign Next End Parameters ResultPath Result")),
    "Wait": StateType(_fields(f"{_PATHS} Assign Next End {' '.join(WAITS)}")),
    "Choice": StateType(_fields(f"{_PATHS} Assign Choices Default"), ("Choices",), moves=False),
    "Succeed": StateType(_fields(_PATHS), moves=False),
    "Fail": StateType(_fields("Error ErrorPath Cause CausePath"), moves=False),
}


def allowed(kind: str, language: str) -> frozenset[str]:
    """The fields that a state may have.

    Args:
        kind: its type.
        language: its query language, `JSONPath` or `JSONata`.
    """
    fields = _COMMON | TYPES[kind].own
    if language != "JSONata":
        return fields - _JSONATA_ONLY
    return frozenset(one for one in fields - _JSONPATH_ONLY if not one.endswith("Path"))
