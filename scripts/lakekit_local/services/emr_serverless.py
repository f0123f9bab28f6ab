"""EMR Serverless: applications and job runs. Spark is not executed: a run stays in state SUBMITTED."""

from __future__ import annotations

import secrets
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now
from lakekit_local.requests.tag_handlers import handle_tags

_SERVICE = "emr-serverless"
_STORED_FIELDS = (
    *("architecture", "autoStartConfiguration", "autoStopConfiguration", "imageConfiguration", "initialCapacity"),
    *("interactiveConfiguration", "maximumCapacity", "monitoringConfiguration", "networkConfiguration", "releaseLabel"),
    *("runtimeConfiguration", "schedulerConfiguration", "workerTypeSpecifications"),
)
# Defaults of the service (CreateApplication, API reference).
_DEFAULTS: dict[str, Any] = {
    "architecture": "X86_64",
    "autoStartConfiguration": {"enabled": True},
    "autoStopConfiguration": {"enabled": True, "idleTimeoutMinutes": 15},
}
_TYPES = {"spark": "Spark", "hive": "Hive"}


def _applications(call: Call) -> Any:
    return call.table("application")


def _runs(call: Call) -> Any:
    return call.table("job run")


def _id() -> str:
    return "00" + secrets.token_hex(7)


def _set_state(call: Call, state: str) -> None:
    _applications(call).update(call["applicationId"], {"state": state, "updatedAt": now()})


@handles(_SERVICE, "CreateApplication")
def create(call: Call) -> dict[str, Any]:
    kind = _TYPES.get(call["type"].lower())
    if kind is None:
        raise ServiceError("ValidationException", f"Type {call['type']} is not one of Spark, Hive.")
    application_id = _id()
    arn = call.arn(f"/applications/{application_id}")
    timestamp = now()
    names = {"applicationId": application_id, "name": call.get("name", ""), "arn": arn}
    state = {"type": kind, "state": "CREATED", "stateDetails": "", "createdAt": timestamp, "updatedAt": timestamp}
    _applications(call).create(application_id, {**_DEFAULTS, **call.pick(*_STORED_FIELDS), **names, **state})
    call.tags.add(arn, call.get("tags", {}))
    return names


@handles(_SERVICE, "GetApplication")
def get(call: Call) -> dict[str, Any]:
    record = _applications(call).get(call["applicationId"])
    return {"application": {**record, "tags": call.tags.as_dict(record["arn"])}}


@handles(_SERVICE, "ListApplications")
def list_all(call: Call) -> dict[str, Any]:
    states = call.get("states", [])
    found = _applications(call).all(lambda record: not states or record["state"] in states)
    return {"applications": [{**record, "id": record["applicationId"]} for record in found]}


@handles(_SERVICE, "UpdateApplication")
def update(call: Call) -> dict[str, Any]:
    record = _applications(call).get(call["applicationId"])
    if record["state"] not in ("CREATED", "STOPPED"):
        raise ServiceError("ConflictException", f"Application is {record['state']}: stop it before an update.")
    changed = _applications(call).update(call["applicationId"], {**call.pick(*_STORED_FIELDS), "updatedAt": now()})
    return {"application": {**changed, "tags": call.tags.as_dict(changed["arn"])}}


@handles(_SERVICE, "StartApplication")
def start(call: Call) -> None:
    _set_state(call, "STARTED")


@handles(_SERVICE, "StopApplication")
def stop(call: Call) -> None:
    _set_state(call, "STOPPED")


@handles(_SERVICE, "DeleteApplication")
def delete(call: Call) -> None:
    record = _applications(call).get(call["applicationId"])
    if record["state"] not in ("CREATED", "STOPPED"):
        raise ServiceError("ConflictException", f"Application is {record['state']}: stop it before a deletion.")
    _applications(call).delete(call["applicationId"])
    for key, run in _runs(call).items():
        if run["applicationId"] == call["applicationId"]:
            _runs(call).discard(key)
    call.tags.remove_all(record["arn"])


@handles(_SERVICE, "StartJobRun")
def start_job_run(call: Call) -> dict[str, Any]:
    application = _applications(call).get(call["applicationId"])
    same = _runs(call).all(lambda run: run["clientToken"] == call["clientToken"])
    if same:
        return {name: same[0][name] for name in ("applicationId", "jobRunId", "arn")}
    run_id = _id()
    timestamp = now()
    record = {
        **call.pick("clientToken", "configurationOverrides", "executionTimeoutMinutes", "jobDriver", "retryPolicy"),
        "applicationId": call["applicationId"],
        "jobRunId": run_id,
        "name": call.get("name", ""),
        "arn": call.arn(f"/applications/{call['applicationId']}/jobruns/{run_id}"),
        "createdBy": call.arn("root", service="iam", region=""),
        "createdAt": timestamp,
        "updatedAt": timestamp,
        "executionRole": call["executionRoleArn"],
        "state": "SUBMITTED",
        "stateDetails": "The local cloud stores job runs but does not execute Spark.",
        "releaseLabel": application["releaseLabel"],
        "mode": call.get("mode", "BATCH"),
    }
    _runs(call).create(run_id, record)
    call.tags.add(record["arn"], call.get("tags", {}))
    if application["state"] != "STARTED":
        _set_state(call, "STARTED")
    return {name: record[name] for name in ("applicationId", "jobRunId", "arn")}


@handles(_SERVICE, "GetJobRun")
def get_job_run(call: Call) -> dict[str, Any]:
    record = _runs(call).get(call["jobRunId"])
    return {"jobRun": {**record, "tags": call.tags.as_dict(record["arn"])}}


@handles(_SERVICE, "ListJobRuns")
def list_job_runs(call: Call) -> dict[str, Any]:
    states = call.get("states", [])
    found = _runs(call).all(
        lambda run: run["applicationId"] == call["applicationId"] and (not states or run["state"] in states)
    )
    return {"jobRuns": [{**run, "id": run["jobRunId"]} for run in found]}


@handles(_SERVICE, "CancelJobRun")
def cancel_job_run(call: Call) -> dict[str, Any]:
    _runs(call).update(call["jobRunId"], {"state": "CANCELLED", "updatedAt": now()})
    return call.pick("applicationId", "jobRunId")


handle_tags(_SERVICE, arn="resourceArn", tags="tags", keys="tagKeys")
