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
        word: sorted(
            f"{row['database_name']}.{row['schema_name']}.{row['name']}"
            for database in databases
            for row in session.rows(f'SHOW {word} POLICIES IN DATABASE "{database}"')
        )
        for word in _KINDS.values()
    }


def bodies(session: Session, found: Sequence[Resource], there: Mapping[str, Sequence[str]]) -> list[Drift]:
    """Compare policies in both directions, and their bodies.

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        there: Result of `existing`.
    """
    drift = []
    for kind, word in _KINDS.items():
        declared = {qualified_name(one.body): one.body for one in found if one.kind == kind}
        drift += compare(f"{word.lower()} policy", set(declared), set(there[word]))
        for name in sorted(set(declared) & set(there[word])):
            (row,) = session.rows(f"DESCRIBE {word} POLICY {name}")
            # Case-sensitive, because literals are; white space is normalized, because Snowflake may change it.
            wanted, shown = (" ".join(str(text).split()) for text in (declared[name]["body"], row["body"]))
            if wanted != shown:
                drift.append(Drift("different", f"{word.lower()} policy {name}: body", declared=wanted, found=shown))
    return drift


def attachments(
    session: Session, found: Sequence[Resource], databases: Sequence[str], there: Mapping[str, Sequence[str]]
) -> list[Drift]:
    """Compare the attachments of declared policies, and of any policy on declared tags and tables.

    A policy that a column gets from a tag is reported for the tag. A mask set directly on a column is reported for
    the column: it takes precedence over the tag's (Snowflake, "Tag-based masking policies").

    Args:
        session: Session on the account.
        found: Resources of the stacks.
        databases: Existing databases of the environment.
        there: Result of `existing`.
    """
    asked = [
        *(f"POLICY_NAME => '{name}'" for names in there.values() for name in names),
        *(
            f"REF_ENTITY_NAME => '{qualified_name(one.body)}', REF_ENTITY_DOMAIN => 'TAG'"
            for one in found
            if one.kind == "snowflake_tag"
        ),
        *(f"REF_ENTITY_NAME => '{name}', REF_ENTITY_DOMAIN => 'TABLE'" for name in table_names(found)),
    ]
    in_force = {one for arguments in asked for one in _references(session, databases, arguments)}
    return compare("policy", set(_declared(found)), in_force)


def _declared(found: Sequence[Resource]) -> Iterator[str]:
    for one in found:
        if one.kind == "snowflake_tag":
            for policy in one.body.get("masking_policies", []):
                yield f"{unquoted(policy)} on TAG {qualified_name(one.body)}"
        if one.kind == "snowflake_execute" and (match := _ON_ROWS.fullmatch(one.body["execute"])):
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
