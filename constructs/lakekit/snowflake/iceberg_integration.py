"""Iceberg tables of the lake in Snowflake: external volume, catalog integration and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.lake_formation_grants import TagGrant
from lakekit.iam import statement
from lakekit.naming import slug
from lakekit.snowflake.iam_role import SnowflakeRole, local_reference, snowflake_role_name
from lakekit.snowflake.names import literal, quoted
from lakekit.snowflake.policy_data import SharedTable
from lakekit.snowflake.resources import address_of, create_resource, snowflake_stack_of
from lakekit.snowflake.sql_execute import SqlExecute
from lakekit.storage import ZoneLike, resolve_zone
from lakekit.storage.encryption_key import key_usage_statement

CATALOG: Final = "glue"
"""Short name of the environment's catalog integration."""


def volume_name(scope: Construct, zone: str) -> str:
    """Name of the external volume of a zone, a literal that any stack of the environment can use."""
    return snowflake_stack_of(scope).snowflake_names.identifier(zone, kind="ev")


def catalog_name(scope: Construct) -> str:
    """Name of the environment's catalog integration, a literal that any of its stacks can use."""
    return snowflake_stack_of(scope).snowflake_names.identifier(CATALOG, kind="ci")


class ExternalVolume(Construct):
    """An external volume that reads the files of one zone's tables, with its IAM role.

    Args:
        scope: the parent construct.
        id: PascalCase id; the zone's name unless `zone` is given.
        zone: a zone that holds tables: a construct, a reference or a name.

    Attributes:
        name: the volume's name in Snowflake, a literal.
        role: the SnowflakeRole.
        resource: the `snowflake_external_volume`.

    Raises:
        ConstructError: the zone holds no tables, or the environment does not have it.
    """

    def __init__(self, scope: Construct, id: str, *, zone: ZoneLike | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        reference = resolve_zone(self, zone or slug(id))
        short_name = reference.name
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
            storage_aws_role_arn=environment.names.role_arn(snowflake_role_name(self, f"tables-{short_name}")),
            # The bucket's key encrypts the files; Snowflake only reads, and decryption needs no setting.
            encryption_type="NONE",
        )
        self.resource: Final = create_resource(
            self,
            "Volume",
            module.ExternalVolume,
            name=self.name,
            storage_location=[location],
            # Only the lake's engines write: two writers of one table without a common catalog lose commits.
            allow_writes="false",
            comment=f"Tables of zone {short_name}",
        )
        # Provider 2.11 takes no external id here: Snowflake creates one and returns it in `describe_output`.
        self.role: Final = SnowflakeRole(
            self,
            "Role",
            name=f"tables-{short_name}",
            user=local_reference(self, "User", self._described("STORAGE_AWS_IAM_USER_ARN")),
            external_id=local_reference(self, "ExternalId", self._described("STORAGE_AWS_EXTERNAL_ID")),
            description=f"Snowflake reads tables of zone {short_name} with it",
        )
        reference.grant_read(self.role)

    def _described(self, key: str) -> str:
        """Terraform expression for a property of the volume's location, in both forms of `describe_output`.

        Provider versions up to 2.14 return a row with JSON text, 2.15 and later an object (migration guide). With any
        other form the apply fails at this expression. Both forms use `for`, since Terraform checks a direct attribute
        access against the type of the installed version, also inside `try`.
        """
        rows = f"{self.resource.terraform_resource_type}.{self.resource.friendly_unique_id}.describe_output"
        row = f'jsondecode([for row in {rows} : row.value if row.name == "STORAGE_LOCATION_1"][0]).{key}'
        item = f"[for row in {rows} : row.storage_locations[0].s3_storage_location[0].{key.lower()}][0]"
        return "${try(" + f"{row}, {item}" + ")}"


class GlueCatalogIntegration(Construct):
    """A catalog integration with Glue's Iceberg REST endpoint, with its IAM role.

    No version in the provider's range, from 2.11, has it as a resource, so it is a SqlExecute. The role reads the
    catalog and no data; Lake Formation allows it to describe the tables of the zones, and nothing else.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        zones: zones whose tables Snowflake may look up; all that hold tables by default.

    Attributes:
        name: the integration's name in Snowflake, a literal.
        role: the SnowflakeRole.
        integration: the SqlExecute.
        grants: the TagGrants in Lake Formation.
    """

    def __init__(self, scope: Construct, id: str, *, zones: Sequence[ZoneLike] | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        holding = [name for name, zone in environment.lake.zones.items() if zone.holds_tables]
        names_of_zones = holding if zones is None else [resolve_zone(self, zone).name for zone in zones]
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
            name="catalog",
            user=local_reference(self, "User", user),
            external_id=external_id,
            description="Snowflake looks up tables in the Glue Data Catalog with it",
        )
        pattern = names.database_pattern()
        self.role.allow(
            statement(
                "ReadCatalog",
                ["glue:GetCatalog", "glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"],
                [names.arn("glue", what) for what in ("catalog", f"database/{pattern}", f"table/{pattern}/*")],
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
                expression={"zone": names_of_zones},
                permissions=["DESCRIBE"],
            )
            self.grants.append(grant)


class ExternalIcebergTable(Construct):
    """An Iceberg table of the lake as a read-only table in Snowflake: the same files and snapshots.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        database: name of the database in Snowflake.
        schema: name of the schema in Snowflake.
        table: the table's name in Glue; in upper case it is the name in Snowflake.
        glue_database: physical name of the Glue database.
        zone: name of the zone of its files.
        depends_on: resources that are created first: schema, future grants, and volume and catalog if they are in the
            same stack.

    Attributes:
        name: the name in Snowflake.
        qualified_name: the fully qualified name.
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
        depends_on: Sequence[Construct] = (),
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
            depends_on=depends_on,
        )
        snowflake_stack_of(self).record_policy(replace(data, resource=address_of(self.object.resource)))
