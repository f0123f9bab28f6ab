"""The SQL of masking and row access policies, generated from the roles of the environment file.

The grammar is small on purpose: `IS_ROLE_IN_SESSION`, `SYSTEM$GET_TAG_ON_CURRENT_COLUMN … IN (…)`, AND, OR and CASE.
`lakekit.access_matrix` reads it back and proves who sees what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lakekit.environment import Environment, TagFilter
from lakekit.governance.effective_access import filters
from lakekit.snowflake.names import SnowflakeNames, literal

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
"""What each data type shows to those who may not see. A tag takes one policy for each type (Snowflake, "Tag-based
masking policies"): a type without one would be shown to everybody, so every type of a column is here."""

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
    """The masking policy of a data type."""
    return f"MASK_{data_type}"


def masked_type(iceberg_type: str) -> str | None:
    """The data type whose policy masks a column of an Iceberg type; None for structured types, which have none."""
    outer = iceberg_type.split("(", maxsplit=1)[0].split("[", maxsplit=1)[0].strip()
    if outer == "decimal":
        return "NUMBER"
    return "BINARY" if outer == "fixed" else _DATA_TYPES.get(outer)


def masking_body(environment: Environment, names: SnowflakeNames, mask: str) -> str:
    """The body of a masking policy: the value for roles whose filters cover the column's tags, else the mask."""
    cleared = [
        f"({_holds(names.functional_role(role))} AND {_tagged(names, one)})"
        for role, settings in sorted(environment.governance.roles.items())
        for one in filters(settings)
    ]
    return f"CASE WHEN {' OR '.join(cleared) or 'FALSE'} THEN VAL ELSE {mask} END"


def row_body(names: SnowflakeNames, everything: list[str], rows: Mapping[str, str]) -> str:
    """The body of a row access policy.

    Args:
        names: Snowflake names.
        everything: roles that see every row.
        rows: role to the predicate of the rows it sees.
    """
    whole = " OR ".join(_holds(names.functional_role(role)) for role in sorted(everything))
    branches = [f"WHEN {whole} THEN TRUE"] if whole else []
    branches += [f"WHEN {_holds(names.functional_role(role))} THEN {rows[role]}" for role in sorted(rows)]
    return f"CASE {' '.join(branches)} ELSE FALSE END"


def _holds(role: str) -> str:
    return f"IS_ROLE_IN_SESSION({literal(role)})"


def _tagged(names: SnowflakeNames, wanted: TagFilter) -> str:
    database = names.database("governance")
    conditions = []
    for key, values in wanted.expression().items():
        tag = literal(f"{database}.ACCESS.{key.upper()}")
        listed = ", ".join(literal(value) for value in values)
        conditions.append(f"SYSTEM$GET_TAG_ON_CURRENT_COLUMN({tag}) IN ({listed})")
    return " AND ".join(conditions)
