"""Compare an AWS account with what an environment needs before its first deployment. Read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lakekit.environment import Environment
from lakekit.governance.catalog_grants import CATALOG_KEY

SPOT_ROLE: Final = "AWSServiceRoleForEC2Spot"


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison.

    Attributes:
        check: what was compared.
        problem: what is wrong; empty if nothing is.
        fix: how to fix it.
    """

    check: str
    problem: str = ""
    fix: str = ""


def verify(environment: Environment, session: Any) -> list[Finding]:
    """Return the findings of all checks.

    Args:
        environment: the environment.
        session: boto3 session with credentials for the environment's account.
    """

    def client(service: str) -> Any:
        return session.client(service, region_name=environment.region)

    checks: tuple[Callable[[Environment, Callable[[str], Any]], Iterator[Finding]], ...] = (
        _zones,
        _spot_role,
        _administrators,
        _catalog_key,
    )
    return [finding for check in checks for finding in check(environment, client)]


def _zones(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    network = environment.network
    if not network.enabled:
        return
    wanted = tuple(network.existing.subnets) if network.existing else network.zones or environment.defaults.zones
    answer = client("ec2").describe_availability_zones(Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}])
    found = sorted(zone["ZoneName"].removeprefix(environment.region) for zone in answer["AvailabilityZones"])
    missing = [letter for letter in wanted if letter not in found]
    problem = f"the account has no zone {', '.join(missing)} in {environment.region}" if missing else ""
    yield Finding(
        "availability zones", problem, f"set network.zones to letters of {', '.join(found)}" if missing else ""
    )


def _spot_role(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    """EC2 makes the role for requests in the console only (EC2 user guide, "Service-linked role for Spot")."""
    cluster = environment.processing.cluster
    spot = cluster.enabled and cluster.spot_percentage and cluster.max_units > cluster.min_units
    if not (environment.processing.enabled and spot):
        return
    path = "/aws-service-role/spot.amazonaws.com/"
    if client("iam").list_roles(PathPrefix=path)["Roles"]:
        yield Finding("service-linked role of EC2 Spot")
    else:
        yield Finding(
            "service-linked role of EC2 Spot",
            f"{SPOT_ROLE} does not exist: the spot nodes of the EMR cluster cannot start",
            "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
        )


def _administrators(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    answer = client("lakeformation").get_data_lake_settings(CatalogId=environment.account_id)
    found = {one["DataLakePrincipalIdentifier"] for one in answer["DataLakeSettings"].get("DataLakeAdmins", [])}
    wanted = set(environment.names.role_arns(environment.governance.administrators))
    problem, fix = "", ""
    if environment.owns_account_settings and found - wanted:
        problem = f"{', '.join(sorted(found - wanted))}: not in governance.administrators, and removed by a deployment"
        fix = "add them to governance.administrators, or set account_settings.owner to the environment that has them"
    elif not environment.owns_account_settings and wanted - found:
        problem = f"{', '.join(sorted(wanted - found))}: not a data lake administrator"
        fix = f"deploy {environment.account_settings.owner}, which owns the settings of the account, first"
    yield Finding("data lake administrators", problem, fix)


def _catalog_key(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    settings = client("glue").get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    used = settings.get("EncryptionAtRest", {}).get("SseAwsKmsKeyId", "")
    alias = environment.account_names.key_alias(CATALOG_KEY)
    problem, fix = "", ""
    if used:
        pages = client("kms").get_paginator("list_aliases").paginate()
        ids = {one["AliasName"]: one.get("TargetKeyId", "") for page in pages for one in page["Aliases"]}
        if alias not in ids or not used.endswith(ids[alias]):
            problem = f"the catalog is encrypted with {used}, not with {alias}"
            fix = "set account_settings.owner to the environment that encrypts it"
    elif not environment.owns_account_settings:
        problem, fix = "the catalog is not encrypted", f"deploy {environment.account_settings.owner} first"
    yield Finding("encryption of the Data Catalog", problem, fix)
