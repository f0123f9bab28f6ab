"""The first user: what has to be there before Terraform can come in."""

from __future__ import annotations

from lakekit.environment import Environment
from lakekit.environment.snowflake import DEPLOYER
from lakekit.snowflake.names import SnowflakeNames, literal
from lakekit_cli.snowflake.connection import snowflake_settings
from lakekit_cli.snowflake.keys import fingerprint
from lakekit_cli.snowflake.session import Session

# What SYSADMIN does not have by itself and the stacks need.
_SYSADMIN = ("CREATE INTEGRATION", "CREATE EXTERNAL VOLUME")
# Credits a month for reading tags and policies: ten hours of the smallest warehouse, some 600 plans.
_CREDITS = 10
_GOVERNANCE = ("APPLY TAG", "APPLY MASKING POLICY", "APPLY ROW ACCESS POLICY")


def user_name(environment: Environment) -> str:
    """The name of the user that Terraform comes as."""
    return SnowflakeNames(environment.names).service_user(DEPLOYER)


def statements(environment: Environment, public_key: str, existing: dict[str, str] | None) -> list[str]:
    """What is to be run, in order; safe to repeat.

    Args:
        environment: whose deployer it is.
        public_key: in base64 on one line.
        existing: fingerprints of the user's keys by property, if the user is there.
    """
    settings = snowflake_settings(environment)
    user = user_name(environment)
    made = ["USE ROLE USERADMIN"]
    if existing is None:
        comment = literal(f"Deploys {environment.names.prefix}; made by lakekit snowflake bootstrap")
        made.append(
            f"CREATE USER IF NOT EXISTS {user} TYPE = SERVICE DEFAULT_ROLE = SYSADMIN "
            f"DEFAULT_SECONDARY_ROLES = () RSA_PUBLIC_KEY = '{public_key}' COMMENT = {comment}"
        )
    elif (slot := unused_key_slot(existing, public_key)) is not None:
        made.append(f"ALTER USER {user} SET {slot} = '{public_key}'")
    made.append("USE ROLE SECURITYADMIN")
    made += [f"GRANT ROLE {role} TO USER {user}" for role in ("SYSADMIN", "USERADMIN", "SECURITYADMIN")]
    # Only ACCOUNTADMIN grants ACCOUNTADMIN, and privileges on the account. The user holds it in every environment, also
    # in one that does not own the account: nobody else may make a resource monitor or give it to a warehouse.
    made += ["USE ROLE ACCOUNTADMIN", f"GRANT ROLE ACCOUNTADMIN TO USER {user}"]
    made += _warehouse(environment, user)
    privileges = (*_SYSADMIN, *(_GOVERNANCE if settings.edition.has_governance else ()))
    made += [f"GRANT {privilege} ON ACCOUNT TO ROLE SYSADMIN" for privilege in privileges]
    # Usage is read from SNOWFLAKE.ACCOUNT_USAGE.
    made.append("GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE SYSADMIN")
    return made


def _warehouse(environment: Environment, user: str) -> list[str]:
    """A warehouse of the user's own, with a monitor, before the stacks make theirs.

    The provider reads tags and policies with TAG_REFERENCES and POLICY_REFERENCES, which compute (provider 2.11,
    `snowflake_tag`, "Required warehouse"; Snowflake, "Information Schema"): without a warehouse in its session the
    first apply would stop at the first tag.
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
    """The property that takes a new key: the one that is empty, else the second; None if the user has the key."""
    if fingerprint(public_key) in existing.values():
        return None
    return "RSA_PUBLIC_KEY" if not existing.get("RSA_PUBLIC_KEY_FP") else "RSA_PUBLIC_KEY_2"


def key_fingerprints(session: Session, user: str) -> dict[str, str] | None:
    """Fingerprints of a user's keys by property; None if there is no such user."""
    if not session.exists(f"SHOW USERS LIKE '{user}'"):
        return None
    rows = session.rows(f"DESCRIBE USER {user}")
    return {
        str(row["property"]): str(row["value"])
        for row in rows
        if row["property"] in ("RSA_PUBLIC_KEY_FP", "RSA_PUBLIC_KEY_2_FP") and row["value"] not in (None, "null", "")
    }
