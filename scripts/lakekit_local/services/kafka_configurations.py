"""MSK: configurations and their revisions."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.services.kafka_clusters import EXISTS, MISSING, clusters


def _configurations(call: Call) -> Any:
    return call.table("configuration", missing=MISSING, exists=EXISTS)


def _known(call: Call) -> Any:
    """Return the configuration of a request; MSK reports a missing one as BadRequestException."""
    found = _configurations(call).find(call["Arn"])
    if found is None:
        raise ServiceError("BadRequestException", "Configuration ARN does not exist.")
    return found


def _revisions(call: Call) -> Any:
    return call.table("revision", missing=MISSING)


def _revise(call: Call, arn: str, number: int) -> dict[str, Any]:
    latest = {"CreationTime": now(), "Revision": number, "Description": call.get("Description", "")}
    _revisions(call).put(f"{arn} {number}", {**latest, "Arn": arn, "ServerProperties": call["ServerProperties"]})
    return latest


@handles("kafka", "CreateConfiguration")
def create(call: Call) -> dict[str, Any]:
    name = call["Name"]
    if _configurations(call).all(lambda record: record["Name"] == name):
        raise ServiceError(EXISTS, f"A configuration with this name already exists: {name}")
    arn = call.arn(f"configuration/{name}/{new_id()}-2")
    record = {
        "Arn": arn,
        "CreationTime": now(),
        "LatestRevision": _revise(call, arn, 1),
        "Name": name,
        "State": "ACTIVE",
        **call.pick("Description", "KafkaVersions"),
    }
    _configurations(call).create(arn, record)
    return record


@handles("kafka", "DescribeConfiguration")
def describe(call: Call) -> Any:
    return _known(call)


@handles("kafka", "DescribeConfigurationRevision")
def revision(call: Call) -> Any:
    return _revisions(call).get(f"{call['Arn']} {call['Revision']}")


@handles("kafka", "ListConfigurations")
def list_all(call: Call) -> dict[str, Any]:
    return {"Configurations": _configurations(call).all()}


@handles("kafka", "ListConfigurationRevisions")
def revisions(call: Call) -> dict[str, Any]:
    found = _revisions(call).all(lambda record: record["Arn"] == call["Arn"])
    return {"Revisions": [{k: r[k] for k in ("CreationTime", "Description", "Revision")} for r in found]}


@handles("kafka", "UpdateConfiguration")
def update(call: Call) -> dict[str, Any]:
    arn = call["Arn"]
    number = _known(call)["LatestRevision"]["Revision"] + 1
    latest = _revise(call, arn, number)
    _configurations(call).update(arn, {"LatestRevision": latest, "Description": call.get("Description")})
    return {"Arn": arn, "LatestRevision": latest}


@handles("kafka", "DeleteConfiguration")
def delete(call: Call) -> dict[str, Any]:
    arn = call["Arn"]
    _known(call)
    in_use = [
        record["ClusterName"]
        for record in clusters(call).all(lambda record: "Provisioned" in record)
        if record["Provisioned"]["CurrentBrokerSoftwareInfo"].get("ConfigurationArn") == arn
    ]
    if in_use:
        raise ServiceError("BadRequestException", f"The configuration is in use by the cluster {in_use[0]}.")
    _configurations(call).delete(arn)
    for key, record in _revisions(call).items():
        if record["Arn"] == arn:
            _revisions(call).discard(key)
    return {"Arn": arn, "State": "DELETING"}
