"""Set the secondary roles and the warehouse of a session."""

from __future__ import annotations

from lakekit.environment import Environment
from lakekit.environment.snowflake import DEPLOYER, WarehouseSize
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.connection import snowflake_settings
from lakekit_cli.snowflake.session import Session


def use_secondary_roles(session: Session) -> None:
    """Activate all roles of the user for the session.

    SECURITYADMIN sees every object and grant, but can neither describe an integration nor read INFORMATION_SCHEMA of
    a database that SYSADMIN owns. The statement affects this session only.
    """
    session.rows("USE SECONDARY ROLES ALL")


def use_warehouse(session: Session, environment: Environment) -> str | None:
    """Use a warehouse: that of the connection or user, else the smallest of the environment.

    SELECT from INFORMATION_SCHEMA and ACCOUNT_USAGE needs one (Snowflake, "Information Schema", usage notes). The user
    that `bootstrap` creates has a default warehouse; other users may have none.

    Returns:
        Name of the warehouse; None if the account has none of the environment.
    """
    (row,) = session.rows("SELECT CURRENT_WAREHOUSE() AS WAREHOUSE")
    if row["warehouse"]:
        return str(row["warehouse"])
    names = SnowflakeNames(environment.names)
    live = {str(row["name"]) for row in session.rows(f"SHOW WAREHOUSES LIKE 'WH_{names.prefix}%'")}
    sizes = list(WarehouseSize)

    def size(workload: str) -> tuple[int, str]:
        configured = snowflake_settings(environment).workloads[workload].size or environment.defaults.warehouse_size
        return sizes.index(WarehouseSize(configured)), workload

    by_size = sorted(snowflake_settings(environment).workloads, key=size)
    for name in (names.warehouse(workload) for workload in (DEPLOYER, *by_size)):
        if name in live:
            session.rows(f"USE WAREHOUSE {name}")
            return name
    return None
