"""What rules read in place of unknown values, and what of a value is unknown."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, Final

from lakekit_policies.engine.possible_values import AnyText
from lakekit_policies.engine.tracked_parts import EXPRESSION, is_unknown_text
from lakekit_policies.terraform import schema
from lakekit_policies.terraform.unknown_values import DOCUMENT_ATTRIBUTES

_REFERENCE: Final = re.compile(
    r"(?:\$\{)?/?(?:module\.[^.\s\[]+(?:\[[^\]]*\])?\.)*(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:[.\[].*)?",
    re.DOTALL,
)
"""Text in place of a value that refers to a resource."""
_OUTSIDE: Final = ("data.external.", "data.http.")
"""Beginnings of references to results that are anything."""
_RESOURCE_TYPE: Final = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\]$")


class Assumed(Enum):
    """What rules read for unknown values."""

    TRUE = True
    FALSE = False
    UNSET = "unset"
    """Nothing for them; the known parts of an attribute stay."""
    ABSENT = "absent"
    """Nothing for the attributes that contain them."""


SCALARS: Final = (Assumed.TRUE, Assumed.FALSE)
"""What an unknown value can be that is neither a block nor a list nor a document."""


def replaced(value: Any, assumed: bool | str, kind: str, name: str, *, is_whole: bool) -> Any:
    """A value with what is assumed in place of unknown texts and results of data sources."""
    if isinstance(value, dict):
        return {part: replaced(item, assumed, kind, part, is_whole=is_whole) for part, item in dict.items(value)}
    if isinstance(value, list):
        return [replaced(item, assumed, kind, name, is_whole=is_whole) for item in value]
    if not isinstance(value, str) or not (
        (is_whole and value.startswith("data."))
        or EXPRESSION.fullmatch(value)
        or (name not in DOCUMENT_ATTRIBUTES and value.startswith(_OUTSIDE))
    ):
        return value
    scalar = assumed.scalar if isinstance(assumed, AnyText) and schema.load().is_scalar(kind, name) else None
    return assumed if scalar is None else scalar


def has_unknown_structure(kind: str, name: str, value: Any) -> bool:
    """Whether a text stands for an unknown block, list or document."""
    if isinstance(value, str):
        found = schema.load()
        is_structure = name in DOCUMENT_ATTRIBUTES or found.is_block(kind, name) or found.is_collection(kind, name)
        return is_structure and is_unknown_text(value)
    if isinstance(value, dict):
        return any(has_unknown_structure(kind, part, item) for part, item in dict.items(value))
    return isinstance(value, list) and any(has_unknown_structure(kind, name, item) for item in value)


def has_unknown_block(kind: str, value: Any) -> bool:
    """Whether a text stands for an unknown block inside of a block."""
    if isinstance(value, dict):
        return any(
            (schema.load().is_block(kind, name) and is_unknown_text(part)) or has_unknown_block(kind, part)
            for name, part in dict.items(value)
        )
    return isinstance(value, list) and any(has_unknown_block(kind, item) for item in value)


def kind_of(address: str) -> str:
    """Type of a resource: ``aws_s3_bucket`` of ``module.lake.aws_s3_bucket.raw["a.b"]``."""
    return _RESOURCE_TYPE.sub("", address).rpartition(".")[0].rpartition(".")[2]


def known_parts(value: Any) -> Any:
    """The known parts of a value; None for a text that stands for an unknown one."""
    if isinstance(value, dict):
        return {name: part for name, item in dict.items(value) if (part := known_parts(item)) is not None}
    if isinstance(value, list):
        return [part for item in value if (part := known_parts(item)) is not None]
    is_text = isinstance(value, str) and (EXPRESSION.fullmatch(value) or _REFERENCE.fullmatch(value))
    return None if is_text else value
