"""Iceberg tables in the Glue Data Catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.database import Database
from lakekit.catalog.database_like import DatabaseLike, resolve_database
from lakekit.catalog.database_reference import DatabaseReference
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.catalog.iceberg.maintenance import TableMaintenance, add_optimizers
from lakekit.catalog.iceberg.metadata import table_metadata
from lakekit.catalog.iceberg.metadata_file import FOLDER_PARAMETER, MetadataLocation, add_metadata_file
from lakekit.catalog.iceberg.partitioning import Partition, Sort
from lakekit.catalog.iceberg.table_reference import TableReference
from lakekit.catalog.iceberg.types import parse
from lakekit.catalog.table_access import TableAccess, grant_table_access
from lakekit.catalog.table_validation import check_row_filters, check_table
from lakekit.catalog.tag_grant_validation import check_writers, register_table
from lakekit.core.dependencies import add_dependency
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of, stack_of
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.governance.lf_tags import tag_column, tag_table

if TYPE_CHECKING:
    from lakekit.iam import Grantee
    from lakekit.storage import Zone, ZoneReference

DEFAULT_PROPERTIES: Final = {
    # zstd reads as fast as snappy and is a third smaller on warehouse data (Iceberg's default since 1.4).
    "write.parquet.compression-codec": "zstd",
    "write.format.default": "parquet",
    # 512 MB, the target of Glue's compaction too.
    "write.target-file-size-bytes": "536870912",
}


class IcebergTable(Construct):
    """An Iceberg v2 table in Glue, with partitions, sort order, properties, LF-tags and maintenance.

    Terraform creates the table, empty, from a metadata file; from then on the engines own it: their commits and
    schema changes are not drift, and Terraform never overwrites them. To change the columns of an existing table,
    run ALTER TABLE in an engine. A table that an engine dropped is created again by the next apply, empty and from the
    declaration of that time.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        database: the database: a construct, a reference or a name.
        table: the declaration: name, columns, classifications, row filters, identifier.
        partition_by: such as `["day(ordered_at)", "bucket(16, customer_id)"]`.
        sort_by: such as `["ordered_at desc"]`.
        properties: further table properties.
        maintenance: Glue's table optimizers; all three by default.
        force_destroy: the table may be destroyed; by default as the zone it lives in.

    Attributes:
        name: the table's name.
        declaration: the GovernedTable.
        product_tags: zone, domain and default classification of the table.
        database: the Database or DatabaseReference.
        database_name: the database's physical name.
        location: `s3://<bucket>/<database>/<table>`.
        resource: the `aws_glue_catalog_table`.
        metadata_file: the `aws_s3_object` with the initial metadata.
        optimizers: the `aws_glue_catalog_table_optimizer`s.

    Raises:
        ConstructError: an invalid declaration, partition, sort field or classification, or a role or grant by LF-tag
            that would write the table without all of its columns.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: DatabaseLike,
        table: GovernedTable,
        partition_by: Sequence[str] = (),
        sort_by: Sequence[str] = (),
        properties: Mapping[str, str] | None = None,
        maintenance: TableMaintenance | None = None,
        force_destroy: bool | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_table(self, table)
        check_row_filters(self, table)
        self.declaration: Final = table
        self.name: Final = table.name
        database = resolve_database(self, database)
        self.database: Final[Database | DatabaseReference] = database
        self.database_name: Final = database.name
        stack = stack_of(self)
        self.owner: Final = table.owner or stack.owner
        self.product_tags: Final = ProductTags(
            zone=database.tags["zone"],
            domain=stack.domain if isinstance(stack, TeamStack) else database.tags["domain"],
            classification=database.tags["classification"],
        )
        check_writers(self, self.product_tags, table)
        register_table(self, self.database_name, self.product_tags, table)
        types = {column.name: column.type for column in table.columns}
        try:
            partitions = [Partition.parse(field, types) for field in partition_by]
            order = [Sort.parse(field, types) for field in sort_by]
        except ValueError as error:
            raise ConstructError(self, str(error)) from error
        self.location: Final = f"{database.location}{self.name}"
        # Every commit rewrites Glue's description: Iceberg for Java from `comment`, pyiceberg from `Description`.
        described = {"comment": table.description, "Description": table.description, "owner": self.owner}
        metadata = table_metadata(
            location=self.location,
            columns=table.columns,
            partition_by=partitions,
            sort_by=order,
            identifier=table.identifier,
            properties={**DEFAULT_PROPERTIES, **described, **(properties or {})},
        )
        requested = database.zone.settings.force_destroy if force_destroy is None else force_destroy
        self._create(database, metadata, force_destroy=resolve_force_destroy(self, requested))
        self._tag()
        self.optimizers: Final = add_optimizers(
            self,
            table=self.resource,
            database=self.database_name,
            name=self.name,
            location=self.location,
            maintenance=maintenance or TableMaintenance(),
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str, *, database: DatabaseLike) -> TableReference:
        """Refer to a table that another stack creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: name of the table, in snake case.
            database: the database: a construct, a reference or a name.
        """
        return TableReference(scope, id, name, database=database)

    @property
    def zone(self) -> Zone | ZoneReference:
        """The zone that the table lives in."""
        return self.database.zone

    def grant_read(self, grantee: Grantee) -> TableAccess:
        """Allow a role to read this table, and no other: Lake Formation, catalog entry, files and key.

        Args:
            grantee: a role, a construct with a role, the name of a role, or its ARN.
        """
        return grant_table_access(self, self, grantee, write=False, depends_on=[self.resource])

    def grant_write(self, grantee: Grantee) -> TableAccess:
        """`grant_read`, and also insert, alter and delete."""
        return grant_table_access(self, self, grantee, write=True, depends_on=[self.resource])

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self.declaration.column_names

    def _create(
        self, database: Database | DatabaseReference, metadata: Mapping[str, Any], *, force_destroy: bool
    ) -> None:
        environment = environment_of(self)
        bucket = database.location.removeprefix("s3://").split("/", 1)[0]
        initial = MetadataLocation.of(bucket, self.database_name, self.name, self.location)
        table_lifecycle = cdktf.TerraformResourceLifecycle(
            ignore_changes=["description", "owner", "parameters", "storage_descriptor"],
            prevent_destroy=environment.defaults.prevent_destroy or None,
        )
        module = aws.glue_catalog_table
        self.resource = module.GlueCatalogTable(
            self,
            "Table",
            name=self.name,
            database_name=self.database_name,
            catalog_id=environment.account_id,
            description=self.declaration.description,
            owner=self.owner,
            table_type="EXTERNAL_TABLE",
            parameters={
                "table_type": "ICEBERG",
                "metadata_location": initial.url,
                FOLDER_PARAMETER: initial.folder,
                **(force_destroy_tags(force_destroy) or {}),
            },
            storage_descriptor=module.GlueCatalogTableStorageDescriptor(
                location=self.location,
                additional_locations=[initial.root],
                columns=[
                    module.GlueCatalogTableStorageDescriptorColumns(
                        name=column.name, type=parse(column.type).glue(), comment=column.comment or None
                    )
                    for column in self.declaration.columns
                ],
            ),
            # Commits change columns, parameters, description and owner; an update from here would race them.
            lifecycle=table_lifecycle,
            depends_on=[database.resource, database.tagging] if isinstance(database, Database) else None,
        )
        self.metadata_file = add_metadata_file(self, table=self.resource, location=initial, metadata=metadata)

    def _tag(self) -> None:
        stack = stack_of(self)
        tags = {"domain": stack.domain} if isinstance(stack, TeamStack) else {}
        if self.declaration.classification:
            tags["classification"] = self.declaration.classification
        self.tagging: aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags | None = None
        if tags:
            self.tagging = tag_table(self, "Tags", database=self.database_name, table=self.resource.name, tags=tags)
        previous = self.tagging
        by_column = self.declaration.column_classifications
        scope = Construct(self, "ColumnTags") if by_column else self
        for column, value in by_column.items():
            tagged = tag_column(
                scope,
                column,
                database=self.database_name,
                table=self.resource.name,
                column=column,
                tags={"classification": value},
            )
            if previous is not None:
                add_dependency(tagged, previous)
            previous = tagged
