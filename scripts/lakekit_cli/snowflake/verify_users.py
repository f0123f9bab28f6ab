"""Service users of an account beside the stacks: who there is, behind which network policy, open to which networks."""

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
    """Users in both directions, their keys, the policy each stands behind, and what the policies admit.

    The deployer is left out: `lakekit snowflake bootstrap` made it, no stack did.
    """
    declared = {one.body["name"]: one.body for one in found if one.kind == "snowflake_service_user"}
    prefix = names.prefix
    live = set(objects_with_prefix(session, "USERS", f"SVC_{prefix}"))
    drift = compare("service user", set(declared), live - {names.service_user(DEPLOYER)})
    for name in sorted(set(declared) & live):
        rows = session.rows(f"SHOW PARAMETERS LIKE 'NETWORK_POLICY' FOR USER {name}")
        shown = {str(row["key"]).lower(): str(row["value"]) for row in rows}
        drift += compare_properties(f"service user {name}", {"network_policy": declared[name]["network_policy"]}, shown)
        drift += _keys(session, name, declared[name])
    policies = {one.body["name"]: one.body for one in found if one.kind == "snowflake_network_policy"}
    # SHOW NETWORK POLICIES takes no LIKE (Snowflake, "SHOW NETWORK POLICIES").
    there = {str(row["name"]) for row in session.rows("SHOW NETWORK POLICIES")}
    drift += compare("network policy", set(policies), {name for name in there if name.startswith(f"NP_{prefix}_")})
    for name in sorted(set(policies) & there):
        drift += _compare_networks(session, name, policies[name]["allowed_ip_list"])
    return drift


def _keys(session: Session, name: str, body: Mapping[str, Any]) -> list[Drift]:
    """Whose keys open the user: by fingerprint, for an account shows no more."""
    wanted = {
        f"{slot}_FP": fingerprint(body[slot.lower()]) if body.get(slot.lower()) else ""
        for slot in ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")
    }
    there = key_fingerprints(session, name) or {}
    # Base64 has case, and so has a fingerprint.
    return [
        Drift("different", f"service user {name}: {slot}", declared=value, found=there.get(slot, ""))
        for slot, value in wanted.items()
        if there.get(slot, "") != value
    ]


def _compare_networks(session: Session, name: str, networks: Sequence[str]) -> list[Drift]:
    described = {str(row["name"]): str(row["value"]) for row in session.rows(f"DESCRIBE NETWORK POLICY {name}")}
    admitted = described.get("ALLOWED_IP_LIST", "").replace(" ", "").split(",")
    return compare_properties(
        f"network policy {name}",
        # A network rule admits beside the list; none is declared.
        {"ALLOWED_IP_LIST": ",".join(sorted(networks)), "ALLOWED_NETWORK_RULE_LIST": ""},
        {**described, "ALLOWED_IP_LIST": ",".join(sorted(admitted))},
    )
