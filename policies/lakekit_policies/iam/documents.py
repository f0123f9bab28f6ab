"""Find policy documents by their content, and the role that each plays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.shared.json_text import read_json_text


class PolicyRole(StrEnum):
    """What a policy document controls."""

    TRUST = "trust policy"
    RESOURCE = "resource policy"
    IDENTITY = "identity policy"
    ENDPOINT = "endpoint policy"
    LIMIT = "limit"
    """A policy of an organization, which restricts and never grants."""


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """One policy document of a resource."""

    attribute: str
    """Path of the attribute: ``policy``, ``inline_policy.policy``."""
    role: PolicyRole
    document: Mapping[str, Any]


# Also as the APIs spell them: AssumeRolePolicyDocument in the input of a schedule.
_TRUST_ATTRIBUTES: Final = ("assumerolepolicy", "assumerolepolicydocument", "trustpolicy")
_ENDPOINT_TYPES: Final = ("aws_vpc_endpoint", "aws_vpc_endpoint_policy")
_LIMIT_TYPES: Final = ("aws_organizations_policy",)
_DEPTH: Final = 24
"""Levels of objects, lists and JSON texts: a state machine nests states in branches, and documents in parameters."""


def policies_of(kind: str, values: Mapping[str, Any]) -> Iterator[FoundPolicy]:
    """Every policy document in the attributes of a resource, whatever their names.

    JSON texts inside of JSON texts are read too: the input of a schedule, the definition of a state machine.

    Args:
        kind: resource type.
        values: its attributes, with documents as JSON text, as ``jsonencode`` or parsed.
    """
    for name, value in values.items():
        yield from _found(kind, str(name), value, 0)


def _found(kind: str, path: str, value: Any, depth: int) -> Iterator[FoundPolicy]:
    if isinstance(value, str):
        document = _parsed(value)
        if document is not None and depth < _DEPTH:
            yield from _found(kind, path, document, depth + 1)
    elif isinstance(value, list):
        for item in value if depth < _DEPTH else ():
            yield from _found(kind, path, item, depth + 1)
    elif isinstance(value, Mapping):
        if _is_policy(value):
            yield FoundPolicy(path, _role(kind, path, value), value)
        elif depth < _DEPTH:
            for name, item in value.items():
                yield from _found(kind, f"{path}.{name}", item, depth + 1)


@lru_cache(maxsize=8192)
def _parsed(text: str) -> Mapping[str, Any] | list[Any] | None:
    """The object or list of a JSON text that can contain a policy; `\\u` can spell `Statement`."""
    if "tatement" not in text and "\\u" not in text:
        return None
    try:
        document = read_json_text(text, strict=True) if text.lstrip().startswith("[") else policy_documents.parse(text)
    except (ValueError, IndexError):
        return None
    return document if isinstance(document, Mapping | list) else None


def _is_policy(value: Mapping[str, Any]) -> bool:
    statements = value.get("Statement")
    items = statements if isinstance(statements, list) else [statements]
    return any(isinstance(item, Mapping) and "Effect" in item for item in items)


def _role(kind: str, path: str, document: Mapping[str, Any]) -> PolicyRole:
    attribute = path.rpartition(".")[2].replace("_", "").lower()
    if attribute in _TRUST_ATTRIBUTES:
        return PolicyRole.TRUST
    if kind in _ENDPOINT_TYPES:
        return PolicyRole.ENDPOINT
    if kind in _LIMIT_TYPES:
        return PolicyRole.LIMIT
    statements = policy_documents.statements(document)
    if any("Principal" in one or "NotPrincipal" in one for one in statements):
        return PolicyRole.RESOURCE
    return PolicyRole.IDENTITY
