"""Snowflake reads the lake's Iceberg tables: external volume, catalog integration, and tables over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.lake_formation_grants import TagGrant
from lakekit.iam import statement
from lakekit.naming import slug
from lakekit.snowflake.iam_role import SnowflakeRole, local_reference, snowflake_role_name
from lakekit.snowflake.names import literal, quoted
from lakekit.snowflake.policy_data import SharedTable
from lakekit.snowflake.sql_execute import SqlExecute
from lakekit.snowflake.stack import address_of, create_resource, snowflake_stack_of
from lakekit.storage import ZoneReference
from lakekit.storage.encryption_key import key_usage_statement

CATALOG: Final = "glue"
"""The word of the environment's catalog integration."""


def volume_name(scope: Construct, zone: str) -> str:
    """The external volume of a zone, a literal, in any stack of the environment."""
    return snowflake_stack_of(scope).snowflake_names.identifier(zone, kind="ev")


def catalog_name(scope: Construct) -> str:
    """The catalog integration of the environment, a literal, in any stack of it."""
    return snowflake_stack_of(scope).snowflake_names.identifier(CATALOG, kind="ci")


class ExternalVolume(Construct):
    """An external volume that reads the files of one zone's tables, and its IAM role, in one apply.

    Args:
        scope: where it stands.
        id: PascalCase id; the zone's name unless `zone` is given.
        zone: a zone that holds tables.

    Attributes:
        name: the volume's name, a literal.
        role: the SnowflakeRole.
        resource: the `snowflake_external_volume`.

    Raises:
        ConstructError: the zone holds no tables, or the environment does not have it.
    """

    def __init__(self, scope: Construct, id: str, *, zone: str | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        short_name = zone or slug(id)
        reference = ZoneReference(self, "Zone", short_name)
        if not reference.settings.holds_tables:
            raise ConstructError(
                self, f"the zone {short_name} holds no tables", fix="use a StorageIntegration for its files"
            )
        self.name: Final = volume_name(self, short_name)
        module = snowflake.external_volume
        location = module.ExternalVolumeStorageLocation(
            storage_location_name=short_name.upper().replace("-", "_"),
            storage_provider="S3",
            storage_base_url=reference.location,
            storage_aws_role_arn=environment.names.role_arn(snowflake_role_name(self, "tables", short_name)),
            # Files are under the bucket's key; Snowflake only reads, and decrypting needs no setting.
            encryption_type="NONE",
        )
        self.resource: Final[Any] = create_resource(
            self,
            "Volume",
            module.ExternalVolume,
            name=self.name,
            storage_location=[location],
            # The lake's engines write; two writers of one table without a common catalog lose commits.
            allow_writes="false",
            comment=f"Tables of zone {short_name}",
        )
        # Provider 2.11 takes no external id here: Snowflake makes one and says it in what it describes.
        self.role: Final = SnowflakeRole(
            self,
            "Role",
            name_parts=("tables", short_name),
            user=local_reference(self, "User", self._described("STORAGE_AWS_IAM_USER_ARN")),
            external_id=local_reference(self, "ExternalId", self._described("STORAGE_AWS_EXTERNAL_ID")),
            description=f"Snowflake reads tables of zone {short_name} with it",
        )
        reference.grant_read(self.role)

    def _described(self, key: str) -> str:
        """What Snowflake says of the volume's one location, in the form that the provider gives it.

        Until 2.14 that is a row with a JSON text, from 2.15 an object (the provider's migration guide). Of neither
        form the apply stops at this expression. Both go through `for`, since Terraform checks an attribute that is
        named outright against the type of the version at hand, also inside `try`.
        """
        rows = f"{self.resource.terraform_resource_type}.{self.resource.friendly_unique_id}.describe_output"
        row = f'jsondecode([for row in {rows} : row.value if row.name == "STORAGE_LOCATION_1"][0]).{key}'
        item = f"[for row in {rows} : row.storage_locations[0].s3_storage_location[0].{key.lower()}][0]"
        return "${try(" + f"{row}, {item}" + ")}"


class GlueCatalogIntegration(Construct):
    """A catalog integration with Glue's Iceberg REST endpoint, and its IAM role, in one apply.

    No version in the provider's range that begins at 2.11 has it as a resource, so it is a SqlExecute. The role reads
    the catalog and no data; Lake Formation lets it describe the tables of the zones, and nothing else.

    Args:
        scope: where it stands.
        id: PascalCase id.
        zones: zones whose tables Snowflake may look up; all that hold tables by default.

    Attributes:
        name: the integration's name, a literal.
        role: the SnowflakeRole.
        integration: the SqlExecute.
        grants: the TagGrants in Lake Formation.
    """

    def __init__(self, scope: Construct, id: str, *, zones: Sequence[str] | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        holding = [name for name, zone in environment.lake.zones.items() if zone.holds_tables]
        zones = holding if zones is None else list(zones)
        self.name: Final = catalog_name(self)
        external_id = snowflake_stack_of(self).snowflake_names.external_id("catalog")
        arn = names.role_arn(snowflake_role_name(self, "catalog"))
        domain = "amazonaws.com.cn" if names.partition == "aws-cn" else "amazonaws.com"
        execute = " ".join(
            (
                f"CREATE CATALOG INTEGRATION IF NOT EXISTS {self.name}",
                "CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG",
                f"REST_CONFIG = (CATALOG_URI = 'https://glue.{environment.region}.{domain}/iceberg'",
                f"CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = '{environment.account_id}')",
                f"REST_AUTHENTICATION = (TYPE = SIGV4 SIGV4_IAM_ROLE = {literal(arn)}",
                f"SIGV4_SIGNING_REGION = '{environment.region}' SIGV4_EXTERNAL_ID = {literal(external_id)})",
                "ENABLED = TRUE",
                f"COMMENT = {literal(f'Glue Data Catalog of {names.prefix}')}",
            )
        )
        self.integration: Final = SqlExecute(
            self,
            "Integration",
            execute=execute,
            revert=f"DROP CATALOG INTEGRATION IF EXISTS {self.name}",
            probe=f"DESCRIBE CATALOG INTEGRATION {self.name}",
        )
        user = self.integration.result("property", "property_value", "API_AWS_IAM_USER_ARN")
        self.role: Final = SnowflakeRole(
            self,
            "Role",
            name_parts=("catalog",),
            user=local_reference(self, "User", user),
            external_id=external_id,
            description="Snowflake looks up tables in the Glue Data Catalog with it",
        )
        ours = names.database_pattern()
        self.role.allow(
            statement(
                "ReadCatalog",
                ["glue:GetCatalog", "glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"],
                [names.arn("glue", what) for what in ("catalog", f"database/{ours}", f"table/{ours}/*")],
            )
        )
        self.role.allow(
            key_usage_statement(
                self, names.key_alias("catalog"), ["kms:Decrypt", "kms:DescribeKey"], sid="ReadCatalogKey", via="glue"
            )
        )
        self.role.allow(statement("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]))
        self.grants: Final[list[TagGrant]] = []
        for kind in ("DATABASE", "TABLE"):
            grant = TagGrant(
                self,
                f"Describe{kind.capitalize()}s",
                principal=self.role.resource.arn,
                kind=kind,
                expression={"zone": zones},
                permissions=["DESCRIBE"],
            )
            self.grants.append(grant)


class ExternalIcebergTable(Construct):
    """A table of the lake as a table in Snowflake: the same files, the same snapshots, read only.

    Args:
        scope: where it stands.
        id: PascalCase id.
        database: Snowflake database.
        schema: Snowflake schema.
        table: the table's name in Glue; in upper case it is its name in Snowflake.
        glue_database: the Glue database.
        zone: the zone its files are in.
        after: resources that have to exist first: schema, future grants, and volume and catalog where they stand in
            the same stack.

    Attributes:
        name: its name.
        qualified_name: its fully qualified name.
        object: the SqlExecute.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: str,
        schema: str,
        table: str,
        glue_database: str,
        zone: str,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = table.upper()
        self.qualified_name: Final = quoted(database, schema, self.name)
        data = SharedTable(
            resource="",
            table=(database, schema, self.name),
            volume=volume_name(self, zone),
            catalog=catalog_name(self),
            glue_database=glue_database,
            glue_table=table,
        )
        self.object: Final = SqlExecute(
            self,
            "Table",
            execute=data.create(),
            revert=f"DROP ICEBERG TABLE IF EXISTS {self.qualified_name}",
            probe=f"SHOW ICEBERG TABLES LIKE {literal(self.name)} IN SCHEMA {quoted(database, schema)}",
            after=after,
        )
        snowflake_stack_of(self).record_policy(replace(data, resource=address_of(self.object.resource)))
