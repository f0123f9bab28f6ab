"""Compare service users, their keys, and their network policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource
from lakekit.environment.snowflake import DEPLOYER
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.bootstrap import key_fingerprints
from lakekit_cli.snowflake.drift import Drift, compare, compare_properties, objects_with_prefix
from lakekit_cli.snowflake.keys import fingerprint
from lakekit_cli.snowflake.session import Session


def check(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    """Compare service users in both directions, their keys and network policies, and the allowed networks.

    Ignores the deployer, which `lakekit snowflake bootstrap` creates.
    """
    declared = {resource.body["name"]: resource.body for resource in found if resource.kind == "snowflake_service_user"}
    prefix = names.prefix
    live = set(objects_with_prefix(session, "USERS", f"SVC_{prefix}"))
    drift = compare("service user", set(declared), live - {names.service_user(DEPLOYER)})
    for name in sorted(set(declared) & live):
        rows = session.rows(f"SHOW PARAMETERS LIKE 'NETWORK_POLICY' FOR USER {name}")
        shown = {str(row["key"]).lower(): str(row["value"]) for row in rows}
        drift += compare_properties(f"service user {name}", {"network_policy": declared[name]["network_policy"]}, shown)
        drift += _keys(session, name, declared[name])
    policies = {
        resource.body["name"]: resource.body for resource in found if resource.kind == "snowflake_network_policy"
    }
    # SHOW NETWORK POLICIES has no LIKE (Snowflake, "SHOW NETWORK POLICIES").
    existing = {str(row["name"]) for row in session.rows("SHOW NETWORK POLICIES")}
    drift += compare("network policy", set(policies), {name for name in existing if name.startswith(f"NP_{prefix}_")})
    for name in sorted(set(policies) & existing):
        drift += _compare_networks(session, name, policies[name]["allowed_ip_list"])
    return drift


def _keys(session: Session, name: str, body: Mapping[str, Any]) -> list[Drift]:
    """Compare the keys of a user by fingerprint; the account does not show the keys."""
    expected = {
        f"{slot}_FP": fingerprint(body[slot.lower()]) if body.get(slot.lower()) else ""
        for slot in ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")
    }
    existing = key_fingerprints(session, name) or {}
    # Fingerprints are base64 and therefore case-sensitive.
    return [
        Drift("different", f"service user {name}: {slot}", declared=value, found=existing.get(slot, ""))
        for slot, value in expected.items()
        if existing.get(slot, "") != value
    ]


def _compare_networks(session: Session, name: str, networks: Sequence[str]) -> list[Drift]:
    described = {str(row["name"]): str(row["value"]) for row in session.rows(f"DESCRIBE NETWORK POLICY {name}")}
    admitted = described.get("ALLOWED_IP_LIST", "").replace(" ", "").split(",")
    return compare_properties(
        f"network policy {name}",
        # Network rules allow further addresses; the stacks declare none.
        {"ALLOWED_IP_LIST": ",".join(sorted(networks)), "ALLOWED_NETWORK_RULE_LIST": ""},
        {**described, "ALLOWED_IP_LIST": ",".join(sorted(admitted))},
    )
