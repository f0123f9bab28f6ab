"""A data product in Snowflake: schema, tables of the lake, tags, rows, and the grants that the roles' filters say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.catalog import GovernedTable, IcebergTable, ProductTags
from lakekit.catalog.table_validation import check_row_filters, check_table
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.environment import Edition, WorkloadSettings
from lakekit.governance.effective_access import can_write, default_classification
from lakekit.naming import pascal, slug
from lakekit.snowflake import product_validation
from lakekit.snowflake.governance_tags import tag_objects
from lakekit.snowflake.iceberg_integration import ExternalIcebergTable
from lakekit.snowflake.names import quoted
from lakekit.snowflake.roles import functional_role_name
from lakekit.snowflake.row_access_policy import RowAccessPolicy
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.stack import snowflake_stack_of
from lakekit.snowflake.workload_warehouse import WorkloadWarehouse
from lakekit.storage.zone_reference import zone_settings


class SnowflakeProduct(Construct):
    """A data product of one zone and domain: what Lake Formation's tags say of it, said to Snowflake.

    Roles whose filters cover at least one of its classifications are granted its schema; what they may not see is
    masked by the classification of each column; roles with `row_filtered` see the rows that a table gives them.

    Args:
        scope: where it stands.
        id: PascalCase id; the product's name unless `name` is given.
        zone: the zone its tables live in.
        tables: its tables in the lake: IcebergTables or their declarations.
        description: what it is.
        name: kebab-case name.
        domain: the business domain; the stack's by default.
        classification: the product's own; the zone's by default.
        glue_database: the Glue database; the zone's by default.
        monthly_credits: with it, the product gets a warehouse of its own that is suspended at this quota.
        after: resources that have to exist first, where they stand in the same stack: database, volume, catalog, tags.

    Attributes:
        schema: the SnowflakeSchema.
        shares: ExternalIcebergTable by table.
        warehouse: its WorkloadWarehouse, or None.
        product_tags: its zone, domain and classification.
        tags: the `snowflake_tag_association`s of its schema.
        protections: what classifies columns and filters rows; nobody is granted anything before.

    Raises:
        ConstructError: an unknown zone, domain or classification; columns that do not exist; a column of a
            structured type that some reader may not see, for it cannot be masked; rows for a role that is not
            `row_filtered`; on Standard edition, a reader that may see only part of it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zone: str,
        tables: Sequence[GovernedTable | IcebergTable],
        description: str,
        name: str | None = None,
        domain: str | None = None,
        classification: str | None = None,
        glue_database: str | None = None,
        monthly_credits: int | None = None,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        stack = snowflake_stack_of(self)
        environment = stack.environment
        self.name: Final = name or slug(id)
        declarations = [table.declaration if isinstance(table, IcebergTable) else table for table in tables]
        self.product_tags: Final = ProductTags(
            zone, domain or stack.domain, default_classification(zone_settings(self, zone), classification)
        )
        self._governed: Final = stack.settings.edition is not Edition.STANDARD
        product_validation.check_tags(self, environment, self.product_tags)
        for table in declarations:
            check_table(self, table)
            check_row_filters(self, table)
            readers = {role: one for role, one in environment.governance.roles.items() if self._can_access(role, table)}
            product_validation.check_maskable(self, stack.settings.edition, self.product_tags, table, readers)
        database = stack.snowflake_names.database(zone)
        self.schema: Final = SnowflakeSchema(
            self,
            "Schema",
            database=database,
            name=stack.snowflake_names.schema(self.product_tags.domain, self.name),
            comment=description,
            after=after,
        )
        # The schema carries its tags before a table can be in it: what comes is masked from its first moment.
        self.tags: Final = self._tag_schema(after) if self._governed else []
        self.shares: Final = {
            table.name: ExternalIcebergTable(
                self,
                "".join(part.capitalize() for part in table.name.split("_")),
                database=database,
                schema=self.schema.name,
                table=table.name,
                glue_database=glue_database or environment.names.database(zone),
                zone=zone,
                after=[self.schema.resource, *self.schema.grants, *self.tags, *after],
            )
            for table in declarations
        }
        self.protections: Final[list[Any]] = []
        for table in declarations:
            if self._governed:
                self._classify(table)
            if table.row_filters:
                self._filter_rows(table)
        self._grant(declarations)
        self.warehouse: Final = self._dedicated_warehouse(monthly_credits, declarations) if monthly_credits else None

    def _can_access(self, role: str, table: GovernedTable) -> bool:
        return self.product_tags.can_access(role, environment_of(self).governance.roles[role], table)

    def _tag_schema(self, after: Sequence[Any]) -> list[Any]:
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
                after=[self.schema.resource, *after],
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
                    after=before,
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
                    after=before,
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
            writable = can_write(settings, self.product_tags.of(tables[0]))
            grant = self.schema.grant_write(role) if writable else self.schema.grant_read(role)
            # Nobody sees a table before its columns are classified and its rows filtered.
            add_dependency(grant, *self.protections)

    def _dedicated_warehouse(self, credits: int, tables: Sequence[GovernedTable]) -> WorkloadWarehouse:
        warehouse = WorkloadWarehouse(
            self,
            "Warehouse",
            name=(self.product_tags.domain, self.name),
            settings=WorkloadSettings(description=f"Queries of {self.schema.name}", monthly_credits=credits),
        )
        for role in environment_of(self).governance.roles:
            if any(self._can_access(role, table) for table in tables):
                id_ = pascal(role) + "Usage"
                warehouse.grant_usage(functional_role_name(self, role), id=id_)
        return warehouse
