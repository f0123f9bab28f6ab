"""Compare tags: allowed values and assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lakekit.access_matrix.stacks import Resource
from lakekit_cli.snowflake.drift import Drift, compare, compare_properties
from lakekit_cli.snowflake.object_names import qualified_name, table_names, unquoted
from lakekit_cli.snowflake.session import Session


def values(session: Session, found: Sequence[Resource], databases: Sequence[str]) -> list[Drift]:
    """Compare tags and their allowed values in both directions.

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        databases: Existing databases of the environment; tags in other databases are ignored.
    """
    declared = {qualified_name(resource.body): resource.body for resource in found if resource.kind == "snowflake_tag"}
    live = {
        f"{row['database_name']}.{row['schema_name']}.{row['name']}": str(row["allowed_values"] or "")
        for database in databases
        for row in session.rows(f'SHOW TAGS IN DATABASE "{database}"')
    }
    drift = compare("tag", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        drift += compare(
            f"tag {name}: value", set(declared[name]["allowed_values"]), set(re.findall(r'"([^"]*)"', live[name]))
        )
    return drift


def assignments(session: Session, found: Sequence[Resource], databases: Sequence[str]) -> list[Drift]:
    """Compare tag values on declared databases, schemas, tables and their columns in both directions.

    Only values set on the object itself count; inherited values change with their origin. Tags on objects that users
    or dbt create in these schemas are ignored.

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        databases: Existing databases of the environment.
    """
    declared: dict[str, str] = {}
    for resource in found:
        if resource.kind == "snowflake_tag_association":
            for name in resource.body["object_identifiers"]:
                declared[f"{unquoted(resource.body['tag_id'])} on {unquoted(name)}"] = resource.body["tag_value"]
    live = dict(_live(session, found, databases))
    drift = compare("tag", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        drift += compare_properties(f"tag {name}", {"value": declared[name]}, {"value": live[name]})
    return drift


def _live(session: Session, found: Sequence[Resource], databases: Sequence[str]) -> Iterator[tuple[str, str]]:
    schemas = sorted(
        f"{resource.body['database']}.{resource.body['name']}"
        for resource in found
        if resource.kind == "snowflake_schema"
    )
    asked = [
        *(("TAG_REFERENCES", name, "DATABASE") for name in databases),
        *(("TAG_REFERENCES", name, "SCHEMA") for name in schemas),
        *((function, name, "TABLE") for name in table_names(found) for function in _OF_TABLES),
    ]
    for function, name, domain in asked:
        database = name.partition(".")[0]
        if database not in databases:
            continue
        statement = f"SELECT * FROM TABLE(\"{database}\".INFORMATION_SCHEMA.{function}('{name}', '{domain}'))"
        for row in session.rows_if_exists(statement):
            set_directly = str(row["level"]).upper() == str(row["domain"]).upper()
            if set_directly and row["tag_database"] in databases:
                tag = f"{row['tag_database']}.{row['tag_schema']}.{row['tag_name']}"
                target = f"{name}.{row['column_name']}" if row.get("column_name") else name
                yield f"{tag} on {target}", str(row["tag_value"])


_OF_TABLES = ("TAG_REFERENCES", "TAG_REFERENCES_ALL_COLUMNS")
