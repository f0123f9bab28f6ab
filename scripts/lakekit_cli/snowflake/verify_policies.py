"""Compare masking and row access policies: bodies and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lakekit.access_matrix.stacks import Resource
from lakekit_cli.snowflake.drift import Drift, compare
from lakekit_cli.snowflake.object_names import qualified_name, table_names, unquoted
from lakekit_cli.snowflake.session import Session

_KINDS: Final = {"snowflake_masking_policy": "MASKING", "snowflake_row_access_policy": "ROW ACCESS"}
_ON_ROWS: Final = re.compile(r"ALTER (?:ICEBERG )?TABLE (\S+) ADD ROW ACCESS POLICY (\S+) ON \((.+)\)")


def existing(session: Session, databases: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the existing policies by kind (`MASKING`, `ROW ACCESS`).

    Args:
        session: Session on the account.
        databases: Existing databases of the environment.
    """
    return {
        label: sorted(
            f"{row['database_name']}.{row['schema_name']}.{row['name']}"
            for database in databases
            for row in session.rows(f'SHOW {label} POLICIES IN DATABASE "{database}"')
        )
        for label in _KINDS.values()
    }


def bodies(session: Session, found: Sequence[Resource], existing_policies: Mapping[str, Sequence[str]]) -> list[Drift]:
    """Compare policies in both directions, and their bodies.

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        existing_policies: Result of `existing`.
    """
    drift = []
    for kind, label in _KINDS.items():
        declared = {qualified_name(resource.body): resource.body for resource in found if resource.kind == kind}
        drift += compare(f"{label.lower()} policy", set(declared), set(existing_policies[label]))
        for name in sorted(set(declared) & set(existing_policies[label])):
            (row,) = session.rows(f"DESCRIBE {label} POLICY {name}")
            # Case-sensitive, because literals are; white space is normalized, because Snowflake may change it.
            expected, shown = (" ".join(str(text).split()) for text in (declared[name]["body"], row["body"]))
            if expected != shown:
                drift.append(Drift("different", f"{label.lower()} policy {name}: body", declared=expected, found=shown))
    return drift


def attachments(
    session: Session,
    found: Sequence[Resource],
    databases: Sequence[str],
    existing_policies: Mapping[str, Sequence[str]],
) -> list[Drift]:
    """Compare the attachments of declared policies, and of any policy on declared tags and tables.

    A policy that a column gets from a tag is reported for the tag. A mask set directly on a column is reported for
    the column: it takes precedence over the tag's (Snowflake, "Tag-based masking policies").

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        databases: Existing databases of the environment.
        existing_policies: Result of `existing`.
    """
    queries = [
        *(f"POLICY_NAME => '{name}'" for names in existing_policies.values() for name in names),
        *(
            f"REF_ENTITY_NAME => '{qualified_name(resource.body)}', REF_ENTITY_DOMAIN => 'TAG'"
            for resource in found
            if resource.kind == "snowflake_tag"
        ),
        *(f"REF_ENTITY_NAME => '{name}', REF_ENTITY_DOMAIN => 'TABLE'" for name in table_names(found)),
    ]
    in_force = {reference for query in queries for reference in _references(session, databases, query)}
    return compare("policy", set(_declared(found)), in_force)


def _declared(found: Sequence[Resource]) -> Iterator[str]:
    for resource in found:
        if resource.kind == "snowflake_tag":
            for policy in resource.body.get("masking_policies", []):
                yield f"{unquoted(policy)} on TAG {qualified_name(resource.body)}"
        if resource.kind == "snowflake_execute" and (match := _ON_ROWS.fullmatch(resource.body["execute"])):
            yield f"{unquoted(match[2])} on TABLE {unquoted(match[1])} ({unquoted(match[3])})"


def _references(session: Session, databases: Sequence[str], arguments: str) -> Iterator[str]:
    if not databases:
        return
    # The function can be called in any database; its arguments are fully qualified.
    of_table = "'TABLE'" in arguments
    statement = f'SELECT * FROM TABLE("{databases[0]}".INFORMATION_SCHEMA.POLICY_REFERENCES({arguments}))'
    for row in session.rows_if_exists(statement) if of_table else session.rows(statement):
        domain = str(row["ref_entity_domain"]).replace("_", " ").removeprefix("ICEBERG ")
        if row.get("tag_name") and domain != "TAG":
            continue
        entity = f"{row['ref_database_name']}.{row['ref_schema_name']}.{row['ref_entity_name']}"
        yield f"{row['policy_db']}.{row['policy_schema']}.{row['policy_name']} on {domain} {entity}{_columns(row)}"


def _columns(row: dict[str, Any]) -> str:
    """Return the masked column, or the columns that a row access policy reads."""
    if row.get("ref_column_name"):
        return f" ({row['ref_column_name']})"
    names = re.findall(r"\w+", str(row.get("ref_arg_column_names") or ""))
    return f" ({', '.join(names)})" if names else ""
