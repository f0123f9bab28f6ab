"""MSK Connect: plugins, worker configurations and connectors. No worker is started."""

from __future__ import annotations

import hashlib
from typing import Any

from moto.s3.models import s3_backends

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.requests.tag_handlers import handle_tags

_MISSING, _EXISTS = "NotFoundException", "ConflictException"


def _table(call: Call, kind: str) -> Any:
    return call.table(kind, missing=_MISSING, exists=_EXISTS)


def _new_arn(call: Call, kind: str, name: str) -> str:
    if _table(call, kind).all(lambda record: record["name"] == name):
        raise ServiceError(_EXISTS, f"A {kind} with the name {name} exists.")
    return call.arn(f"{kind}/{name}/{new_id()}-1")


@handles("kafkaconnect", "CreateCustomPlugin")
def create_plugin(call: Call) -> dict[str, Any]:
    arn = _new_arn(call, "custom-plugin", call["name"])
    location = call["location"]["s3Location"]
    bucket, key = location["bucketArn"].rsplit(":", 1)[-1], location["fileKey"]
    buckets = s3_backends[call.account][call.partition].buckets
    found = buckets[bucket].keys.get(key) if bucket in buckets else None
    if found is None:
        raise ServiceError("BadRequestException", f"There is no object {key} in the bucket {bucket}.")
    revision = {
        "contentType": call["contentType"],
        "creationTime": now(),
        "description": call.get("description", ""),
        "fileDescription": {
            "fileMd5": hashlib.md5(found.value, usedforsecurity=False).hexdigest(),
            "fileSize": found.size,
        },
        "location": call["location"],
        "revision": 1,
    }
    record = {
        "customPluginArn": arn,
        "name": call["name"],
        "creationTime": now(),
        "customPluginState": "ACTIVE",
        "description": call.get("description", ""),
        "latestRevision": revision,
    }
    _table(call, "custom-plugin").create(arn, record)
    call.tags.add(arn, call.get("tags", {}))
    return {"customPluginArn": arn, "customPluginState": "CREATING", "name": call["name"], "revision": 1}


@handles("kafkaconnect", "DescribeCustomPlugin")
def plugin(call: Call) -> Any:
    return _table(call, "custom-plugin").get(call["customPluginArn"])


@handles("kafkaconnect", "ListCustomPlugins")
def plugins(call: Call) -> dict[str, Any]:
    return {"customPlugins": _table(call, "custom-plugin").all()}


@handles("kafkaconnect", "DeleteCustomPlugin")
def delete_plugin(call: Call) -> dict[str, Any]:
    arn = call["customPluginArn"]
    for connector in _table(call, "connector").all():
        if any(entry["customPlugin"]["customPluginArn"] == arn for entry in connector["plugins"]):
            raise ServiceError("BadRequestException", f"{arn} is in use by {connector['connectorName']}.")
    _table(call, "custom-plugin").delete(arn)
    call.tags.remove_all(arn)
    return {"customPluginArn": arn, "customPluginState": "DELETING"}


@handles("kafkaconnect", "CreateWorkerConfiguration")
def create_configuration(call: Call) -> dict[str, Any]:
    arn = _new_arn(call, "worker-configuration", call["name"])
    description = call.get("description", "")
    latest = {"creationTime": now(), "description": description, "revision": 1}
    record = {
        "workerConfigurationArn": arn,
        "name": call["name"],
        "creationTime": now(),
        "description": description,
        "workerConfigurationState": "ACTIVE",
        "latestRevision": {**latest, "propertiesFileContent": call["propertiesFileContent"]},
    }
    _table(call, "worker-configuration").create(arn, record)
    call.tags.add(arn, call.get("tags", {}))
    return {**record, "latestRevision": latest}


@handles("kafkaconnect", "DescribeWorkerConfiguration")
def configuration(call: Call) -> Any:
    return _table(call, "worker-configuration").get(call["workerConfigurationArn"])


@handles("kafkaconnect", "ListWorkerConfigurations")
def configurations(call: Call) -> dict[str, Any]:
    return {"workerConfigurations": _table(call, "worker-configuration").all()}


@handles("kafkaconnect", "DeleteWorkerConfiguration")
def delete_configuration(call: Call) -> dict[str, Any]:
    _table(call, "worker-configuration").delete(call["workerConfigurationArn"])
    call.tags.remove_all(call["workerConfigurationArn"])
    return {"workerConfigurationArn": call["workerConfigurationArn"], "workerConfigurationState": "DELETING"}


@handles("kafkaconnect", "CreateConnector")
def create(call: Call) -> dict[str, Any]:
    name = call["connectorName"]
    arn = _new_arn(call, "connector", name)
    for entry in call["plugins"]:
        _table(call, "custom-plugin").get(entry["customPlugin"]["customPluginArn"])
    settings = {k: v for k, v in call.params.items() if k != "tags" and v is not None}
    scaling = settings["capacity"].get("autoScaling")
    if scaling:
        # Default thresholds of AWS.
        scaling.setdefault("scaleInPolicy", {"cpuUtilizationPercentage": 20})
        scaling.setdefault("scaleOutPolicy", {"cpuUtilizationPercentage": 80})
    identity = {"connectorArn": arn, "name": name, "creationTime": now(), "currentVersion": "K1"}
    _table(call, "connector").create(arn, {**settings, **identity, "connectorState": "RUNNING"})
    call.tags.add(arn, call.get("tags", {}))
    return {"connectorArn": arn, "connectorName": name, "connectorState": "CREATING"}


@handles("kafkaconnect", "DescribeConnector")
def describe(call: Call) -> Any:
    return _table(call, "connector").get(call["connectorArn"])


@handles("kafkaconnect", "ListConnectors")
def list_all(call: Call) -> dict[str, Any]:
    prefix = call.get("connectorNamePrefix", "")
    return {"connectors": _table(call, "connector").all(lambda record: record["name"].startswith(prefix))}


@handles("kafkaconnect", "UpdateConnector")
def update(call: Call) -> dict[str, Any]:
    arn = call["connectorArn"]
    known = _table(call, "connector").get(arn)
    if call["currentVersion"] != known["currentVersion"]:
        raise ServiceError("BadRequestException", f"{call['currentVersion']} is not the connector's current version.")
    changes = call.pick("connectorConfiguration")
    if call.get("capacity"):
        # An update contains the whole capacity.
        changes["capacity"] = call["capacity"]
    version = f"K{int(known['currentVersion'][1:]) + 1}"
    operation = arn.replace(":connector/", ":connector-operation/") + f"/{new_id()}"
    _table(call, "connector").update(arn, {**changes, "currentVersion": version})
    done = {"connectorArn": arn, "connectorOperationArn": operation, "connectorOperationState": "UPDATE_COMPLETE"}
    _table(call, "operation").create(operation, done)
    return {"connectorArn": arn, "connectorState": "UPDATING", "connectorOperationArn": operation}


@handles("kafkaconnect", "DescribeConnectorOperation")
def operation(call: Call) -> Any:
    return _table(call, "operation").get(call["connectorOperationArn"])


@handles("kafkaconnect", "DeleteConnector")
def delete(call: Call) -> dict[str, Any]:
    _table(call, "connector").delete(call["connectorArn"])
    call.tags.remove_all(call["connectorArn"])
    return {"connectorArn": call["connectorArn"], "connectorState": "DELETING"}


handle_tags("kafkaconnect", arn="resourceArn", tags="tags", keys="tagKeys")
