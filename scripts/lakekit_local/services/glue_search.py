"""Glue: SearchTables, over the tables that the caller may see.

Source: AWS Glue API reference, "SearchTables": "The SearchTables response returns only the tables that you have access
to"; text in quotes is an exact match; filters on strings are split into tokens, of which each has to match.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, Final

from moto.glue.models import glue_backends

from lakekit_local.requests.registry import Call, ServiceError, handles
from lakekit_local.services.glue_catalog_answers import keep_visible_tables
from lakekit_local.services.glue_tables import state_registration

_PAGE: Final = 100
_TOKENS: Final = re.compile(r"[^A-Za-z0-9]+")
_TIMES: Final = ("CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime")
Table = dict[str, Any]


@handles("glue", "SearchTables")
def search_tables(call: Call) -> dict[str, Any]:
    """The tables that match, one page of them.

    Raises:
        ServiceError: a filter on a time, which is not emulated, or a token that is not valid.
    """
    found = [
        table
        for table in keep_visible_tables(call, _tables(call))
        if _has_text(table, str(call.get("SearchText") or "")) and all(_passes(table, one) for one in _filters(call))
    ]
    for criterion in reversed(call.get("SortCriteria", [])):
        field = str(criterion.get("FieldName", ""))
        found.sort(key=lambda table: str(table.get(field, "")), reverse=criterion.get("Sort") == "DESC")
    first, size = str(call.get("NextToken") or "0"), int(call.get("MaxResults", _PAGE))
    if not first.isdecimal():
        raise ServiceError("InvalidInputException", "NextToken is not valid.")
    start, end = int(first), int(first) + size
    page = found[start:end]
    for table in page:
        state_registration(call, table)
    return {"TableList": page, **({"NextToken": str(end)} if end < len(found) else {})}


def _tables(call: Call) -> list[Table]:
    databases = glue_backends[call.account][call.region].databases
    return [
        # The columns that the caller may not see are removed from it.
        deepcopy(table.as_dict())
        for _, database in sorted(databases.items())
        for _, table in sorted(database.tables.items())
    ]


def _has_text(table: Table, text: str) -> bool:
    """Whether a text is in the name, the description, a column or a parameter of a table."""
    values = _values(table)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].lower() in values
    return all(any(word in value for value in values) for word in text.lower().split())


def _values(table: Table) -> list[str]:
    columns = [*(table.get("StorageDescriptor") or {}).get("Columns", ()), *(table.get("PartitionKeys") or ())]
    named = [table["Name"], table["DatabaseName"], table.get("Description"), table.get("Owner")]
    of_columns = [value for one in columns for value in (one["Name"], one.get("Comment"))]
    of_parameters = [value for pair in (table.get("Parameters") or {}).items() for value in pair]
    return [str(value).lower() for value in (*named, *of_columns, *of_parameters) if value]


def _filters(call: Call) -> list[dict[str, str]]:
    filters: list[dict[str, str]] = call.get("Filters", [])
    for one in filters:
        if one.get("Key") in _TIMES:
            text = f"The local cloud does not evaluate filters of SearchTables on {one['Key']}."
            raise ServiceError("InvalidInputException", text)
    return filters


def _passes(table: Table, predicate: dict[str, str]) -> bool:
    """Whether every token of a predicate's value is one of the field's, or of a parameter's of that name."""
    key, wanted = predicate.get("Key", ""), _tokens(predicate.get("Value", ""))
    held = table.get(key)
    if not isinstance(held, str):
        held = (table.get("Parameters") or {}).get(key, "")
    return wanted <= _tokens(str(held))


def _tokens(text: str) -> set[str]:
    return {one for one in _TOKENS.split(text.lower()) if one}
