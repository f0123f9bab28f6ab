"""Create the service user that Terraform authenticates as."""

from __future__ import annotations

from lakekit.environment import Environment
from lakekit.environment.snowflake import DEPLOYER
from lakekit.snowflake.names import SnowflakeNames, literal
from lakekit_cli.snowflake.connection import snowflake_settings
from lakekit_cli.snowflake.keys import fingerprint
from lakekit_cli.snowflake.session import Session

# Privileges that the stacks need and SYSADMIN does not have by default.
_SYSADMIN = ("CREATE INTEGRATION", "CREATE EXTERNAL VOLUME")
# Credits per month for reading tags and policies: ten hours of the smallest warehouse, some 600 plans.
_CREDITS = 10
_GOVERNANCE = ("APPLY TAG", "APPLY MASKING POLICY", "APPLY ROW ACCESS POLICY")


def user_name(environment: Environment) -> str:
    """Return the name of the user that Terraform authenticates as."""
    return SnowflakeNames(environment.names).service_user(DEPLOYER)


def statements(environment: Environment, public_key: str, existing: dict[str, str] | None) -> list[str]:
    """Return the statements to run, in order. Idempotent.

    Args:
        environment: Environment that the user deploys.
        public_key: Public key in base64 on one line.
        existing: Fingerprints of the user's keys by property; None if the user does not exist.
    """
    settings = snowflake_settings(environment)
    user = user_name(environment)
    result = ["USE ROLE USERADMIN"]
    if existing is None:
        comment = literal(f"Deploys {environment.names.prefix}; created by lakekit snowflake bootstrap")
        result.append(
            f"CREATE USER IF NOT EXISTS {user} TYPE = SERVICE DEFAULT_ROLE = SYSADMIN "
            f"DEFAULT_SECONDARY_ROLES = () RSA_PUBLIC_KEY = '{public_key}' COMMENT = {comment}"
        )
    elif (slot := unused_key_slot(existing, public_key)) is not None:
        result.append(f"ALTER USER {user} SET {slot} = '{public_key}'")
    result.append("USE ROLE SECURITYADMIN")
    result += [f"GRANT ROLE {role} TO USER {user}" for role in ("SYSADMIN", "USERADMIN", "SECURITYADMIN")]
    # Only ACCOUNTADMIN can grant ACCOUNTADMIN and privileges on the account. The user has it in every environment,
    # also in one that does not own the account: only ACCOUNTADMIN can create and assign resource monitors.
    result += ["USE ROLE ACCOUNTADMIN", f"GRANT ROLE ACCOUNTADMIN TO USER {user}"]
    result += _warehouse(environment, user)
    privileges = (*_SYSADMIN, *(_GOVERNANCE if settings.edition.has_governance else ()))
    result += [f"GRANT {privilege} ON ACCOUNT TO ROLE SYSADMIN" for privilege in privileges]
    # `lakekit snowflake usage` reads SNOWFLAKE.ACCOUNT_USAGE.
    result.append("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN")
    return result


def _warehouse(environment: Environment, user: str) -> list[str]:
    """Return statements that create a warehouse for the user, with a resource monitor.

    The provider reads tags and policies with TAG_REFERENCES and POLICY_REFERENCES, which need a warehouse (provider
    2.11, `snowflake_tag`, "Required warehouse"; Snowflake, "Information Schema"). Without one the first apply would
    fail at the first tag, before the stacks have created their warehouses.
    """
    names = SnowflakeNames(environment.names)
    warehouse, monitor = names.warehouse(DEPLOYER), names.monitor(DEPLOYER)
    return [
        f"CREATE RESOURCE MONITOR IF NOT EXISTS {monitor} WITH CREDIT_QUOTA = {_CREDITS} TRIGGERS "
        "ON 80 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND ON 110 PERCENT DO SUSPEND_IMMEDIATE",
        f"CREATE WAREHOUSE IF NOT EXISTS {warehouse} WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 60 AUTO_RESUME = TRUE "
        f"INITIALLY_SUSPENDED = TRUE RESOURCE_MONITOR = {monitor} STATEMENT_TIMEOUT_IN_SECONDS = 600 "
        "COMMENT = 'Terraform reads tags and policies with it'",
        f"GRANT USAGE ON WAREHOUSE {warehouse} TO ROLE SYSADMIN",
        f"ALTER USER {user} SET DEFAULT_WAREHOUSE = {warehouse}",
    ]


def unused_key_slot(existing: dict[str, str], public_key: str) -> str | None:
    """Return the property for a new key: the empty one, else the second; None if the user has the key already."""
    if fingerprint(public_key) in existing.values():
        return None
    return "RSA_PUBLIC_KEY" if not existing.get("RSA_PUBLIC_KEY_FP") else "RSA_PUBLIC_KEY_2"


def key_fingerprints(session: Session, user: str) -> dict[str, str] | None:
    """Return the fingerprints of a user's keys by property; None if the user does not exist."""
    if not session.exists(f"SHOW USERS LIKE '{user}'"):
        return None
    rows = session.rows(f"DESCRIBE USER {user}")
    return {
        str(row["property"]): str(row["value"])
        for row in rows
        if row["property"] in ("RSA_PUBLIC_KEY_FP", "RSA_PUBLIC_KEY_2_FP") and row["value"] not in (None, "null", "")
    }
