"""MSK: cluster policies, SCRAM secrets, versions and tags."""

from __future__ import annotations

import json
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles
from lakekit_local.requests.tag_handlers import handle_tags
from lakekit_local.services.kafka_clusters import MISSING, clusters

# In release order (MSK, "Supported Apache Kafka versions").
_VERSIONS = ("3.6.0", "3.7.x", "3.7.x.kraft", "3.8.x", "3.8.x.kraft", "3.9.x", "3.9.x.kraft")


def _policies(call: Call) -> Any:
    return call.table("policy", missing=MISSING)


@handles("kafka", "PutClusterPolicy")
def put(call: Call) -> dict[str, Any]:
    arn = call["ClusterArn"]
    clusters(call).get(arn)
    try:
        json.loads(call["Policy"])["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError("BadRequestException", "The policy is not a policy document.") from error
    known = _policies(call).find(arn)
    sent = call.get("CurrentVersion")
    if known and sent not in {None, known["CurrentVersion"]}:
        raise ServiceError("BadRequestException", f"{sent} is not the current version of the policy.")
    version = f"K{int(known['CurrentVersion'][1:]) + 1}" if known else "K1"
    _policies(call).put(arn, {"CurrentVersion": version, "Policy": call["Policy"]})
    return {"CurrentVersion": version}


@handles("kafka", "GetClusterPolicy")
def get(call: Call) -> Any:
    return _policies(call).get(call["ClusterArn"])


@handles("kafka", "DeleteClusterPolicy")
def delete(call: Call) -> None:
    _policies(call).delete(call["ClusterArn"])


def _secrets(call: Call) -> list[str]:
    clusters(call).get(call["ClusterArn"])
    return list((call.table("scram").find(call["ClusterArn"]) or {"secrets": []})["secrets"])


@handles("kafka", "ListScramSecrets")
def secrets(call: Call) -> dict[str, Any]:
    return {"SecretArnList": _secrets(call)}


@handles("kafka", "BatchAssociateScramSecret")
def associate(call: Call) -> dict[str, Any]:
    kept = list(dict.fromkeys([*_secrets(call), *call["SecretArnList"]]))
    call.table("scram").put(call["ClusterArn"], {"secrets": kept})
    return {"ClusterArn": call["ClusterArn"], "UnprocessedScramSecrets": []}


@handles("kafka", "BatchDisassociateScramSecret")
def disassociate(call: Call) -> dict[str, Any]:
    kept = [secret for secret in _secrets(call) if secret not in call["SecretArnList"]]
    call.table("scram").put(call["ClusterArn"], {"secrets": kept})
    return {"ClusterArn": call["ClusterArn"], "UnprocessedScramSecrets": []}


@handles("kafka", "ListClientVpcConnections")
def connections(call: Call) -> dict[str, Any]:
    clusters(call).get(call["ClusterArn"])
    return {"ClientVpcConnections": []}


@handles("kafka", "ListKafkaVersions")
def versions(_call: Call) -> dict[str, Any]:
    return {"KafkaVersions": [{"Version": version, "Status": "ACTIVE"} for version in _VERSIONS]}


@handles("kafka", "GetCompatibleKafkaVersions")
def compatible(call: Call) -> dict[str, Any]:
    software = clusters(call).get(call["ClusterArn"])["Provisioned"]["CurrentBrokerSoftwareInfo"]
    current = software["KafkaVersion"]
    newer = _VERSIONS[_VERSIONS.index(current) + 1 :] if current in _VERSIONS else ()
    # Clusters cannot change between ZooKeeper and KRaft.
    targets = [version for version in newer if version.endswith(".kraft") == current.endswith(".kraft")]
    return {"CompatibleKafkaVersions": [{"SourceVersion": current, "TargetVersions": targets}]}


handle_tags("kafka", arn="ResourceArn", tags="Tags", keys="TagKeys")
