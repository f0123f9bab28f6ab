"""Files of the lake in Snowflake: storage integration, stages and file formats."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.naming import slug
from lakekit.snowflake.iam_role import SnowflakeRole, snowflake_role_name
from lakekit.snowflake.names import quoted
from lakekit.snowflake.resources import create_resource, snowflake_stack_of
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.storage import ZoneLike, resolve_zone


class StorageIntegration(Construct):
    """A storage integration that reads files of zones, with its IAM role.

    The role has no write permission, so that nothing is unloaded through any stage.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        zones: zones whose files are read: constructs, references or names.
        name: kebab-case name.

    Attributes:
        zones: names of the zones.
        name: the integration's name in Snowflake, a literal.
        locations: `s3://…/` of each zone.
        role: the SnowflakeRole.
        resource: the `snowflake_storage_integration`.

    Raises:
        ConstructError: no zone, or one that the environment does not have.
    """

    def __init__(self, scope: Construct, id: str, *, zones: Sequence[ZoneLike], name: str | None = None) -> None:
        super().__init__(scope, id)
        if not zones:
            raise ConstructError(self, "has no zones", fix="pass zones, such as zones=['landing']")
        stack = snowflake_stack_of(self)
        short_name = name or slug(id)
        references = [resolve_zone(self, zone) for zone in zones]
        self.zones: Final = tuple(reference.name for reference in references)
        self.locations: Final = {reference.name: reference.location for reference in references}
        self.name: Final = stack.snowflake_names.identifier(short_name, kind="si")
        external_id = stack.snowflake_names.external_id("storage", short_name)
        self.resource: Final = create_resource(
            self,
            "Integration",
            snowflake.storage_integration.StorageIntegration,
            name=self.name,
            type="EXTERNAL_STAGE",
            enabled=True,
            storage_provider="S3",
            storage_allowed_locations=sorted(self.locations.values()),
            storage_aws_role_arn=stack.environment.names.role_arn(snowflake_role_name(self, short_name)),
            storage_aws_external_id=external_id,
            comment=f"Reads files of {', '.join(self.zones)}",
        )
        self.role: Final = SnowflakeRole(
            self,
            "Role",
            name=short_name,
            user=self.resource.storage_aws_iam_user_arn,
            external_id=external_id,
            description=f"Snowflake reads files of {', '.join(self.zones)} with it",
        )
        for reference in references:
            reference.grant_read(self.role)


class Format(StrEnum):
    """File formats."""

    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "PARQUET"


# Stricter than the defaults, which accept rows of another width and bytes that are not UTF-8.
_STRICT: Final[dict[Format, dict[str, Any]]] = {
    Format.CSV: {
        "skip_header": 1,
        "field_delimiter": ",",
        "field_optionally_enclosed_by": '"',
        "error_on_column_count_mismatch": True,
        "empty_field_as_null": True,
        "encoding": "UTF8",
        "compression": "AUTO",
        "replace_invalid_characters": False,
    },
    Format.JSON: {"compression": "AUTO", "strip_outer_array": True, "replace_invalid_characters": False},
    Format.PARQUET: {"compression": "AUTO", "binary_as_text": False},
}


class FileFormat(Construct):
    """A named file format that rejects malformed files.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name in Snowflake is in upper case with underscores.
        schema: the schema of the format.
        format: CSV (one header line, quoted by `"`), JSON (an outer array is stripped) or Parquet.
        options: arguments of `snowflake_file_format` that override the defaults.

    Attributes:
        name: the name in Snowflake.
        qualified_name: the fully qualified name.
        format: the format.
        resource: the `snowflake_file_format`.
    """

    def __init__(self, scope: Construct, id: str, *, schema: SnowflakeSchema, format: Format, **options: Any) -> None:
        super().__init__(scope, id)
        self.name: Final = slug(id).replace("-", "_").upper()
        self.format: Final = format
        self.qualified_name: Final = quoted(schema.database, schema.name, self.name)
        self.resource: Final = create_resource(
            self,
            "Format",
            snowflake.file_format.FileFormat,
            depends_on=[schema.resource],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            format_type=str(format),
            comment=f"{format} as it arrives; what is malformed is refused",
            **{**_STRICT[format], **options},
        )


class Stage(Construct):
    """An external stage on a folder of a zone, through a storage integration.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name in Snowflake is in upper case with underscores.
        schema: the schema of the stage.
        integration: the storage integration.
        zone: one of the integration's zones: a construct, a reference or a name.
        prefix: folder in the zone, such as `orders/`; the whole zone is rejected.
        file_format: the format of the files.

    Attributes:
        name: the name in Snowflake.
        zone: name of the zone.
        url: `s3://<bucket>/<prefix>`.
        qualified_name: the fully qualified name.
        file_format: the FileFormat.
        resource: the `snowflake_stage`.

    Raises:
        ConstructError: the integration does not read the zone, or there is no prefix.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        schema: SnowflakeSchema,
        integration: StorageIntegration,
        zone: ZoneLike,
        prefix: str,
        file_format: FileFormat,
    ) -> None:
        super().__init__(scope, id)
        zone = zone if isinstance(zone, str) else zone.name
        if zone not in integration.locations:
            raise ConstructError(
                self,
                f"{integration.name} does not read zone {zone!r}; it reads {', '.join(integration.zones)}",
                fix="add the zone to the integration",
            )
        if not prefix.strip("/") or "*" in prefix or prefix.startswith("/"):
            raise ConstructError(self, f"{prefix!r} is not a folder of a zone", fix="pass one, such as `orders/`")
        self.name: Final = slug(id).replace("-", "_").upper()
        self.zone: Final = zone
        self.prefix: Final = prefix.strip("/") + "/"
        self.url: Final = f"{integration.locations[zone]}{self.prefix}"
        self.qualified_name: Final = quoted(schema.database, schema.name, self.name)
        self.file_format: Final = file_format
        self.resource: Final = create_resource(
            self,
            "Stage",
            snowflake.stage.Stage,
            depends_on=[schema.resource, integration.resource, file_format.resource],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            url=self.url,
            storage_integration=integration.name,
            file_format=f"FORMAT_NAME = {file_format.qualified_name}",
            comment=f"Files of zone {zone} below {self.prefix}",
        )
