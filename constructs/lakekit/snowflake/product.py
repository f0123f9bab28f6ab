"""Data products in Snowflake: schema, tables of the lake, tags, row access policies and grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, cdktf, snowflake
from lakekit.catalog import DatabaseLike, GovernedTable, IcebergTable, ProductTags, resolve_database
from lakekit.catalog.table_validation import check_row_filters, check_table
from lakekit.catalog.tag_grant_validation import check_writers
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.environment import Edition, WorkloadSettings
from lakekit.governance.effective_access import default_classification
from lakekit.naming import pascal, slug
from lakekit.snowflake import product_validation
from lakekit.snowflake.governance_tags import tag_objects
from lakekit.snowflake.iceberg_integration import ExternalIcebergTable
from lakekit.snowflake.names import quoted
from lakekit.snowflake.resources import snowflake_stack_of
from lakekit.snowflake.row_access_policy import RowAccessPolicy
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.workload_warehouse import WorkloadWarehouse
from lakekit.storage import ZoneLike, resolve_zone


class SnowflakeProduct(Construct):
    """A data product of one zone and domain in Snowflake, governed like its tables in the lake.

    Roles whose filters cover at least one of its classifications are granted the schema. Columns that a role may not
    read are masked by their classification; roles with `row_filtered` see the rows of the tables' row filters.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        zone: the zone of its tables: a construct, a reference or a name.
        tables: its tables in the lake: IcebergTables or their declarations.
        description: the content.
        name: kebab-case name.
        domain: the business domain; the stack's by default.
        classification: default classification of the tables; the zone's by default.
        glue_database: the Glue database of tables that are passed as declarations; the zone's by default.
        monthly_credits: creates a warehouse for the product that is suspended at this quota.
        depends_on: resources of the same stack that are created first: database, volume, catalog, tags.

    Attributes:
        schema: the SnowflakeSchema.
        shares: ExternalIcebergTable by table.
        warehouse: the WorkloadWarehouse, or None.
        product_tags: zone, domain and classification.
        tags: the `snowflake_tag_association`s of the schema.
        protections: the resources that classify columns and filter rows; grants depend on them.

    Raises:
        ConstructError: an unknown zone, domain, classification or column; a table of another zone; a column of a
            structured type, which has no mask, that a reader may not read; row filters for a role that is not
            `row_filtered`; a role that may write a table by its classification, but not all of its columns; on
            Standard edition, a reader that may read only part of it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zone: ZoneLike,
        tables: Sequence[GovernedTable | IcebergTable],
        description: str,
        name: str | None = None,
        domain: str | None = None,
        classification: str | None = None,
        glue_database: DatabaseLike | None = None,
        monthly_credits: int | None = None,
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        environment = stack.environment
        resolved = resolve_zone(self, zone)
        self.name: Final = name or slug(id)
        product_validation.check_zones(self, resolved.name, tables)
        declarations = [table.declaration if isinstance(table, IcebergTable) else table for table in tables]
        self.product_tags: Final = ProductTags(
            resolved.name, domain or stack.domain, default_classification(resolved.settings, classification)
        )
        self._governed: Final = stack.settings.edition is not Edition.STANDARD
        product_validation.check_tags(self, environment, self.product_tags)
        for table in declarations:
            check_table(self, table)
            check_row_filters(self, table)
            check_writers(self, self.product_tags, table)
            readers = {role: one for role, one in environment.governance.roles.items() if self._can_access(role, table)}
            product_validation.check_maskable(self, stack.settings.edition, self.product_tags, table, readers)
        self.schema: Final = SnowflakeSchema(
            self,
            "Schema",
            database=resolved.name,
            name=f"{self.product_tags.domain}-{self.name}",
            comment=description,
            depends_on=depends_on,
        )
        # The schema has its tags before its first table, so that columns are masked from the start.
        self.tags: Final = self._tag_schema(depends_on) if self._governed else []
        default_database = resolve_database(self, glue_database or resolved.name)
        self.shares: Final = {
            table.name: ExternalIcebergTable(
                self,
                "".join(part.capitalize() for part in table.name.split("_")),
                database=self.schema.database,
                schema=self.schema.name,
                table=table.name,
                glue_database=table.database_name if isinstance(table, IcebergTable) else default_database.name,
                zone=resolved.name,
                depends_on=[self.schema.resource, *self.schema.grants, *self.tags, *depends_on],
            )
            for table in tables
        }
        self.protections: Final[list[cdktf.TerraformResource]] = []
        for table in declarations:
            if self._governed:
                self._classify(table)
            if table.row_filters:
                self._filter_rows(table)
        self._grant(declarations)
        self.warehouse: Final = self._dedicated_warehouse(monthly_credits, declarations) if monthly_credits else None

    def _can_access(self, role: str, table: GovernedTable) -> bool:
        return self.product_tags.can_access(role, environment_of(self).governance.roles[role], table)

    def _tag_schema(self, depends_on: Sequence[Construct]) -> list[snowflake.tag_association.TagAssociation]:
        tags = {
            "zone": self.product_tags.zone,
            "domain": self.product_tags.domain,
            "classification": self.product_tags.classification,
        }
        return [
            tag_objects(
                self,
                f"{key.capitalize()}OfSchema",
                key=key,
                value=value,
                kind="SCHEMA",
                objects=[self.schema.qualified_name],
                depends_on=[self.schema.resource, *depends_on],
            )
            for key, value in tags.items()
        ]

    def _classify(self, table: GovernedTable) -> None:
        share = self.shares[table.name]
        before = [share.object.resource]
        if table.classification and table.classification != self.product_tags.classification:
            self.protections.append(
                tag_objects(
                    share,
                    "Classification",
                    key="classification",
                    value=table.classification,
                    kind="ICEBERG TABLE",
                    objects=[share.qualified_name],
                    depends_on=before,
                )
            )
        for value in sorted(set(table.column_classifications.values())):
            columns = [column for column, given in table.column_classifications.items() if given == value]
            self.protections.append(
                tag_objects(
                    share,
                    f"{pascal(value)}Columns",
                    key="classification",
                    value=value,
                    kind="COLUMN",
                    objects=[f"{share.qualified_name}.{quoted(column.upper())}" for column in columns],
                    depends_on=before,
                )
            )

    def _filter_rows(self, table: GovernedTable) -> None:
        roles = environment_of(self).governance.roles
        policy = RowAccessPolicy(
            self.shares[table.name],
            "Rows",
            schema=self.schema,
            share=self.shares[table.name],
            table=table,
            unrestricted_roles=[
                name for name, one in roles.items() if not one.row_filtered and self._can_access(name, table)
            ],
        )
        self.protections.append(policy.attachment.resource)

    def _grant(self, tables: Sequence[GovernedTable]) -> None:
        for role, settings in environment_of(self).governance.roles.items():
            if not any(self._can_access(role, table) for table in tables):
                continue
            product_validation.check_schema_access(self, role, environment_of(self), self.product_tags, tables)
            writable = self.product_tags.can_write(settings, tables[0])
            grant = self.schema.grant_write(role) if writable else self.schema.grant_read(role)
            # No role can read a table before its columns are classified and its rows filtered.
            add_dependency(grant, *self.protections)

    def _dedicated_warehouse(self, credits: int, tables: Sequence[GovernedTable]) -> WorkloadWarehouse:
        warehouse = WorkloadWarehouse(
            self,
            "Warehouse",
            name=f"{self.product_tags.domain}-{self.name}",
            settings=WorkloadSettings(description=f"Queries of {self.schema.name}", monthly_credits=credits),
        )
        for role in environment_of(self).governance.roles:
            if any(self._can_access(role, table) for table in tables):
                warehouse.grant_usage(role)
        return warehouse
