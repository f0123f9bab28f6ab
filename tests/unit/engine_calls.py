"""Recorded calls of engines as requests to IAM, for the roles of synthesized stacks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from iam_evaluation import is_allowed

from lakekit_local.authorization.s3_actions import required_action
from lakekit_local.engines import recording
from lakekit_policies.iam.requests import MULTIVALUED
from nonempty import nonempty

RECORDING: Final = recording.FOLDER / "spark-3.5.9-iceberg-1.10.1.tsv"
ACCOUNT: Final = "111111111111"
REGION: Final = "eu-west-1"
# The account and the organization of the recording, and those of `lakekit.testing.environment`.
_RENAMED: Final = {"acme_local_": "acme_dev_"}
_KEY: Final = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0000"


@dataclass(frozen=True)
class Request:
    """One request to IAM."""

    action: str
    resource: str
    context: Mapping[str, list[str]] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource}"


def refused(statements: list[dict[str, Any]], requests: Iterator[Request]) -> list[str]:
    """The requests that the statements do not allow, each once."""
    found = {
        str(one): None for one in requests if not is_allowed(statements, one.action, one.resource, _keys(one.context))
    }
    return list(found)


def allowed(statements: list[dict[str, Any]], requests: Iterable[Request]) -> list[str]:
    """Those of the requests that the statements allow.

    Raises:
        AssertionError: there are no requests.
    """
    return [str(one) for one in nonempty(requests) if not refused(statements, iter([one]))]


def _keys(context: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
    return {key: values if key.lower() in MULTIVALUED else values[0] for key, values in context.items()}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with RECORDING.open(newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter="\t"))


def phases() -> list[str]:
    """The phases of the recording, in order."""
    return list(dict.fromkeys(row["phase"] for row in _rows()))


def requests(phase: str) -> Iterator[Request]:
    """The requests to IAM that the calls of a phase need.

    Sources: service authorization reference of Glue, S3 and KMS; Glue, "Encrypting your Data Catalog" and S3, "Using
    server-side encryption with AWS KMS keys" for the calls to KMS that the services make for the caller.
    """
    for row in _rows():
        if row["phase"] == phase:
            for resource in row["resources"].split(" | "):
                name = resource.rsplit(" x", 1)[0]
                for old, new in _RENAMED.items():
                    name = name.replace(old, new)
                if row["service"] == "glue":
                    yield from _glue(row["operation"], name)
                elif row["service"] == "s3":
                    yield from _s3(row["operation"], name)


def _glue(operation: str, name: str) -> Iterator[Request]:
    parts = dict(part.split("=", 1) for part in name.split("; ") if "=" in part)
    named = parts.get("TableInput.Name")
    database = parts.get("DatabaseName") or (parts.get("Name") if operation == "GetDatabase" else None)
    table = named or (parts.get("Name") if database != parts.get("Name") else None)
    resources = ["catalog"]
    if database:
        resources.append(f"database/{database}")
        if table or operation == "GetTables":
            resources.append(f"table/{database}/{table or '*'}")
    for resource in resources:
        yield Request(f"glue:{operation}", f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource}")
    yield _kms("kms:Decrypt", "catalog", "glue")


def _s3(operation: str, name: str) -> Iterator[Request]:
    zone, _, rest = name.removeprefix("<").partition(">")
    if zone not in ("raw", "curated", "consumption"):
        return
    bucket = f"arn:aws:s3:::acme-dev-lake-{zone}-{ACCOUNT}-{REGION}"
    action = required_action(operation)
    if rest.startswith("?prefix="):
        yield Request(action, bucket, {"s3:prefix": [rest.removeprefix("?prefix=")]})
        return
    keys = rest.removeprefix("?delete keys under ").removeprefix("/").split(",")
    for key in keys:
        yield Request(action, f"{bucket}/{key.replace('*', '0')}")
    if action == "s3:GetObject":
        yield _kms("kms:Decrypt", "lake", "s3")
    if action == "s3:PutObject":
        yield _kms("kms:GenerateDataKey", "lake", "s3")


def _kms(action: str, alias: str, via: str) -> Request:
    context = {
        "kms:ResourceAliases": [f"alias/acme-dev-{alias}"],
        "kms:ViaService": [f"{via}.{REGION}.amazonaws.com"],
    }
    return Request(action, _KEY, context)
