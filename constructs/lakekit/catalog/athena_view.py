"""Athena views in the Glue Data Catalog."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.column import Column
from lakekit.catalog.database import Database
from lakekit.catalog.database_like import DatabaseLike, resolve_database
from lakekit.catalog.database_reference import DatabaseReference
from lakekit.catalog.governed_table import GovernedTable
from lakekit.catalog.iceberg.table import IcebergTable
from lakekit.catalog.iceberg.table_reference import TableReference
from lakekit.catalog.iceberg.types import parse
from lakekit.catalog.table_validation import check_table
from lakekit.catalog.view_access import ViewAccess, grant_view_access
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of, stack_of
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.governance.lf_tags import tag_table
from lakekit.naming import slug

if TYPE_CHECKING:
    from lakekit.iam import Grantee

ViewedTable: TypeAlias = IcebergTable | TableReference
"""A table that a view reads."""

# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-TableInput
_MAX_TEXT: Final = 409_600


class AthenaView(Construct):
    """An Athena view over Iceberg tables, with comments, owner and LF-tags.

    A view hides nothing: Athena runs it with the permissions of the user who queries it, who needs to be able to read
    its tables too. Cell filters on a table do not apply to its views.
    https://docs.aws.amazon.com/athena/latest/ug/lf-athena-limitations.html

    Args:
        scope: the parent construct.
        id: PascalCase id; the view's name in snake case unless `name` is given.
        database: the database of the view: a construct, a reference or a name.
        tables: the tables that the query reads.
        sql: one SELECT statement in the SQL of Athena, without a semicolon. A name without a database is a table of
            the view's database. At most 409,600 characters together with the columns, encoded in Base64.
            https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html
        columns: the columns of the query, in order, with Iceberg types. `time`, `timestamptz`, `uuid` and `fixed` have
            to be cast in the query.
        description: one sentence on what a row is.
        name: name of the view, in snake case.
        owner: the contact for the view; the stack's owner by default.
        classification: LF-tag `classification`; that of the database by default.

    Attributes:
        name: the view's name.
        database: the Database or DatabaseReference.
        database_name: the database's physical name.
        columns: the columns, in order.
        tables: the tables that the query reads.
        owner: the contact for the view.
        resource: the `aws_glue_catalog_table`.
        tagging: the `aws_lakeformation_resource_lf_tags`, or None if the view has only inherited LF-tags.

    Raises:
        ConstructError: an invalid name, column, type or classification, no table, or SQL that is empty, too long, ends
            with a semicolon, or contains values that are not known before apply.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: DatabaseLike,
        tables: Sequence[ViewedTable],
        sql: str,
        columns: Sequence[Column],
        description: str,
        name: str | None = None,
        owner: str | None = None,
        classification: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = name or slug(id).replace("-", "_")
        check_table(self, GovernedTable(self.name, columns, description, classification=classification))
        if not tables:
            raise ConstructError(self, "has no tables", fix="pass the tables that the query reads")
        self.columns: Final = tuple(columns)
        self.tables: Final = tuple(tables)
        self.database: Final[Database | DatabaseReference] = resolve_database(self, database)
        self.database_name: Final = self.database.name
        self.owner: Final = owner or stack_of(self).owner
        text = self._encode(sql)
        module = aws.glue_catalog_table
        self.resource: Final = module.GlueCatalogTable(
            self,
            "View",
            name=self.name,
            database_name=self.database_name,
            catalog_id=environment_of(self).account_id,
            description=description,
            owner=self.owner,
            table_type="VIRTUAL_VIEW",
            view_original_text=text,
            view_expanded_text="/* Presto View */",
            # As CREATE VIEW of Athena writes them.
            parameters={"presto_view": "true", "comment": "Presto View"},
            storage_descriptor=module.GlueCatalogTableStorageDescriptor(
                columns=[
                    module.GlueCatalogTableStorageDescriptorColumns(
                        name=column.name, type=parse(column.type).glue(), comment=column.comment or None
                    )
                    for column in columns
                ],
                # Athena rejects a view without a SerDe, and the provider does not send an empty one (issue 28517).
                ser_de_info=module.GlueCatalogTableStorageDescriptorSerDeInfo(name="-", serialization_library="-"),
            ),
        )
        if isinstance(self.database, Database):
            add_dependency(self.resource, self.database.resource, self.database.tagging)
        add_dependency(self.resource, *self._created_before())
        self.tagging: Final = self._tag(classification)

    def grant_read(self, grantee: Grantee) -> ViewAccess:
        """Allow a role to query the view: the view itself, and its tables with `grant_read`.

        The role can read all rows and columns of the tables, not only those of the view.

        Args:
            grantee: a role, a construct with a role, the name of a role, or its ARN.
        """
        return grant_view_access(self, self, grantee)

    def _encode(self, sql: str) -> str:
        """The query and its columns in the format of Presto views, which Athena reads."""
        sql = sql.strip()
        if not sql or sql.endswith(";"):
            raise ConstructError(
                self, "the SQL ends with a semicolon" if sql else "has no SQL", fix="pass one SELECT statement"
            )
        if cdktf.Token.is_unresolved(sql):
            raise ConstructError(
                self,
                "the SQL contains a value that is not known before apply",
                fix="use names that are literals, such as `table.name` and `table.database_name`",
            )
        view = {
            "originalSql": sql,
            "catalog": "awsdatacatalog",
            "schema": self.database_name,
            "columns": [{"name": column.name, "type": self._type_of(column)} for column in self.columns],
        }
        text = f"/* Presto View: {base64.b64encode(json.dumps(view).encode()).decode()} */"
        if len(text) > _MAX_TEXT:
            raise ConstructError(
                self,
                f"the encoded SQL has {len(text)} characters, at most {_MAX_TEXT} are allowed",
                fix="shorten the query or split it into several views",
            )
        return text

    def _type_of(self, column: Column) -> str:
        try:
            return parse(column.type).athena()
        except ValueError as error:
            raise ConstructError(
                self,
                f"column {column.name}: {error}",
                fix=f"cast it in the SQL, such as CAST({column.name} AT TIME ZONE 'UTC' AS timestamp(6))"
                if column.type == "timestamptz"
                else "cast it in the SQL, such as to varchar",
            ) from error

    def _created_before(self) -> list[cdktf.TerraformResource]:
        """The tables of the same stack, so that the view can be queried once it exists."""
        own = stack_of(self)
        return [table.resource for table in self.tables if isinstance(table, IcebergTable) and stack_of(table) is own]

    def _tag(self, classification: str | None) -> aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags | None:
        stack = stack_of(self)
        tags = {"domain": stack.domain} if isinstance(stack, TeamStack) else {}
        if classification:
            tags["classification"] = classification
        if not tags:
            return None
        return tag_table(self, "Tags", database=self.database_name, table=self.resource.name, tags=tags)
