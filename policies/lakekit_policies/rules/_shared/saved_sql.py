"""SQL that a resource stores to run it later: named queries, schedules, pipes and state machines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.terraform.blocks import Block, as_list, nested

_TEXTS: Final = {
    "aws_athena_named_query": "query",
    "aws_athena_prepared_statement": "query_statement",
    "aws_cloudwatch_event_target": "redshift_target.sql",
    "aws_pipes_pipe": "target_parameters.redshift_data_parameters.sqls",
    "aws_redshiftdata_statement": "sql",
}
_DOCUMENTS: Final = {
    "aws_cloudwatch_event_target": ("input", ""),
    "aws_scheduler_schedule": ("target.input", "target.arn"),
    "aws_sfn_state_machine": ("definition", ""),
}
"""JSON with the input of API calls, and the argument that names the API if the document does not."""
TYPES: Final = tuple(dict.fromkeys([*_TEXTS, *_DOCUMENTS]))
# Input of athena:StartQueryExecution, redshift-data:ExecuteStatement and BatchExecuteStatement.
_ARGUMENTS: Final = {"querystring": "athena", "sql": "redshift", "sqls": "redshift"}
_FORMAT: Final = re.compile(r"\s*States\.Format\(\s*'((?:[^'\\]|\\.)*)'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SavedSql:
    """A text and the argument that holds it; the text is None if it is composed when it runs."""

    where: str
    text: str | None


def saved_sql(kind: str, block: Block) -> Iterator[SavedSql]:
    """Every SQL text that a resource stores."""
    if path := _TEXTS.get(kind):
        yield from (SavedSql(path, str(text)) for text in _values(block, path))
    if kind in _DOCUMENTS:
        path, api = _DOCUMENTS[kind]
        called = " ".join(map(str, _values(block, api))) if api else ""
        for value in _values(block, path):
            yield from _in_document(_parsed(value), called, path)


def _values(block: Block, path: str) -> list[Any]:
    *outer, last = path.split(".")
    return [one for part in (nested(block, *outer) if outer else [block]) for one in as_list(part.get(last))]


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return policy_documents.parse(value)
    except (ValueError, IndexError):
        return None


def _in_document(value: Any, called: str, path: str) -> Iterator[SavedSql]:
    if isinstance(value, list):
        for item in value:
            yield from _in_document(item, called, path)
    if not isinstance(value, Mapping):
        return
    called = value["Resource"] if isinstance(value.get("Resource"), str) else called
    for name, item in value.items():
        argument = str(name).removesuffix(".$")
        service = _ARGUMENTS.get(argument.lower())
        if service is None or service not in called.lower():
            yield from _in_document(item, called, path)
            continue
        for text in as_list(item):
            if isinstance(text, str):
                yield SavedSql(f"{path}: {argument}", _template(text) if _is_composed(str(name), text) else text)


def _is_composed(name: str, text: str) -> bool:
    return name.endswith(".$") or text.lstrip().startswith("{%")


def _template(text: str) -> str | None:
    """The text of `States.Format`, with a name in place of each argument; None for other expressions."""
    found = _FORMAT.match(text)
    return re.sub(r"\\(.)", r"\1", found[1]).replace("{}", "argument") if found else None
