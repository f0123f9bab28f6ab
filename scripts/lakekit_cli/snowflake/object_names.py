"""Object names of the stacks in the form that the account shows: dotted, without quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.access_matrix.stacks import Resource

_SHARED: Final = re.compile(r"CREATE ICEBERG TABLE IF NOT EXISTS (\S+) ")


def unquoted(name: str) -> str:
    """Return a name without quotes; Lakekit's names mean the same with and without."""
    return name.replace('"', "")


def qualified_name(body: Mapping[str, Any]) -> str:
    """Return the fully qualified name of a schema object."""
    return f"{body['database']}.{body['schema']}.{body['name']}"


def table_names(found: Sequence[Resource]) -> list[str]:
    """Return the sorted qualified names of all tables of the stacks: landing tables and shared Iceberg tables."""
    names = set()
    for resource in found:
        if resource.kind == "snowflake_table":
            names.add(qualified_name(resource.body))
        if resource.kind == "snowflake_execute" and (match := _SHARED.match(resource.body["execute"])):
            names.add(unquoted(match[1]))
    return sorted(names)
