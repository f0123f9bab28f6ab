"""Iceberg tables as typed constructs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.database import Database, DatabaseReference
from lakekit.catalog.iceberg.maintenance import TableMaintenance, add_optimizers
from lakekit.catalog.iceberg.metadata import Column, table_metadata, table_uuid
from lakekit.catalog.iceberg.partitioning import Partition, Sort
from lakekit.catalog.iceberg.types import parse
from lakekit.core.dependencies import add_dependency
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import TeamStack, environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.governance.lf_tags import check_tags, tag_columns, tag_table
from lakekit.naming import pascal, slug

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,254}\Z")
DEFAULT_PROPERTIES: Final = {
    # zstd reads as fast as snappy and is a third smaller on warehouse data (Iceberg's default since 1.4).
    "write.parquet.compression-codec": "zstd",
    "write.format.default": "parquet",
    # 512 MB, what Glue's compaction aims at too.
    "write.target-file-size-bytes": "536870912",
}


class IcebergTable(Construct):
    """An Iceberg v2 table in Glue, with partitions, sort order, identifier, properties, LF-tags and maintenance.

    Terraform makes the table, empty, from a metadata file of its own; from then on the engines own it: their
    commits and schema changes are no drift, and Terraform never writes over them. Changing `columns` of a table
    that exists is an ALTER TABLE for an engine to run.

    Args:
        scope: where it stands.
        id: PascalCase id; the table's name in snake case unless `name` is given.
        database: a Database, or a DatabaseReference to one of another stack.
        columns: the schema.
        description: what a row is.
        partition_by: such as `["day(ordered_at)", "bucket(16, customer_id)"]`.
        sort_by: such as `["ordered_at desc"]`.
        identifier: columns that identify a row; they have to be required.
        name: the table's name.
        owner: who answers for it; the stack's owner by default.
        classification: LF-tag of the whole table; the database's by default.
        column_classifications: LF-tag `classification` of single columns.
        properties: further table properties.
        maintenance: what Glue's optimizers do; all three by default.
        force_destroy: it may be destroyed; as the zone it lives in by default.

    Attributes:
        name: the table's name.
        database_name: the database's physical name.
        location: `s3://<bucket>/<database>/<table>`.
        resource: the `aws_glue_catalog_table`.
        metadata_file: the `aws_s3_object` the table is born from.
        optimizers: the `aws_glue_catalog_table_optimizer`s.

    Raises:
        ConstructError: a malformed column, type, partition, sort field or identifier; an unknown classification.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: Database | DatabaseReference,
        columns: Sequence[Column],
        description: str,
        partition_by: Sequence[str] = (),
        sort_by: Sequence[str] = (),
        identifier: Sequence[str] = (),
        name: str | None = None,
        owner: str | None = None,
        classification: str | None = None,
        column_classifications: Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        maintenance: TableMaintenance | None = None,
        force_destroy: bool | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = name or slug(id).replace("-", "_")
        self.database_name: Final = database.name
        self.columns: Final = tuple(columns)
        self.owner: Final = owner or stack_of(self).owner
        self._check_columns(identifier, description)
        types = {column.name: column.type for column in columns}
        try:
            partitions = [Partition.parse(field, types) for field in partition_by]
            order = [Sort.parse(field, types) for field in sort_by]
        except ValueError as error:
            raise ConstructError(self, str(error)) from error
        self.location: Final = f"{database.location}{self.name}"
        # Every commit writes Glue's description anew: Iceberg for Java from `comment`, pyiceberg from `Description`.
        described = {"comment": description, "Description": description, "owner": self.owner}
        all_properties = {**DEFAULT_PROPERTIES, **described, **(properties or {})}
        metadata = table_metadata(
            location=self.location,
            columns=self.columns,
            partition_by=partitions,
            sort_by=order,
            identifier=identifier,
            properties=all_properties,
        )
        asked = database.zone.settings.force_destroy if force_destroy is None else force_destroy
        self._make(database, metadata, description, force_destroy=resolve_force_destroy(self, asked))
        self._tag(classification, column_classifications or {})
        self.optimizers: Final = add_optimizers(
            self,
            table=self.resource,
            database=self.database_name,
            name=self.name,
            location=self.location,
            maintenance=maintenance or TableMaintenance(),
        )

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    def _make(
        self,
        database: Database | DatabaseReference,
        metadata: Mapping[str, Any],
        description: str,
        *,
        force_destroy: bool,
    ) -> None:
        environment = environment_of(self)
        bucket = database.location.removeprefix("s3://").split("/", 1)[0]
        # Beside the table, not in it: the orphan-file optimizer would delete it one day, and every plan would
        # bring it back. Lake Formation vends credentials for additional locations too.
        folder = f"_lakekit/iceberg/{self.database_name}/{self.name}/metadata"
        key = f"{folder}/00000-{table_uuid(self.location)}.metadata.json"
        born = cdktf.TerraformResourceLifecycle(ignore_changes=["content"])
        kept = cdktf.TerraformResourceLifecycle(
            ignore_changes=["description", "owner", "parameters", "storage_descriptor"],
            prevent_destroy=environment.defaults.prevent_destroy or None,
        )
        self.metadata_file: Any = aws.s3_object.S3Object(
            self,
            "Metadata",
            bucket=bucket,
            key=key,
            content=json.dumps(metadata),
            content_type="application/json",
            lifecycle=born,
        )
        module = aws.glue_catalog_table
        self.resource: Any = module.GlueCatalogTable(
            self,
            "Table",
            name=self.name,
            database_name=self.database_name,
            catalog_id=environment.account_id,
            description=description,
            owner=self.owner,
            table_type="EXTERNAL_TABLE",
            parameters={
                "table_type": "ICEBERG",
                "metadata_location": f"s3://{bucket}/{key}",
                **(force_destroy_tags(force_destroy) or {}),
            },
            storage_descriptor=module.GlueCatalogTableStorageDescriptor(
                location=self.location,
                additional_locations=[f"s3://{bucket}/{folder}"],
                columns=[
                    module.GlueCatalogTableStorageDescriptorColumns(
                        name=column.name, type=parse(column.type).glue(), comment=column.comment or None
                    )
                    for column in self.columns
                ],
            ),
            # Commits change columns, parameters, description and owner; an update from here would race them.
            lifecycle=kept,
            depends_on=[
                self.metadata_file,
                *([database.resource, database.tagging] if isinstance(database, Database) else []),
            ],
        )

    def _tag(self, classification: str | None, column_classifications: Mapping[str, str]) -> None:
        stack = stack_of(self)
        tags = {"domain": stack.domain} if isinstance(stack, TeamStack) else {}
        if classification:
            tags["classification"] = classification
        self.tagging: Any = None
        if tags:
            self.tagging = tag_table(self, "Tags", database=self.database_name, table=self.resource.name, tags=tags)
        unknown = sorted(set(column_classifications) - set(self.column_names))
        if unknown:
            raise ConstructError(self, f"column_classifications name {', '.join(unknown)}: no such columns")
        after = self.tagging
        for value in sorted(set(column_classifications.values())):
            check_tags(self, {"classification": value})
            columns = [column for column, given in column_classifications.items() if given == value]
            tagged = tag_columns(
                self,
                f"{pascal(value)}Columns",
                database=self.database_name,
                table=self.resource.name,
                columns=columns,
                tags={"classification": value},
            )
            if after is not None:
                add_dependency(tagged, after)
            after = tagged

    def _check_columns(self, identifier: Sequence[str], description: str) -> None:
        if not description.strip():
            raise ConstructError(self, "has no description", fix="say what a row is, in one sentence")
        for name in (self.name, *self.column_names):
            if not _NAME.match(name):
                raise ConstructError(
                    self, f"{name!r} is no name for a table or column", fix="lower case, digits and underscores"
                )
        names = self.column_names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            raise ConstructError(self, f"columns stand twice: {', '.join(twice)}" if twice else "has no columns")
        for column in self.columns:
            try:
                parse(column.type)
            except ValueError as error:
                raise ConstructError(self, f"column {column.name}: {error}") from error
        required = {column.name for column in self.columns if column.required}
        loose = sorted(set(identifier) - required)
        if loose:
            raise ConstructError(
                self, f"identifier {', '.join(loose)}: not a required column", fix="set required=True on the column"
            )
