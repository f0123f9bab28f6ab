"""A permission, and parameters of requests by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_local.requests.registry import Call

_ARN: Final = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:.+", re.DOTALL)
_DEPTH: Final = 6


class UnknownPermissionError(Exception):
    """It is not known which permission an operation needs."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One action on one resource that the caller has to be allowed."""

    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys, in lower case, that only this action has."""
    account: str = ""
    """Account of the resource; empty for that of the ARN, or of the caller."""
    of_item: bool = False
    """Whether it concerns one item of a request only: the handler checks it, and refuses the item."""


def arn_of(call: Call, resource: str, *, service: str = "", region: str | None = None, account: str = "") -> str:
    """The ARN of a resource in the caller's account."""
    made_region = call.region if region is None else region
    return f"arn:{call.partition}:{service or call.service}:{made_region}:{account or call.account}:{resource}"


def texts(value: Any, depth: int = 0) -> Iterator[str]:
    """All texts in the parameters of a request, but for documents."""
    if isinstance(value, str):
        yield value
    elif depth < _DEPTH:
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for item in items:
            yield from texts(item, depth + 1)


def arns(params: Mapping[str, Any]) -> list[str]:
    """All ARNs in the parameters of a request."""
    return [text for text in dict.fromkeys(texts(params)) if len(text) < 2048 and _ARN.fullmatch(text)]


def named(params: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """All parameters by name in lower case, outer ones first, each with its depth."""
    level: list[Mapping[str, Any]] = [params]
    for depth in range(_DEPTH):
        following: list[Mapping[str, Any]] = []
        for item in level:
            for name, value in item.items():
                yield str(name).lower(), value, depth
                values = value if isinstance(value, list) else [value]
                following += [one for one in values if isinstance(one, Mapping)]
        level = following


def listed(value: Any) -> list[str]:
    """A text or a list of texts as a list."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
