"""MSK: update clusters; each update completes at once and is stored as an operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.services.kafka_brokers import start_broker
from lakekit_local.services.kafka_clusters import MISSING, checked, clusters


def _update(call: Call, kind: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    arn = call["ClusterArn"]
    record = checked(call)
    version = f"K{int(record['CurrentVersion'][1:]) + 1}"
    merged = {**record["Provisioned"], **{k: v for k, v in changes.items() if v is not None}}
    clusters(call).update(arn, {"Provisioned": merged, "CurrentVersion": version})
    operation = arn.replace(":cluster/", ":cluster-operation/") + f"/{new_id()}"
    done = {
        "ClusterArn": arn,
        "OperationArn": operation,
        "OperationState": "UPDATE_COMPLETE",
        "OperationType": kind,
        "CreationTime": now(),
        "EndTime": now(),
    }
    call.table("operation", missing=MISSING).create(operation, done)
    return {"ClusterArn": arn, "ClusterOperationArn": operation}


def _nodes(call: Call, **changes: Any) -> dict[str, Any]:
    nodes = clusters(call).get(call["ClusterArn"])["Provisioned"]["BrokerNodeGroupInfo"]
    return {"BrokerNodeGroupInfo": {**nodes, **changes}}


def _software(call: Call, **changes: Any) -> dict[str, Any]:
    software = clusters(call).get(call["ClusterArn"])["Provisioned"]["CurrentBrokerSoftwareInfo"]
    return {"CurrentBrokerSoftwareInfo": {**software, **changes}}


@handles("kafka", "UpdateBrokerCount")
def count(call: Call) -> dict[str, Any]:
    wanted = call["TargetNumberOfBrokerNodes"]
    settings = clusters(call).get(call["ClusterArn"])["Provisioned"]
    if wanted % len(settings["BrokerNodeGroupInfo"]["ClientSubnets"]):
        raise ServiceError("BadRequestException", f"{wanted} is not a multiple of the number of zones.")
    return _update(call, "INCREASE_BROKER_COUNT", {"NumberOfBrokerNodes": wanted})


@handles("kafka", "UpdateBrokerType")
def kind(call: Call) -> dict[str, Any]:
    return _update(call, "UPDATE_BROKER_TYPE", _nodes(call, InstanceType=call["TargetInstanceType"]))


@handles("kafka", "UpdateBrokerStorage")
def storage(call: Call) -> dict[str, Any]:
    wanted = call["TargetBrokerEBSVolumeInfo"][0]
    info = clusters(call).get(call["ClusterArn"])["Provisioned"]["BrokerNodeGroupInfo"]["StorageInfo"]
    volume = {**info["EbsStorageInfo"], "VolumeSize": wanted["VolumeSizeGB"]}
    if wanted.get("ProvisionedThroughput"):
        volume["ProvisionedThroughput"] = wanted["ProvisionedThroughput"]
    return _update(call, "INCREASE_BROKER_STORAGE", _nodes(call, StorageInfo={"EbsStorageInfo": volume}))


@handles("kafka", "UpdateConnectivity")
def connectivity(call: Call) -> dict[str, Any]:
    nodes = clusters(call).get(call["ClusterArn"])["Provisioned"]["BrokerNodeGroupInfo"]
    merged = {**nodes.get("ConnectivityInfo", {}), **call["ConnectivityInfo"]}
    return _update(call, "UPDATE_CONNECTIVITY", _nodes(call, ConnectivityInfo=merged))


@handles("kafka", "UpdateClusterConfiguration")
def configuration(call: Call) -> dict[str, Any]:
    wanted = call["ConfigurationInfo"]
    changes = _software(call, ConfigurationArn=wanted["Arn"], ConfigurationRevision=wanted["Revision"])
    done = _update(call, "UPDATE_CLUSTER_CONFIGURATION", changes)
    start_broker(call, clusters(call).get(call["ClusterArn"]), "UPDATING")
    return done


@handles("kafka", "UpdateClusterKafkaVersion")
def version(call: Call) -> dict[str, Any]:
    changes = {"KafkaVersion": call["TargetKafkaVersion"]}
    wanted = call.get("ConfigurationInfo")
    if wanted:
        changes |= {"ConfigurationArn": wanted["Arn"], "ConfigurationRevision": wanted["Revision"]}
    return _update(call, "UPDATE_CLUSTER_KAFKA_VERSION", _software(call, **changes))


@handles("kafka", "UpdateMonitoring")
def monitoring(call: Call) -> dict[str, Any]:
    names = ("EnhancedMonitoring", "OpenMonitoring", "LoggingInfo")
    return _update(call, "UPDATE_MONITORING", call.pick(*names))


@handles("kafka", "UpdateSecurity")
def security(call: Call) -> dict[str, Any]:
    known = clusters(call).get(call["ClusterArn"])["Provisioned"]
    changes = call.pick("ClientAuthentication")
    if call.get("EncryptionInfo"):
        changes["EncryptionInfo"] = {**known["EncryptionInfo"], **call["EncryptionInfo"]}
    return _update(call, "UPDATE_SECURITY", changes)


@handles("kafka", "UpdateStorage")
def storage_mode(call: Call) -> dict[str, Any]:
    return _update(call, "UPDATE_STORAGE", call.pick("StorageMode"))


@handles("kafka", "DescribeClusterOperation", "DescribeClusterOperationV2")
def operation(call: Call) -> dict[str, Any]:
    return {"ClusterOperationInfo": call.table("operation", missing=MISSING).get(call["ClusterOperationArn"])}


@handles("kafka", "ListClusterOperations", "ListClusterOperationsV2")
def operations(call: Call) -> dict[str, Any]:
    found = call.table("operation").all(lambda record: record["ClusterArn"] == call["ClusterArn"])
    return {"ClusterOperationInfoList": found}
