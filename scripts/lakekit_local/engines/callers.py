"""The deployed engines, and who makes their calls: a session of the engine's role, or the service itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3

from lakekit.environment import Environment
from lakekit_local.engines.athena_users import athena_users
from lakekit_local.engines.deployment import Deployment
from lakekit_local.engines.profile import profiles
from lakekit_local.engines.real_calls import Client
from lakekit_local.engines.requests import Instance, instances
from lakekit_local.lifecycle.cloud import LocalCloud
from lakekit_local.requests.credential_scope import partition_of_region


@dataclass(frozen=True)
class EngineCaller:
    """Who makes the calls of an engine."""

    described: Mapping[str, str]
    """As `LocalCloud.decisions` takes it."""
    keys: tuple[str, str, str] | None = None
    """Access key, secret and token of the role's session; None for a service without a role."""


def deployed_engines(deployment: Deployment, environment: Environment) -> Iterator[Instance]:
    """The engines of all profiles, each once.

    Args:
        deployment: the deployment; users of Athena are added to it.
        environment: the deployed environment.
    """
    deployment.add(list(athena_users(environment, deployment)))
    shared = {
        "account": [environment.account_id],
        "region": [environment.region],
        "partition": [partition_of_region(environment.region)],
        "catalog_key": _catalog_key(deployment),
    }
    for profile in profiles():
        # A table has an optimizer for each of three tasks, which make the same calls with the same role.
        made = {(one.role_arn, one.principal, one.name): one for one in instances(profile, deployment, shared)}
        yield from made.values()


def caller_of(instance: Instance, cloud: LocalCloud, environment: Environment, deployment: Deployment) -> EngineCaller:
    """Assume the role of an engine as its service does.

    Raises:
        LocalCloudError: the role may not be assumed.
    """
    place = {
        "account": environment.account_id,
        "partition": partition_of_region(environment.region),
        "region": environment.region,
    }
    if not instance.role_arn:
        return EngineCaller({**place, "service": instance.principal})
    vpc = next((str(one.attributes["id"]) for one in deployment.of("aws_vpc")), "")
    session = cloud.role_session(
        instance.role_arn,
        instance.principal,
        environment.region,
        source_arn=instance.source_arn,
        vpc_id=vpc if instance.profile.in_vpc else "",
    )
    keys = (session["AWS_ACCESS_KEY_ID"], session["AWS_SECRET_ACCESS_KEY"], session["AWS_SESSION_TOKEN"])
    return EngineCaller({**place, "access_key": keys[0], "token": keys[2]}, keys)


def clients(cloud: LocalCloud, region: str, key: str, secret: str, token: str | None) -> Client:
    """Make clients of services with credentials."""
    session = boto3.Session(key, secret, token, region)

    @cache
    def client(service: str) -> Any:
        # The service is known by its name only here.
        return session.client(service, endpoint_url=cloud.endpoint)  # type: ignore[call-overload]

    return client


def _catalog_key(deployment: Deployment) -> list[str]:
    for one in deployment.of("aws_glue_data_catalog_encryption_settings"):
        for settings in one.attributes["data_catalog_encryption_settings"]:
            for at_rest in settings["encryption_at_rest"]:
                if at_rest.get("sse_aws_kms_key_id"):
                    return [str(at_rest["sse_aws_kms_key_id"])]
    return []
