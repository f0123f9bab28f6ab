"""Masks by data type, and the clearances that the roles of the environment file give."""

from __future__ import annotations

from typing import Final

from lakekit.environment import Environment
from lakekit.governance.effective_access import filters
from lakekit.snowflake.names import SnowflakeNames
from lakekit.snowflake.policy_data import Clearance

MASKS: Final = {
    "VARCHAR": "'*** MASKED ***'",
    "NUMBER": "NULL",
    "FLOAT": "NULL",
    "BOOLEAN": "NULL",
    "DATE": "NULL",
    "TIME": "NULL",
    "TIMESTAMP_NTZ": "NULL",
    "TIMESTAMP_LTZ": "NULL",
    "TIMESTAMP_TZ": "NULL",
    "BINARY": "NULL",
    "VARIANT": "NULL",
    "ARRAY": "NULL",
    "OBJECT": "NULL",
}
"""Data type to the SQL of its mask. A tag takes one masking policy for each type (Snowflake, "Tag-based masking
policies"); columns of a type without policy are not masked, so every column type is listed."""

_DATA_TYPES: Final = {
    "boolean": "BOOLEAN",
    "int": "NUMBER",
    "long": "NUMBER",
    "float": "FLOAT",
    "double": "FLOAT",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP_NTZ",
    "timestamptz": "TIMESTAMP_LTZ",
    "string": "VARCHAR",
    "uuid": "BINARY",
    "binary": "BINARY",
}


def policy_name(data_type: str) -> str:
    """Name of the masking policy of a data type."""
    return f"MASK_{data_type}"


def masked_type(iceberg_type: str) -> str | None:
    """The data type whose policy masks a column of an Iceberg type; None for structured types, which have none."""
    outer = iceberg_type.split("(", maxsplit=1)[0].split("[", maxsplit=1)[0].strip()
    if outer == "decimal":
        return "NUMBER"
    return "BINARY" if outer == "fixed" else _DATA_TYPES.get(outer)


def clearances(environment: Environment, names: SnowflakeNames) -> tuple[Clearance, ...]:
    """The clearances of the masking policies: every role of governance.roles with its filters."""
    database = names.database("governance")
    return tuple(
        Clearance(
            names.functional_role(role),
            tuple((f"{database}.ACCESS.{key.upper()}", tuple(values)) for key, values in one.expression().items()),
        )
        for role, settings in sorted(environment.governance.roles.items())
        for one in filters(settings)
    )
