"""Compare the objects that load files: stages, file formats, pipes and landing tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lakekit.access_matrix.stacks import Resource
from lakekit_cli.snowflake.drift import Drift, compare_properties
from lakekit_cli.snowflake.object_names import qualified_name
from lakekit_cli.snowflake.session import Session

_KINDS = {
    "snowflake_stage": ("stage", "STAGES"),
    "snowflake_file_format": ("file format", "FILE FORMATS"),
    "snowflake_pipe": ("pipe", "PIPES"),
    "snowflake_table": ("table", "TABLES"),
}


def check(session: Session, found: Sequence[Resource]) -> list[Drift]:
    """Return declared objects that are missing or different.

    Undeclared objects are ignored: users with CREATE privileges on a schema create their own.
    """
    drift = []
    for resource in sorted(found, key=lambda resource: (resource.kind, resource.name)):
        if resource.kind not in _KINDS:
            continue
        label, plural = _KINDS[resource.kind]
        body = resource.body
        name = qualified_name(body)
        rows = session.rows_if_exists(
            f'SHOW {plural} LIKE \'{body["name"]}\' IN SCHEMA "{body["database"]}"."{body["schema"]}"'
        )
        # `_` matches any character in LIKE.
        row = next((row for row in rows if row["name"] == body["name"]), None)
        if row is None:
            drift.append(Drift("missing", f"{label} {name}", declared=name))
        else:
            drift += compare_properties(f"{label} {name}", _declared(resource.kind, body), _shown(row))
    return drift


def _declared(kind: str, body: Any) -> dict[str, str]:
    if kind == "snowflake_stage":
        return {"url": body["url"], "storage_integration": body["storage_integration"], "has_credentials": "N"}
    if kind == "snowflake_file_format":
        return {"type": body["format_type"]}
    return {"definition": " ".join(body["copy_statement"].split())} if kind == "snowflake_pipe" else {}


def _shown(row: dict[str, Any]) -> dict[str, str]:
    return {key: " ".join(str(value or "").split()).removesuffix(";") for key, value in row.items()}
