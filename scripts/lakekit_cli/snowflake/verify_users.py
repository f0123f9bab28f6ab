"""Service users of an account beside the stacks: who there is, behind which network policy, open to which networks."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.access_matrix.stacks import Resource
from lakekit.warehouse.names import DEPLOYER, SnowflakeNames
from lakekit_cli.snowflake.drift import Drift, compare, differ
from lakekit_cli.snowflake.session import Session


def check(session: Session, found: Sequence[Resource], names: SnowflakeNames) -> list[Drift]:
    """Users in both directions, the policy each stands behind, and what the policies admit.

    The deployer is left out: `lakekit snowflake bootstrap` made it, no stack did.
    """
    declared = {one.body["name"]: one.body for one in found if one.kind == "snowflake_service_user"}
    prefix = names.prefix
    live = {
        str(row["name"])
        for row in session.rows(f"SHOW USERS LIKE 'SVC_{prefix}%'")
        if str(row["name"]).startswith(f"SVC_{prefix}_")
    }
    drift = compare("service user", set(declared), live - {names.service_user(DEPLOYER)})
    for name in sorted(set(declared) & live):
        rows = session.rows(f"SHOW PARAMETERS LIKE 'NETWORK_POLICY' FOR USER {name}")
        shown = {str(row["key"]).lower(): str(row["value"]) for row in rows}
        drift += differ(f"service user {name}", {"network_policy": declared[name]["network_policy"]}, shown)
    for one in found:
        if one.kind == "snowflake_network_policy":
            drift += _policy(session, one.body["name"], one.body["allowed_ip_list"])
    return drift


def _policy(session: Session, name: str, networks: Sequence[str]) -> list[Drift]:
    # SHOW NETWORK POLICIES takes no LIKE (Snowflake, "SHOW NETWORK POLICIES").
    if name not in {str(row["name"]) for row in session.rows("SHOW NETWORK POLICIES")}:
        return [Drift("missing", f"network policy {name}", declared=name)]
    described = {str(row["name"]): str(row["value"]) for row in session.rows(f"DESCRIBE NETWORK POLICY {name}")}
    admitted = described.get("ALLOWED_IP_LIST", "").replace(" ", "").split(",")
    return differ(
        f"network policy {name}",
        {"ALLOWED_IP_LIST": ",".join(sorted(networks))},
        {"ALLOWED_IP_LIST": ",".join(sorted(admitted))},
    )
