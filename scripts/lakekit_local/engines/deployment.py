"""What is deployed to the local cloud, from the states of its stacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lakekit_policies.shared.regular_file import read_regular_text


@dataclass(frozen=True)
class Resource:
    """A resource of a stack."""

    address: str
    """``local-sales-jobs: aws_iam_role.Sales_Load_Role_1234``."""
    kind: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A table of the Data Catalog, with what its files depend on."""

    database: str
    name: str
    bucket: str
    prefix: str
    """Prefix of its files, without a slash at the end."""
    first_metadata: str
    """Prefix of its first metadata file, below the bucket."""
    bucket_key: str
    """ARN of the KMS key of the bucket."""


class Deployment:
    """The resources of all local stacks of a project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._more: list[Resource] = []

    def add(self, resources: Iterable[Resource]) -> None:
        """Add what is no resource of Terraform, such as the users of a service."""
        self._more += resources

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """All managed resources."""
        files = sorted((self._root / ".lakekit" / "state").glob("*.tfstate"))
        return tuple(one for file in files for one in _resources(file))

    def of(self, kind: str) -> list[Resource]:
        """The resources of a Terraform type."""
        return [one for one in (*self.resources, *self._more) if one.kind == kind]

    def address_of_role(self, arn: str) -> str:
        """Stack and address of a role; empty if no local stack manages it."""
        return next((one.address for one in self.of("aws_iam_role") if one.attributes["arn"] == arn), "")

    @cached_property
    def keys_by_bucket(self) -> Mapping[str, str]:
        """ARNs of the KMS keys with which buckets encrypt by default."""
        found: dict[str, str] = {}
        for one in self.of("aws_s3_bucket_server_side_encryption_configuration"):
            for rule in one.attributes["rule"]:
                for default in rule["apply_server_side_encryption_by_default"]:
                    found[one.attributes["bucket"]] = default.get("kms_master_key_id") or ""
        return found

    @cached_property
    def tables(self) -> Mapping[tuple[str, str], Table]:
        """Tables by database and name."""
        return {
            (one.attributes["database_name"], one.attributes["name"]): self._table(one.attributes)
            for one in self.of("aws_glue_catalog_table")
            if one.attributes.get("storage_descriptor")
        }

    def granted(self, role_arn: str, right: str) -> list[Table]:
        """Tables on which Lake Formation grants a role a right: ``SELECT``, ``INSERT``."""
        found: list[Table] = []
        for one in self.of("aws_lakeformation_permissions"):
            grant = one.attributes
            if grant["principal"] == role_arn and right in grant["permissions"]:
                named = [*(grant.get("table_with_columns") or ()), *(grant.get("table") or ())]
                keys = [(table["database_name"], table["name"]) for table in named]
                found += [self.tables[key] for key in keys if key in self.tables]
        return found

    def _table(self, attributes: Mapping[str, Any]) -> Table:
        (storage,) = attributes["storage_descriptor"]
        bucket, _, prefix = str(storage["location"]).removeprefix("s3://").partition("/")
        further = [str(one).removeprefix(f"s3://{bucket}/") for one in storage.get("additional_locations") or ()]
        name, database = str(attributes["name"]), str(attributes["database_name"])
        first = next((one for one in further if one.endswith("/metadata")), f"{prefix}/metadata")
        return Table(database, name, bucket, prefix.rstrip("/"), first, self.keys_by_bucket.get(bucket, ""))


def _resources(file: Path) -> Iterator[Resource]:
    try:
        document = json.loads(read_regular_text(file))
    except (OSError, ValueError):
        return
    for one in document.get("resources", ()):
        if one.get("mode") == "managed":
            for instance in one.get("instances", ()):
                address = f"{file.stem}: {one['type']}.{one['name']}"
                yield Resource(address, one["type"], _parsed(instance["attributes"]))


def _parsed(value: Any) -> Any:
    """Attributes with JSON objects in place of their texts."""
    if isinstance(value, Mapping):
        return {name: _parsed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_parsed(item) for item in value]
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
