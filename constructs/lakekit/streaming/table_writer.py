"""What a stream needs to write one Iceberg table: files, key, catalog entry and Lake Formation, and no other table."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import CATALOG_KEY
from lakekit.governance.lake_formation_grants import named_grants
from lakekit.iam import Role, statement
from lakekit.storage import ZoneReference
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.zone_names import zone_name_parts

_TABLE: Final = ("ALTER", "DELETE", "DESCRIBE", "INSERT")


class TableWriter(Construct):
    """The rights of a role on one Iceberg table, in IAM and in Lake Formation.

    Args:
        scope: the stream.
        id: PascalCase id.
        role: who writes.
        table: an IcebergTable, or a TableReference to one of another stack.

    Attributes:
        zone: the ZoneReference of the table's zone.
        grants: the `aws_lakeformation_permissions`, in the order they are made.

    Raises:
        ConstructError: the table lies in no zone of the environment.
    """

    def __init__(self, scope: Construct, id: str, *, role: Role, table: IcebergTable | TableReference) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        bucket, _, prefix = table.location.removeprefix("s3://").partition("/")
        zones = {names.bucket(*zone_name_parts(name)): name for name in environment.lake.zones}
        if bucket not in zones:
            raise ConstructError(self, f"{table.location} lies in no zone of {environment.name}: {', '.join(zones)}")
        self.zone: Final = ZoneReference(self, "Zone", zones[bucket])
        self.zone.grant_write(role, f"{prefix}/")
        # The metadata that the table was born from lies beside it.
        self.zone.grant_read(role, f"_lakekit/iceberg/{table.database_name}/{table.name}/")
        database, name = table.database_name, table.name
        role.allow(
            statement(
                "CommitTable",
                ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable"],
                [names.arn("glue", what) for what in ("catalog", f"database/{database}", f"table/{database}/{name}")],
            )
        )
        # Glue opens the catalog's entries with the caller's own right to their key, as in `grant_catalog_access`.
        actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
        role.allow(key_usage_statement(self, names.key_alias(*CATALOG_KEY), actions, sid="CatalogKey", via="glue"))
        role.allow(statement("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]))
        module = aws.lakeformation_permissions
        # No SELECT: a sink commits files and reads metadata, and with it every plan would make the grant anew
        # (provider issue 44074).
        on_table = {"table": module.LakeformationPermissionsTable(database_name=database, name=name)}
        on_database = {"database": module.LakeformationPermissionsDatabase(name=database)}
        self.grants: Final[list[Any]] = named_grants(
            self,
            role.resource.arn,
            [("Database", ("DESCRIBE",), on_database), ("Write", _TABLE, on_table)],
            depends_on=[table.resource] if isinstance(table, IcebergTable) else [],
        )
