"""Advanced event selectors of trails and event data stores.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform.blocks import Block, as_list, is_unknown, nested

EXCEPT: Final = ("not_equals", "not_starts_with", "not_ends_with")
ONLY: Final = ("equals", "starts_with", "ends_with")
_KINDS_OF_EVENTS: Final = ("eventCategory", "eventSource", "readOnly", "resources.type", "resources.ARN", "eventName")
"""Fields that select a kind of events or resources. Others select some of them, by who caused them or how."""

Fields = Mapping[str, list[Mapping[str, Any]]]
"""The conditions of an advanced event selector by the name of their field."""


def fields_of(selector: Block) -> Fields:
    """The conditions of a selector by field."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in nested(selector, "field_selector"):
        found.setdefault(str(one.get("field")), []).append(one)
    return found


def values(fields: Fields, name: str, operators: tuple[str, ...]) -> list[str]:
    """The values of a field with these operators."""
    return [
        str(value) for one in fields.get(name, ()) for operator in operators for value in as_list(one.get(operator))
    ]


def has_unknown_field(fields: Fields) -> bool:
    """Whether it is not known which field a condition is on, or which values it has."""
    conditions = (one for of_field in fields.values() for one in of_field)
    return any(map(is_unknown, fields)) or any(
        is_unknown(value) for one in conditions for values_ in one.values() for value in as_list(values_)
    )


def hidden_events(fields: Fields) -> Iterator[str]:
    """Principals, sessions and errors whose events a selector leaves out."""
    for name in sorted(set(fields) - set(_KINDS_OF_EVENTS)):
        if excluded := values(fields, name, EXCEPT):
            yield f"events with {name} {', '.join(excluded)} are excluded"
        if only := values(fields, name, ONLY):
            yield f"only events with {name} {', '.join(only)} are recorded"
