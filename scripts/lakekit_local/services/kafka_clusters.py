"""MSK: create, describe (both API versions) and delete clusters. Updates are in `kafka_updates`.

moto leaves clusters in state CREATING, so the whole service is implemented here. Brokers: `kafka_brokers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.services.kafka_brokers import client_port, delete_broker, start_broker

MISSING, EXISTS = "NotFoundException", "ConflictException"
_COMMON = ("ClusterArn", "ClusterName", "CreationTime", "CurrentVersion", "State")


def clusters(call: Call) -> Any:
    """Return the clusters by ARN."""
    return call.table("cluster", missing=MISSING, exists=EXISTS)


def checked(call: Call) -> dict[str, Any]:
    """Return the cluster of a change request; reject a stale version, as MSK does."""
    found: dict[str, Any] = clusters(call).get(call["ClusterArn"])
    sent = call.get("CurrentVersion")
    if sent is not None and sent != found["CurrentVersion"]:
        raise ServiceError("BadRequestException", f"This operation cannot be performed on version {sent}.")
    return found


@handles("kafka", "CreateCluster")
def create(call: Call) -> dict[str, Any]:
    provisioned = {k: v for k, v in call.params.items() if k not in {"ClusterName", "Tags"} and v is not None}
    return _create(call, "PROVISIONED", provisioned)


@handles("kafka", "CreateClusterV2")
def create_v2(call: Call) -> dict[str, Any]:
    kind = "SERVERLESS" if call.get("Serverless") else "PROVISIONED"
    created = _create(call, kind, dict(call["Serverless" if kind == "SERVERLESS" else "Provisioned"]))
    return {**created, "ClusterType": kind}


def _create(call: Call, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    name = call["ClusterName"]
    if clusters(call).all(lambda record: record["ClusterName"] == name):
        raise ServiceError(EXISTS, f"A resource with this name already exists: {name}")
    serverless = kind == "SERVERLESS"
    arn = call.arn(f"cluster/{name}/{new_id()}-{'s1' if serverless else '2'}")
    if not serverless:
        _check_brokers(settings)
        _complete(call, settings)
    record = {
        "ClusterArn": arn,
        "ClusterName": name,
        "ClusterType": kind,
        "CreationTime": now(),
        "CurrentVersion": "K1",
        "State": "ACTIVE",
        kind.capitalize(): settings,
    }
    clusters(call).create(arn, record)
    start_broker(call, record)
    call.tags.add(arn, call.get("Tags", {}))
    return {"ClusterArn": arn, "ClusterName": name, "State": "CREATING"}


def _check_brokers(settings: Mapping[str, Any]) -> None:
    count, zones = settings["NumberOfBrokerNodes"], len(settings["BrokerNodeGroupInfo"]["ClientSubnets"])
    if count % zones:
        raise ServiceError(
            "BadRequestException",
            f"The number of broker nodes must be a multiple of the zones of the client subnets: {count}, {zones}.",
        )


def _complete(call: Call, settings: dict[str, Any]) -> None:
    """Add the defaults of MSK."""
    settings.setdefault("EnhancedMonitoring", "DEFAULT")
    settings.setdefault("StorageMode", "LOCAL")
    settings.setdefault("OpenMonitoring", {"Prometheus": {off: {"EnabledInBroker": False} for off in _EXPORTERS}})
    encryption = settings.setdefault("EncryptionInfo", {})
    encryption.setdefault("EncryptionAtRest", {"DataVolumeKMSKeyId": call.arn("alias/aws/msk", service="kms")})
    in_transit = encryption.setdefault("EncryptionInTransit", {})
    encryption["EncryptionInTransit"] = {"ClientBroker": "TLS", "InCluster": True, **in_transit}
    nodes = settings["BrokerNodeGroupInfo"]
    nodes.setdefault("BrokerAZDistribution", "DEFAULT")
    nodes.setdefault("StorageInfo", {"EbsStorageInfo": {"VolumeSize": 1000}})
    connectivity = nodes.setdefault("ConnectivityInfo", {})
    connectivity.setdefault("PublicAccess", {"Type": "DISABLED"})
    software = {"KafkaVersion": settings.pop("KafkaVersion")}
    configuration = settings.pop("ConfigurationInfo", None)
    if configuration:
        software["ConfigurationArn"] = configuration["Arn"]
        software["ConfigurationRevision"] = configuration["Revision"]
    settings["CurrentBrokerSoftwareInfo"] = software


_EXPORTERS = ("JmxExporter", "NodeExporter")


def v1(record: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """Return a provisioned cluster in the format of API version 1."""
    return {name: record[name] for name in _COMMON} | dict(record["Provisioned"]) | {"Tags": dict(tags)}


@handles("kafka", "DescribeCluster")
def describe(call: Call) -> dict[str, Any]:
    record = clusters(call).get(call["ClusterArn"])
    if "Provisioned" not in record:
        raise ServiceError("BadRequestException", "This operation cannot be performed on serverless clusters.")
    return {"ClusterInfo": v1(record, call.tags.as_dict(call["ClusterArn"]))}


@handles("kafka", "DescribeClusterV2")
def describe_v2(call: Call) -> dict[str, Any]:
    record = clusters(call).get(call["ClusterArn"])
    return {"ClusterInfo": {**record, "Tags": call.tags.as_dict(call["ClusterArn"])}}


@handles("kafka", "ListClusters")
def list_all(call: Call) -> dict[str, Any]:
    prefix = call.get("ClusterNameFilter", "")
    found = clusters(call).all(lambda r: "Provisioned" in r and r["ClusterName"].startswith(prefix))
    return {"ClusterInfoList": [v1(record, call.tags.as_dict(record["ClusterArn"])) for record in found]}


@handles("kafka", "ListClustersV2")
def list_all_v2(call: Call) -> dict[str, Any]:
    prefix, kind = call.get("ClusterNameFilter", ""), call.get("ClusterTypeFilter")
    found = clusters(call).all(
        lambda r: r["ClusterName"].startswith(prefix) and (kind is None or r["ClusterType"] == kind)
    )
    return {"ClusterInfoList": [{**record, "Tags": call.tags.as_dict(record["ClusterArn"])} for record in found]}


@handles("kafka", "GetBootstrapBrokers")
def brokers(call: Call) -> dict[str, Any]:
    record = clusters(call).get(call["ClusterArn"])
    if port := client_port(call, call["ClusterArn"]):
        return {"BootstrapBrokerStringSaslIam": f"localhost:{port}"}
    host = f"{record['ClusterName']}.{record['ClusterArn'][-8:-2]}.c2.kafka{'-serverless' * ('Serverless' in record)}"
    domain = f"{host}.{call.region}.amazonaws.com"
    if "Serverless" in record:
        return {"BootstrapBrokerStringSaslIam": f"boot-{domain}:9098"}
    settings = record["Provisioned"]

    def addresses(prefix: str, first: int, step: int = 0) -> str:
        numbers = range(1, min(3, settings["NumberOfBrokerNodes"]) + 1)
        return ",".join(f"{prefix}{number}.{domain}:{first + step * (number - 1)}" for number in numbers)

    authentication = settings.get("ClientAuthentication", {})
    sasl = authentication.get("Sasl", {})
    listeners: dict[str, Any] = {}
    if sasl.get("Iam", {}).get("Enabled"):
        listeners["BootstrapBrokerStringSaslIam"] = addresses("b-", 9098)
    if sasl.get("Scram", {}).get("Enabled"):
        listeners["BootstrapBrokerStringSaslScram"] = addresses("b-", 9096)
    if authentication.get("Tls", {}).get("Enabled") or authentication.get("Unauthenticated", {}).get("Enabled"):
        listeners["BootstrapBrokerStringTls"] = addresses("b-", 9094)
    if settings["EncryptionInfo"]["EncryptionInTransit"]["ClientBroker"] != "TLS":
        listeners["BootstrapBrokerString"] = addresses("b-", 9092)
    private = settings["BrokerNodeGroupInfo"].get("ConnectivityInfo", {}).get("VpcConnectivity", {})
    if private.get("ClientAuthentication", {}).get("Sasl", {}).get("Iam", {}).get("Enabled"):
        listeners["BootstrapBrokerStringVpcConnectivitySaslIam"] = addresses("b-", 14001, 1)
    return listeners


@handles("kafka", "ListNodes")
def nodes(call: Call) -> dict[str, Any]:
    settings = clusters(call).get(call["ClusterArn"])["Provisioned"]
    subnets = settings["BrokerNodeGroupInfo"]["ClientSubnets"]
    return {
        "NodeInfoList": [
            {
                "NodeType": "BROKER",
                "NodeARN": call["ClusterArn"].replace(":cluster/", ":broker/") + f"/{number}",
                "InstanceType": settings["BrokerNodeGroupInfo"]["InstanceType"],
                "BrokerNodeInfo": {
                    "BrokerId": float(number),
                    "ClientSubnet": subnets[(number - 1) % len(subnets)],
                    "CurrentBrokerSoftwareInfo": settings["CurrentBrokerSoftwareInfo"],
                },
            }
            for number in range(1, settings["NumberOfBrokerNodes"] + 1)
        ]
    }


@handles("kafka", "DeleteCluster")
def delete(call: Call) -> dict[str, Any]:
    arn = call["ClusterArn"]
    checked(call)
    clusters(call).delete(arn)
    delete_broker(call, arn)
    call.tags.remove_all(arn)
    call.table("policy").discard(arn)
    call.table("scram").discard(arn)
    return {"ClusterArn": arn, "State": "DELETING"}
