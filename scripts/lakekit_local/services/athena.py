"""Athena: update workgroups, update and delete named queries."""

from __future__ import annotations

from typing import Any

from moto.athena.models import athena_backends

from lakekit_local.requests.registry import Call, ServiceError, handles


def _query(call: Call) -> Any:
    found = athena_backends[call.account][call.region].named_queries.get(call["NamedQueryId"])
    if found is None:
        raise ServiceError("InvalidRequestException", f"NamedQuery {call['NamedQueryId']} was not found")
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


@handles("athena", "UpdateWorkGroup")
def update_work_group(call: Call) -> None:
    group = athena_backends[call.account][call.region].work_groups.get(call["WorkGroup"])
    if group is None:
        raise ServiceError("InvalidRequestException", f"WorkGroup {call['WorkGroup']} is not found.")
    if "Description" in call.params:
        group.description = call["Description"]
    group.state = call.get("State", group.state)
    changes = dict(call.get("ConfigurationUpdates", {}))
    results = changes.pop("ResultConfigurationUpdates", None)
    configuration = _changed(group.configuration, changes)
    if results is not None:
        configuration["ResultConfiguration"] = _changed(configuration.get("ResultConfiguration", {}), results)
    engine = configuration.get("EngineVersion", {})
    if engine.get("SelectedEngineVersion", "AUTO") != "AUTO":
        engine["EffectiveEngineVersion"] = engine["SelectedEngineVersion"]
    group.configuration = configuration


def _changed(known: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Apply an Athena update: a value sets a field, ``RemoveX: true`` removes X."""
    removed = {name.removeprefix("Remove") for name, flag in changes.items() if name.startswith("Remove") and flag}
    kept = {name: value for name, value in known.items() if name not in removed}
    return kept | {name: value for name, value in changes.items() if not name.startswith("Remove")}
