"""Compare an AWS account with what an environment needs before its first deployment. Read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from lakekit.environment import Environment, S3Backend
from lakekit.governance.catalog_grants import CATALOG_KEY
from lakekit.iam.permissions_boundary import boundary_arn, boundary_name
from lakekit_cli.aws import quotas
from lakekit_cli.deployer import service_linked_roles, trust

_DENIED: Final = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"))
"""Error codes of services for a call that no policy allows."""


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
        _state_bucket,
        _deployment_roles,
        _trusted_roles,
        _service_linked_roles,
        _administrators,
        _catalog_key,
        _quotas,
    )
    return [finding for check in checks for finding in _permitted(check(environment, client), check.__name__)]


def _permitted(findings: Iterator[Finding], name: str) -> Iterator[Finding]:
    """The findings of a check, and one more if the credentials lack a permission that it needs."""
    try:
        yield from findings
    except ClientError as error:
        if error.response["Error"]["Code"] not in _DENIED:
            raise
        yield Finding(
            name.strip("_").replace("_", " "),
            f"not checked: {error.response['Error']['Message']}",
            "use credentials of deployment.planner or deployment.deployer after `lakekit bootstrap`",
        )


def _zones(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    network = environment.network
    if not network.enabled:
        return
    wanted = quotas.zones(environment)
    answer = client("ec2").describe_availability_zones(Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}])
    found = sorted(zone["ZoneName"].removeprefix(environment.region) for zone in answer["AvailabilityZones"])
    missing = [letter for letter in wanted if letter not in found]
    problem = f"the account has no zone {', '.join(missing)} in {environment.region}" if missing else ""
    yield Finding(
        "availability zones", problem, f"set network.zones to letters of {', '.join(found)}" if missing else ""
    )


def _service_linked_roles(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    """EC2 and others make the roles for requests in the console only; the deployer may not create them."""
    iam = client("iam")
    for service in service_linked_roles.of_environment(environment):
        check = f"service-linked role of {service_linked_roles.TITLES[service]}"
        if service_linked_roles.exists(iam, service):
            yield Finding(check)
        else:
            yield Finding(
                check,
                f"{service_linked_roles.NAMES[service]} does not exist",
                f"lakekit bootstrap {environment.name}",
            )


def _deployment_roles(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    iam = client("iam")
    for role in (environment.deployment.deployer, environment.deployment.planner):
        pages = iam.get_paginator("list_roles").paginate(PathPrefix="/")
        exists = any(one["RoleName"] == role.role for page in pages for one in page["Roles"])
        problem = "" if exists else f"{role.role} does not exist"
        yield Finding(f"role {role.role}", problem, "" if exists else f"lakekit bootstrap {environment.name}")
    yield from _permissions_boundary(environment, iam)
    known = {one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
    for provider in trust.providers(environment):
        missing = trust.provider_arn(environment, provider) not in known
        yield Finding(
            f"OIDC provider {provider}",
            "it does not exist" if missing else "",
            f"lakekit bootstrap {environment.name}" if missing else "",
        )


def _trusted_roles(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    """IAM rejects a trust policy with a role that does not exist; roles of other accounts cannot be read."""
    deployment, account = environment.deployment, f":{environment.account_id}:"
    trusted = [*deployment.deployer.trusted_principals, *deployment.planner.trusted_principals]
    for role in environment.governance.roles.values():
        trusted += role.trusted_principals
    own = [arn for arn in environment.names.role_arns(dict.fromkeys(trusted)) if account in arn]
    iam = client("iam")
    for arn in dict.fromkeys(own):
        check = f"trusted role {arn.rpartition('/')[2]}"
        try:
            iam.get_role(RoleName=arn.rpartition("/")[2])
        except iam.exceptions.NoSuchEntityException:
            yield Finding(check, f"{arn} does not exist", "create it, or remove it from trusted_principals")
        else:
            yield Finding(check)


def _permissions_boundary(environment: Environment, iam: Any) -> Iterator[Finding]:
    arn = boundary_arn(environment)
    if arn is None:
        return
    check = f"permissions boundary {arn.rpartition('/')[2]}"
    try:
        iam.get_policy(PolicyArn=arn)
    except iam.exceptions.NoSuchEntityException:
        created = boundary_name(environment) is not None
        fix = (
            f"lakekit bootstrap {environment.name}" if created else "create it, or set deployment.permissions_boundary"
        )
        yield Finding(check, f"{arn} does not exist", fix)
    else:
        yield Finding(check)


def _state_bucket(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    backend = environment.backend
    if not isinstance(backend, S3Backend):
        return
    name = backend.bucket_name(environment.names)
    exists = name in {one["Name"] for one in client("s3").list_buckets()["Buckets"]}
    yield Finding(
        "bucket of the Terraform state",
        "" if exists else f"{name} does not exist",
        "" if exists else f"lakekit bootstrap {environment.name}",
    )


def _administrators(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    settings = client("lakeformation").get_data_lake_settings(CatalogId=environment.account_id)["DataLakeSettings"]
    names = environment.names
    administrators = names.role_arns(environment.governance.administrators)
    planner = names.role_arns([environment.deployment.planner.role])
    for check, key, wanted, known, fix in (
        (
            "data lake administrators",
            "DataLakeAdmins",
            administrators,
            "governance.administrators",
            "add them to governance.administrators, or set account_settings.owner to the environment that has them",
        ),
        (
            "read-only administrators of the data lake",
            "ReadOnlyAdmins",
            planner,
            "deployment.planner",
            "grant them DESCRIBE, or set account_settings.owner to the environment that has them",
        ),
    ):
        found = {one["DataLakePrincipalIdentifier"] for one in settings.get(key, [])}
        extra, missing = sorted(found - {*wanted}), sorted({*wanted} - found)
        if environment.owns_account_settings and extra:
            yield Finding(check, f"{', '.join(extra)}: not in {known}, and removed by a deployment", fix)
        elif not environment.owns_account_settings and missing:
            owner = environment.account_settings.owner
            first = f"deploy {owner}, which owns the settings of the account, first"
            yield Finding(check, f"{', '.join(missing)}: not among them", first)
        else:
            yield Finding(check, "", "")


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


def _quotas(environment: Environment, client: Callable[[str], Any]) -> Iterator[Finding]:
    for need in quotas.needs(environment, client):
        quota = need.quota
        value = quotas.value(quota, client("service-quotas"))
        check = f"quota: {quota.title}"
        if value is None:
            yield Finding(check, f"Service Quotas has no {quota.code} of {quota.service}", _request(quota, need))
        elif need.needed + need.used > value:
            used = f", and {need.used} are in use" if need.used else ""
            yield Finding(check, f"{value:g} are allowed, {need.needed} are needed{used}", _request(quota, need))
        else:
            yield Finding(check)


def _request(quota: quotas.Quota, need: quotas.Need) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --service-code {quota.service} --quota-code {quota.code} "
        f"--desired-value {need.needed + need.used}, or lower the setting of the environment"
    )
