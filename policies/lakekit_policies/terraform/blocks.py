"""Convert resources from checkov's forms to plain dictionaries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from lakekit_policies.iam.policy_documents import POLICY_ATTRIBUTES, parse_or_text
from lakekit_policies.terraform.hcl_expressions import INSTANCE_KEY

Block: TypeAlias = dict[str, Any]

_BOOKKEEPING = frozenset({"start_line", "end_line", "references_"})
MODULE = re.compile(rf"^(?:module\.[^.\[]+(?:{INSTANCE_KEY})?\.)*")
# A resource type contains an underscore, a bucket name with dots does not.
# A reference to a resource of another module begins with a slash (see ``instance_references.ABSOLUTE``).
REFERENCE = re.compile(
    rf"^\s*(?:\$\{{\s*)?(?:/(?:module\.[^.\s\[]+(?:{INSTANCE_KEY})?\.)*)?"
    r"((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*)"
)

_OUTSIDE = re.compile(r"data\.(?:external|http)\.")
"""Data sources whose results are anything; references to resources have a provider's prefix in their type."""


def unwrap(conf: Mapping[str, Any]) -> Block:
    """The configuration of one resource without checkov's wrapping and bookkeeping keys."""
    return {
        key: parse_or_text(_bare(value)) if key in POLICY_ATTRIBUTES else _plain(value)
        for key, value in (dict.items(conf) if isinstance(conf, dict) else conf.items())
        if not key.startswith("__") and key not in _BOOKKEEPING
    }


def _bare(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _plain(value: Any) -> Any:
    # Called for hundreds of thousands of values: `dict` is checked in a tenth of the time of `Mapping`.
    if isinstance(value, list):
        if len(value) == 1 and not isinstance(value[0], dict):
            return _plain(value[0])
        return [_plain(item) for item in value]
    return unwrap(value) if isinstance(value, dict) else value


def as_list(value: Any) -> list[Any]:
    """The value as a list: a list itself, a single item, or empty when absent."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def nested(block: Mapping[str, Any], *path: str) -> list[Block]:
    """The nested blocks at a path: ``nested(rule, "filter", "and")``; empty when there are none."""
    found: list[Mapping[str, Any]] = [block]
    for name in path:
        found = [child for parent in found for child in as_list(parent.get(name)) if isinstance(child, dict)]
    return [part if isinstance(part, dict) else dict(part) for part in found]


def mapping(block: Mapping[str, Any], name: str) -> Block:
    """A map attribute such as ``tags``; empty when absent."""
    merged: Block = {}
    for part in nested(block, name):
        merged.update(part)
    return merged


def reference(value: Any) -> str | None:
    """The resource a value refers to (``aws_kms_key.lake``), or None when the value is a literal."""
    match = REFERENCE.match(value) if isinstance(value, str) else None
    return match.group(1) if match else None


def is_unknown(value: Any) -> bool:
    """Whether a value is an expression that only Terraform can evaluate, not a reference to one resource."""
    if not isinstance(value, str):
        return False
    return ("${" in value and reference(value) is None) or _OUTSIDE.match(value) is not None


def local_address(address: str) -> str:
    """An address as written in references of its module: without module path and instance key."""
    return MODULE.sub("", address).partition("[")[0]
