"""Athena: named queries can be changed and deleted."""

from __future__ import annotations

from typing import Any

from moto.athena.models import athena_backends

from lakekit_cli.local_cloud.registry import Call, Fault, handles


def _query(call: Call) -> Any:
    found = athena_backends[call.account][call.region].named_queries.get(call["NamedQueryId"])
    if found is None:
        raise Fault("InvalidRequestException", f"NamedQuery {call['NamedQueryId']} was not found")
    return found


@handles("athena", "DeleteNamedQuery")
def delete(call: Call) -> None:
    _query(call)
    del athena_backends[call.account][call.region].named_queries[call["NamedQueryId"]]


@handles("athena", "UpdateNamedQuery")
def update(call: Call) -> None:
    query = _query(call)
    query.name = call["Name"]
    query.description = call.get("Description", "")
    query.query_string = call["QueryString"]
