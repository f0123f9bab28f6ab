"""Quotas of an account that an environment needs, and what other resources of the account already use of them.

Codes and defaults are those of Service Quotas (https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html);
new accounts can have less than the default, for example 5 vCPUs of EC2 or 16 of EMR Serverless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lakekit.environment import Environment, KafkaKind, Nat
from lakekit.processing.spark_cluster import MANAGER_TYPE

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of an account.

    Attributes:
        service: service code of Service Quotas, such as `vpc`.
        code: quota code, such as `L-F678F1CE`.
        title: what is counted.
    """

    service: str
    code: str
    title: str


VPCS: Final = Quota("vpc", "L-F678F1CE", "VPCs per region")
INTERFACE_ENDPOINTS: Final = Quota("vpc", "L-29B6F2EB", "interface endpoints per VPC")
ELASTIC_IPS: Final = Quota("ec2", "L-0263D0A3", "Elastic IP addresses")
ON_DEMAND_VCPUS: Final = Quota("ec2", "L-1216C47A", "vCPUs of On-Demand instances")
SPOT_VCPUS: Final = Quota("ec2", "L-34B43A08", "vCPUs of Spot instances")
SERVERLESS_VCPUS: Final = Quota("emr-serverless", "L-D05C8A75", "concurrent vCPUs of EMR Serverless")
BROKERS: Final = Quota("kafka", "L-EDD31C36", "MSK brokers")


@dataclass(frozen=True, slots=True)
class Need:
    """What an environment needs of a quota.

    Attributes:
        quota: the quota.
        needed: what the environment needs.
        used: what other resources of the account use.
    """

    quota: Quota
    needed: int
    used: int = 0


def needs(environment: Environment, client: Client) -> Iterator[Need]:
    """Yield what the platform stacks of an environment need of each quota.

    Args:
        environment: the environment; what stacks of teams add is not in its file.
        client: returns a boto3 client of a service in the region of the environment.
    """
    network = environment.network
    if network.creates_vpc:
        yield Need(VPCS, 1, _other_vpcs(environment, client("ec2")))
        yield Need(INTERFACE_ENDPOINTS, len(network.endpoints))
        if network.nat is not Nat.NONE:
            gateways = len(zones(environment)) if network.nat is Nat.PER_ZONE else 1
            yield Need(ELASTIC_IPS, gateways, _other_addresses(environment, client("ec2")))
    processing, kafka = environment.processing, environment.streaming.kafka
    if processing.enabled and processing.spark.enabled:
        yield Need(SERVERLESS_VCPUS, processing.spark.max_vcpu)
    if processing.enabled and processing.cluster.enabled:
        cluster = processing.cluster
        vcpus = _vcpus(client("ec2"), (MANAGER_TYPE, *cluster.instance_types))
        largest = max(vcpus[one] for one in cluster.instance_types)
        spot = round((cluster.max_units - cluster.min_units) * cluster.spot_percentage / 100)
        yield Need(ON_DEMAND_VCPUS, vcpus[MANAGER_TYPE] + (cluster.max_units - spot) * largest)
        if spot:
            yield Need(SPOT_VCPUS, spot * largest)
    if environment.streaming.enabled and kafka.kind is KafkaKind.PROVISIONED:
        used = _other_brokers(environment, client("kafka"))
        yield Need(BROKERS, kafka.brokers or len(zones(environment)), used)


def value(quota: Quota, quotas: Any) -> float | None:
    """Return the value of a quota in an account, the default of AWS if none was applied, or None if unknown.

    Args:
        quota: the quota.
        quotas: boto3 client of Service Quotas.
    """
    for read in (quotas.get_service_quota, quotas.get_aws_default_service_quota):
        try:
            return float(read(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]["Value"])
        except quotas.exceptions.NoSuchResourceException:
            continue
    return None


def zones(environment: Environment) -> tuple[str, ...]:
    """Return the letters of the availability zones that an environment uses."""
    network = environment.network
    return tuple(network.existing.subnets) if network.existing else network.zones or environment.defaults.zones


def _other_vpcs(environment: Environment, ec2: Any) -> int:
    pages = ec2.get_paginator("describe_vpcs").paginate()
    return sum(not _is_own(environment, one.get("Tags", [])) for page in pages for one in page["Vpcs"])


def _other_addresses(environment: Environment, ec2: Any) -> int:
    found = ec2.describe_addresses()["Addresses"]
    return sum(not _is_own(environment, one.get("Tags", [])) for one in found)


def _other_brokers(environment: Environment, kafka: Any) -> int:
    own = environment.names.resource(environment.streaming.kafka.name)
    pages = kafka.get_paginator("list_clusters_v2").paginate(ClusterTypeFilter="PROVISIONED")
    return sum(
        one.get("Provisioned", {}).get("NumberOfBrokerNodes", 0)
        for page in pages
        for one in page["ClusterInfoList"]
        if one["ClusterName"] != own
    )


def _is_own(environment: Environment, tags: list[dict[str, str]]) -> bool:
    found = {one["Key"]: one["Value"] for one in tags}
    return (found.get("organization"), found.get("environment")) == (environment.organization, environment.name)


def _vcpus(ec2: Any, types: tuple[str, ...]) -> dict[str, int]:
    answer = ec2.describe_instance_types(InstanceTypes=sorted(set(types)))
    return {one["InstanceType"]: one["VCpuInfo"]["DefaultVCpus"] for one in answer["InstanceTypes"]}
