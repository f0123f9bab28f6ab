"""Compare the grants of each declared role in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource
from lakekit_cli.snowflake.drift import Drift, compare
from lakekit_cli.snowflake.object_names import unquoted
from lakekit_cli.snowflake.session import Session, StatementError


def check(session: Session, found: Sequence[Resource]) -> list[Drift]:
    """Return missing and extra grants of every role that the stacks declare."""
    drift = []
    for role in sorted({resource.body["name"] for resource in found if resource.kind == "snowflake_account_role"}):
        declared = set(_declared(found, role))
        try:
            live = set(_live(session, role))
        except StatementError as error:
            if "does not exist" not in str(error):
                raise
            continue  # the check of roles reports it
        covered = {
            grant for grant in live - declared if any(_is_made_by_future_grant(future, grant) for future in declared)
        }
        drift += compare(f"grant to {role}:", declared, live - covered)
    return drift


def _declared(found: Sequence[Resource], role: str) -> Iterator[str]:
    for resource in found:
        body = resource.body
        if resource.kind == "snowflake_grant_account_role" and body.get("parent_role_name") == role:
            yield f"USAGE ON ROLE {body['role_name']}"
        if resource.kind == "snowflake_grant_privileges_to_account_role" and body["account_role_name"] == role:
            for privilege in body["privileges"]:
                yield from (f"{privilege} ON {where}" for where in _objects(body))


def _objects(body: Mapping[str, Any]) -> Iterator[str]:
    if at := body.get("on_account_object"):
        yield f"{at['object_type']} {at['object_name']}"
    if at := body.get("on_schema"):
        yield f"SCHEMA {unquoted(at['schema_name'])}"
    if at := body.get("on_schema_object"):
        several = at["future"]
        yield f"FUTURE {_singular(several['object_type_plural'])} IN {unquoted(several['in_schema'])}"


def _live(session: Session, role: str) -> Iterator[str]:
    for row in session.rows(f"SHOW GRANTS TO ROLE {role}"):
        kind = str(row["granted_on"]).replace("_", " ")
        yield f"{row['privilege']} ON {kind} {unquoted(str(row['name']))}"
    for row in session.rows(f"SHOW FUTURE GRANTS TO ROLE {role}"):
        # SHOW lists a future grant as DATABASE.SCHEMA.<KIND>.
        container = unquoted(str(row["name"])).rpartition(".")[0]
        yield f"{row['privilege']} ON FUTURE {str(row['grant_on']).replace('_', ' ')} IN {container}"


def _is_made_by_future_grant(future: str, grant: str) -> bool:
    """Whether a grant on an object results from a declared future grant."""
    privilege, _, rest = future.partition(" ON FUTURE ")
    kind, _, container = rest.partition(" IN ")
    # SHOW lists Iceberg tables as tables.
    kinds = (kind, kind.replace("ICEBERG TABLE", "TABLE"))
    return bool(rest) and any(grant.startswith(f"{privilege} ON {resource} {container}.") for resource in kinds)


def _singular(plural: str) -> str:
    return plural.removesuffix("S")
