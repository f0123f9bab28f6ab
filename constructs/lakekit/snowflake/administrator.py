"""The administrative roles of Snowflake."""

from __future__ import annotations

from enum import StrEnum


class Administrator(StrEnum):
    """Snowflake's administrative roles, each with a provider alias of its own.

    SYSADMIN creates objects, USERADMIN users and roles, SECURITYADMIN grants and network policies. ACCOUNTADMIN is
    used only where no other role has the privilege: account parameters and resource monitors.
    """

    OBJECTS = "SYSADMIN"
    USERS = "USERADMIN"
    SECURITY = "SECURITYADMIN"
    ACCOUNT = "ACCOUNTADMIN"
