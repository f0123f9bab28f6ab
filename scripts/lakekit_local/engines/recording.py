"""Recorded calls of engines as groups of calls on any table.

A recording is made on tables of the reference deployment: names of the table and its bucket become variables.
Resources: service authorization reference of AWS Glue and Amazon S3. The calls to AWS KMS that the services make for
the caller: AWS Glue developer guide, "Encrypting your Data Catalog"; Amazon S3 user guide, "Using server-side
encryption with AWS KMS keys".
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from lakekit_local.authorization.s3_actions import required_action
from lakekit_local.engines.profile import CallGroup, Recorded

FOLDER: Final = Path(__file__).parent / "recordings"
_GLUE: Final = "arn:{partition}:glue:{region}:{account}:"
_ON_TABLES: Final = {"read": ("acme_local_curated", "orders"), "written": ("acme_local_consumption", "daily_revenue")}
_KEY_ACTIONS: Final = {"s3:GetObject": "kms:Decrypt", "s3:PutObject": "kms:GenerateDataKey"}


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a recording."""
    with (FOLDER / f"{name}.tsv").open(newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t"))


@cache
def recorded_calls(recorded: Recorded) -> tuple[CallGroup, ...]:
    """The calls of the phases on the table that the engine reads or writes, each once."""
    found: dict[tuple[str, str], CallGroup] = {}
    for row in rows(recorded.recording):
        if row["phase"] in recorded.phases:
            for text in row["resources"].split(" | "):
                for action, resource, context in _requests(row["service"], row["operation"], text, recorded.each):
                    source = f"{recorded.source}, phase {row['phase']}"
                    group = CallGroup(source=source, actions=(action,), resources=(resource,), context=context)
                    found.setdefault((action, resource), group)
    return tuple(found.values())


def _requests(service: str, operation: str, text: str, each: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    name = text.rsplit(" x", 1)[0]
    if service == "glue":
        yield from _glue(operation, name, each)
    elif service == "s3":
        yield from _s3(operation, name, each)


def _glue(operation: str, name: str, each: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    parts = dict(part.split("=", 1) for part in name.split("; ") if "=" in part)
    database, table = _ON_TABLES[each]
    given = parts.get("DatabaseName") or (parts.get("Name") if operation == "GetDatabase" else None)
    if given not in (None, database):
        return
    named = parts.get("TableInput.Name") or (parts.get("Name") if given != parts.get("Name") else None)
    if named not in (None, table):
        return
    resources = ["catalog"]
    if given:
        resources.append("database/{database}")
        if named or operation == "GetTables":
            resources.append("table/{database}/" + ("{table}" if named else "*"))
    for resource in resources:
        yield f"glue:{operation}", _GLUE + resource, {}
    context = {"kms:ViaService": "glue.{region}.amazonaws.com"}
    yield "kms:Decrypt", "{catalog_key}", context


def _s3(operation: str, name: str, each: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    database, table = _ON_TABLES[each]
    zone = database.removeprefix("acme_local_")
    bucket, _, rest = name.removeprefix("<").partition(">")
    if bucket != zone:
        return
    action = required_action(operation)
    own, first = f"{zone}/{table}", f"_lakekit/iceberg/{database}/{table}/metadata"
    if rest.startswith("?prefix="):
        if rest.removeprefix("?prefix=").startswith(own):
            prefix = rest.removeprefix("?prefix=").replace(own, "{table_prefix}", 1)
            yield action, "arn:{partition}:s3:::{table_bucket}", {"s3:prefix": prefix}
        return
    for key in rest.removeprefix("?delete keys under ").removeprefix("/").split(","):
        if key.startswith(own):
            placed = key.replace(own, "{table_prefix}", 1)
        elif key.startswith(first):
            placed = key.replace(first, "{first_metadata}", 1)
        else:
            continue
        yield action, "arn:{partition}:s3:::{table_bucket}/" + placed.replace("*", "0"), {}
        if action in _KEY_ACTIONS:
            yield _KEY_ACTIONS[action], "{table_bucket_key}", {"kms:ViaService": "s3.{region}.amazonaws.com"}
