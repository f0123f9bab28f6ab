"""Where the stacks put things, as names that the account shows: no quotes, dots between."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.access_matrix.stacks import Resource

_SHARED: Final = re.compile(r"CREATE ICEBERG TABLE IF NOT EXISTS (\S+) ")


def unquoted(name: str) -> str:
    """A name without its quotes; ours mean the same either way."""
    return name.replace('"', "")


def qualified_name(body: Mapping[str, Any]) -> str:
    """The fully qualified name of what stands in a schema."""
    return f"{body['database']}.{body['schema']}.{body['name']}"


def table_names(found: Sequence[Resource]) -> list[str]:
    """Every table that the stacks make, fully qualified, sorted: landing tables and those shared from the lake."""
    names = set()
    for one in found:
        if one.kind == "snowflake_table":
            names.add(qualified_name(one.body))
        if one.kind == "snowflake_execute" and (match := _SHARED.match(one.body["execute"])):
            names.add(unquoted(match[1]))
    return sorted(names)
