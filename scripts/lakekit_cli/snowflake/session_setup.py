"""What a session may see and compute with, before anything is asked."""

from __future__ import annotations

from lakekit.environment import Environment
from lakekit.environment.snowflake import DEPLOYER, WarehouseSize
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.connection import snowflake_settings
from lakekit_cli.snowflake.session import Session


def use_secondary_roles(session: Session) -> None:
    """Let the session see what any role of its user sees, not the first role alone.

    SECURITYADMIN sees every object and grant, and yet may neither describe an integration nor read
    INFORMATION_SCHEMA of a database of SYSADMIN's; nothing is granted and nothing stays.
    """
    session.rows("USE SECONDARY ROLES ALL")


def use_warehouse(session: Session, environment: Environment) -> str | None:
    """Use a warehouse: the connection's or the user's own, else the environment's, the smallest first.

    SELECT from INFORMATION_SCHEMA and ACCOUNT_USAGE needs one (Snowflake, "Information Schema", usage notes). The user
    of `bootstrap` has one by default; a person may have none.

    Returns:
        its name; None where there is none yet.
    """
    (row,) = session.rows("SELECT CURRENT_WAREHOUSE() AS WAREHOUSE")
    if row["warehouse"]:
        return str(row["warehouse"])
    names = SnowflakeNames(environment.names)
    live = {str(one["name"]) for one in session.rows(f"SHOW WAREHOUSES LIKE 'WH_{names.prefix}%'")}
    sizes = list(WarehouseSize)

    def size(workload: str) -> tuple[int, str]:
        given = snowflake_settings(environment).workloads[workload].size or environment.defaults.warehouse_size
        return sizes.index(WarehouseSize(given)), workload

    by_size = sorted(snowflake_settings(environment).workloads, key=size)
    for name in (names.warehouse(one) for one in (DEPLOYER, *by_size)):
        if name in live:
            session.rows(f"USE WAREHOUSE {name}")
            return name
    return None
