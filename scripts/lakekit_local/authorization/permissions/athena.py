"""Athena: operations on queries and saved queries name ids; permission is on the workgroup that these belong to.

Results are streamed from S3 with the permissions of the caller
(https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from moto.athena.models import athena_backends

from lakekit_local.authorization.permissions import s3
from lakekit_local.authorization.permissions.model import Permission, arn_of
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

_STREAMING: Final = ("GetQueryResults", "GetQueryResultsStream")
_UNKNOWN: Final = "*"
"""Workgroup of an id that does not exist: only a policy for all workgroups allows the operation."""


def permissions(call: Call) -> list[Permission] | None:
    """The permissions of an operation that names queries by id, or lists those of a workgroup; None for others."""
    action = find_action("athena", call.operation)
    if action is None:
        return None
    groups = _workgroups(call)
    if groups is None:
        return None
    found = [Permission(action.name, arn_of(call, f"workgroup/{name}")) for name in groups]
    return [*found, *(_reading(call) if call.operation in _STREAMING else ())]


def _workgroups(call: Call) -> list[str] | None:
    """The workgroups of the ids in a request, or the one that it lists; None if it has neither."""
    if call.operation.startswith("List") and call.operation.endswith(("Executions", "Queries", "Statements")):
        # https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html ("WorkGroup")
        return [str(call.get("WorkGroup") or "primary")]
    queries = call.get("QueryExecutionIds") or call.get("QueryExecutionId")
    if queries:
        return _distinct(_execution(call, one).get("WorkGroup") for one in _listed(queries))
    saved = call.get("NamedQueryIds") or call.get("NamedQueryId")
    if saved:
        known: Any = athena_backends[call.account][call.region].named_queries
        return _distinct(known[one].workgroup.name if one in known else None for one in _listed(saved))
    return None


def _execution(call: Call, query: str) -> dict[str, Any]:
    known = call.store.data.get((call.account, call.region, "athena", "execution"), {})
    return dict(known.get(query, {}))


def _reading(call: Call) -> list[Permission]:
    """The permissions to read the object with the results of a query that has succeeded."""
    query = _execution(call, str(call.get("QueryExecutionId")))
    if not query or query["Status"]["State"] != "SUCCEEDED":
        return []
    bucket, _, key = query["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    asked = replace(call, service="s3", operation="GetObject", headers={}, query="")
    asked.params = {"Bucket": bucket, "Key": key}
    return s3.permissions(asked)


def _listed(given: Any) -> list[str]:
    return [str(one) for one in (given if isinstance(given, list) else [given])]


def _distinct(names: Any) -> list[str]:
    return list(dict.fromkeys(name or _UNKNOWN for name in names))
