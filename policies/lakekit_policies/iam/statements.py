"""Statements of policy documents as one typed model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.iam import policy_documents

_EFFECTS: Final = ("Allow", "Deny")
_KINDS: Final = {kind.lower(): kind for kind in ("AWS", "Service", "Federated", "CanonicalUser")}


class MalformedPolicyError(ValueError):
    """A policy document that AWS would reject, or that cannot be read."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One principal: ``AWS``, ``Service``, ``Federated``, ``CanonicalUser``, or ``*`` for everyone."""

    kind: str
    name: str

    @property
    def is_everyone(self) -> bool:
        """``*`` and ``{"AWS": "*"}`` mean the same, anonymous users included."""
        return self.name == "*" and self.kind in ("*", "AWS")


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key; the condition holds if one of the values matches."""

    operator: str
    """As written: ``ForAllValues:StringLikeIfExists``."""
    key: str
    """Lower case."""
    values: tuple[str, ...]
    written: str = field(default="", compare=False)
    """The key as written, for messages."""

    def __str__(self) -> str:
        return f"{self.operator} {self.key} {', '.join(self.values)}"

    @property
    def shown(self) -> str:
        """The condition with its key as written; comparisons use the text, in which the key is in lower case."""
        return f"{self.operator} {self.written or self.key} {', '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; ``None`` for elements that it does not have."""

    effect: str
    sid: str
    principals: tuple[Principal, ...] | None
    not_principals: tuple[Principal, ...] | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]

    @property
    def allows(self) -> bool:
        return self.effect == "Allow"

    @property
    def name(self) -> str:
        """Name in messages."""
        return f"statement {self.sid}" if self.sid else "a statement without Sid"


def statements_of(document: Any) -> tuple[Statement, ...]:
    """The statements of a parsed document.

    Raises:
        MalformedPolicyError: an element does not have the form that AWS requires.
    """
    if not isinstance(document, Mapping):
        raise MalformedPolicyError(f"expected an object with Statement, got {type(document).__name__}")
    found = document.get("Statement")
    if found is None:
        raise MalformedPolicyError("the document has no Statement")
    return tuple(map(_statement, found if isinstance(found, list | tuple) else [found]))


def _statement(given: Any) -> Statement:
    if not isinstance(given, Mapping):
        raise MalformedPolicyError(f"a statement is not an object: {given!r:.80}")
    elements = {policy_documents.element(name): value for name, value in given.items()}
    if "NotPrincipal" in elements and elements.get("Principal") == {}:
        del elements["Principal"]  # added by policy_documents.normalize
    effect = elements.get("Effect")
    if effect not in _EFFECTS:
        raise MalformedPolicyError(f"Effect is {effect!r}; Allow and Deny are allowed")
    for name in ("Principal", "Action", "Resource"):
        if name in elements and f"Not{name}" in elements:
            raise MalformedPolicyError(f"a statement has {name} and Not{name}")
    if "Action" not in elements and "NotAction" not in elements:
        raise MalformedPolicyError("a statement has neither Action nor NotAction")
    return Statement(
        effect=str(effect),
        sid=str(elements.get("Sid") or ""),
        principals=_principals(elements, "Principal"),
        not_principals=_principals(elements, "NotPrincipal"),
        actions=_texts(elements, "Action"),
        not_actions=_texts(elements, "NotAction"),
        resources=_texts(elements, "Resource"),
        not_resources=_texts(elements, "NotResource"),
        conditions=tuple(_conditions(elements.get("Condition"))),
    )


def _texts(elements: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    if name not in elements:
        return None
    value = elements[name]
    items = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, str) for item in items):
        raise MalformedPolicyError(f"{name} is {value!r:.80}; a string or a list of strings is allowed")
    return tuple(items)


def _principals(elements: Mapping[str, Any], name: str) -> tuple[Principal, ...] | None:
    if name not in elements:
        return None
    value = elements[name]
    if isinstance(value, str):
        return (Principal("*" if value == "*" else "AWS", value),)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(Principal("AWS", item) for item in value)
    if not isinstance(value, Mapping):
        raise MalformedPolicyError(f"{name} is {value!r:.80}; * or an object is allowed")
    return tuple(
        Principal(_KINDS.get(str(kind).lower(), str(kind)), str(item))
        for kind, names in value.items()
        for item in (names if isinstance(names, list | tuple) else [names])
    )


def _conditions(value: Any) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise MalformedPolicyError(f"Condition is {value!r:.80}; an object is allowed")
    for operator, keys in value.items():
        if not isinstance(keys, Mapping):
            raise MalformedPolicyError(f"the condition {operator} is {keys!r:.80}; an object of keys is allowed")
        for key, values in keys.items():
            items = values if isinstance(values, list | tuple) else [values]
            yield Condition(str(operator), str(key).lower(), tuple(map(_text, items)), str(key))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
