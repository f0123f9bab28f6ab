"""The trust boundary of an environment: what its file states, and what belongs to the environment."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from lakekit.environment import Environment, S3Backend
from lakekit_policies.boundary import TrustBoundary

# Short names of the buckets that every environment shares.
_SHARED_BUCKETS: Final = ("artifacts", "logs", "query-results", "terraform-state")


def boundary_of(environment: Environment) -> TrustBoundary:
    """Return the boundary that the metadata of every stack of an environment carries.

    The environment's organization, existing VPC, Snowflake account, buckets, and the mail domains and hosts of its
    owner and subscriptions are inside without being listed; so is its account, which the gate adds.
    """
    stated, network, settings = environment.trust_boundary, environment.network, environment.snowflake
    subscriptions = environment.operations.subscriptions
    mail = [environment.owner, *(one.endpoint for one in subscriptions if one.protocol == "email")]
    hosts = [urlsplit(one.endpoint).hostname or "" for one in subscriptions if one.protocol == "https"]
    return TrustBoundary(
        accounts=dict(stated.accounts),
        organizations=_unique(stated.organizations, [network.organization_id or ""]),
        oidc_subjects=dict(stated.oidc_subjects),
        vpcs=_unique(stated.vpcs, [network.existing.vpc_id] if network.existing else []),
        vpc_endpoints=stated.vpc_endpoints,
        networks=stated.networks,
        mail_domains=_unique(stated.mail_domains, [one.rpartition("@")[2].lower() for one in mail if "@" in one]),
        image_registries=stated.image_registries,
        snowflake_accounts=_unique(
            [one.upper().replace("-", ".") for one in stated.snowflake_accounts],
            [f"{settings.organization}.{settings.account}".upper()] if settings else [],
        ),
        buckets=_unique(stated.buckets, _buckets(environment)),
        hosts=_unique(stated.hosts, hosts),
        canonical_users=stated.canonical_users,
        allowed_actions=dict(stated.allowed_actions),
        stated=True,
    )


def _buckets(environment: Environment) -> list[str]:
    names, backend = environment.names, environment.backend
    zones = [names.bucket(f"lake-{zone}") for zone in environment.lake.zones]
    state = [backend.bucket] if isinstance(backend, S3Backend) and backend.bucket else []
    return [*zones, *(names.bucket(name) for name in _SHARED_BUCKETS), *state]


def _unique(stated: tuple[str, ...] | list[str], own: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*stated, *(one for one in own if one)]))
