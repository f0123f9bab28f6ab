"""Glue: jobs, crawlers, triggers and connections, stored as sent; moto lacks updates and drops fields."""

from __future__ import annotations

import json
from typing import Any

from moto.glue.models import glue_backends

from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles, now

_MISSING = "EntityNotFoundException"


def _table(call: Call, kind: str) -> Any:
    return call.table(kind, missing=_MISSING, exists="AlreadyExistsException")


def _create(call: Call, kind: str) -> RawResponse:
    """Create a resource in moto (runs, tags, states) and store the request as sent."""
    answer = call.forward_to_moto()
    if answer.ok:
        sent = {key: value for key, value in call.params.items() if key != "Tags"}
        timestamp = now()
        _table(call, kind).put(call["Name"], {**sent, "CreatedOn": timestamp, "LastModifiedOn": timestamp})
    return answer


def _delete(call: Call, kind: str, name: str) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        _table(call, kind).discard(name)
    return answer


def _update(call: Call, kind: str, name: str, changes: dict[str, Any]) -> None:
    _table(call, kind).update(name, {**changes, "LastModifiedOn": now()})


@handles("glue", "CreateJob")
def create_job(call: Call) -> RawResponse:
    return _create(call, "job")


@handles("glue", "GetJob")
def get_job(call: Call) -> dict[str, Any]:
    record = _table(call, "job").get(call["JobName"])
    # One DPU per G.1X worker, two per G.2X worker, and so on.
    size = record.get("WorkerType", "G.1X").removeprefix("G.").removesuffix("X")
    if record.get("NumberOfWorkers"):
        record["MaxCapacity"] = float(record["NumberOfWorkers"]) * float(size)
    return {"Job": record}


@handles("glue", "UpdateJob")
def update_job(call: Call) -> dict[str, Any]:
    # An update resets omitted fields (UpdateJob: "previous job definition is completely overwritten").
    record = _table(call, "job").get(call["JobName"])
    kept = {"Name": record["Name"], "CreatedOn": record["CreatedOn"], "LastModifiedOn": now()}
    _table(call, "job").put(call["JobName"], {**call["JobUpdate"], **kept})
    return {"JobName": call["JobName"]}


@handles("glue", "DeleteJob")
def delete_job(call: Call) -> RawResponse:
    return _delete(call, "job", call["JobName"])


@handles("glue", "CreateCrawler")
def create_crawler(call: Call) -> RawResponse:
    return _create(call, "crawler")


@handles("glue", "GetCrawler")
def get_crawler(call: Call) -> dict[str, Any]:
    record = _table(call, "crawler").get(call["Name"])
    if record.get("Schedule"):
        record["Schedule"] = {"ScheduleExpression": record["Schedule"], "State": "SCHEDULED"}
    times = {"CreationTime": record.pop("CreatedOn"), "LastUpdated": record.pop("LastModifiedOn")}
    return {"Crawler": {**record, **times, "State": "READY", "Version": 1}}


@handles("glue", "UpdateCrawler")
def update_crawler(call: Call) -> None:
    # An empty schedule removes the schedule.
    schedule = {"Schedule": None} if call.params.get("Schedule") == "" else {}
    changes = {key: value for key, value in call.params.items() if key != "Name"}
    _update(call, "crawler", call["Name"], {**changes, **schedule})


@handles("glue", "DeleteCrawler")
def delete_crawler(call: Call) -> RawResponse:
    return _delete(call, "crawler", call["Name"])


@handles("glue", "CreateTrigger")
def create_trigger(call: Call) -> RawResponse:
    return _create(call, "trigger")


@handles("glue", "GetTrigger")
def get_trigger(call: Call) -> dict[str, Any] | RawResponse:
    answer = call.forward_to_moto()
    record = _table(call, "trigger").find(call["Name"])
    if not answer.ok or record is None:
        return answer
    shown = {key: record[key] for key in record if key not in ("CreatedOn", "LastModifiedOn", "StartOnCreation")}
    return {"Trigger": {**shown, "State": json.loads(answer.body)["Trigger"]["State"]}}


@handles("glue", "UpdateTrigger")
def update_trigger(call: Call) -> dict[str, Any]:
    changes = {key: value for key, value in call["TriggerUpdate"].items() if key != "Name"}
    _update(call, "trigger", call["Name"], changes)
    return {"Trigger": _table(call, "trigger").get(call["Name"])}


@handles("glue", "DeleteTrigger")
def delete_trigger(call: Call) -> RawResponse:
    return _delete(call, "trigger", call["Name"])


def _connection(call: Call, name: str) -> Any:
    found = glue_backends[call.account][call.region].connections.get(name)
    if found is None:
        raise ServiceError(_MISSING, f"Connection {name} not found.")
    return found


@handles("glue", "CreateConnection")
def create_connection(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        _table(call, "connection").put(call["ConnectionInput"]["Name"], call["ConnectionInput"])
    return answer


@handles("glue", "GetConnection")
def get_connection(call: Call) -> dict[str, Any]:
    found = _connection(call, call["Name"])
    record = _table(call, "connection").get(call["Name"])
    times = {"CreationTime": found.created_time, "LastUpdatedTime": found.updated_time}
    return {"Connection": {**record, **times, "Status": "READY"}}


@handles("glue", "UpdateConnection")
def update_connection(call: Call) -> None:
    _connection(call, call["Name"])
    _table(call, "connection").put(call["Name"], call["ConnectionInput"])


@handles("glue", "DeleteConnection")
def delete_connection(call: Call) -> None:
    found = _connection(call, call["ConnectionName"])
    backend = glue_backends[call.account][call.region]
    del backend.connections[call["ConnectionName"]]
    backend.tagger.delete_all_tags_for_resource(found.arn)
    _table(call, "connection").discard(call["ConnectionName"])
