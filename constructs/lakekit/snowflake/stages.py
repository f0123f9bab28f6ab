"""Snowflake reads the lake's files: storage integration, stages and file formats."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.errors import ConstructError
from lakekit.naming import pascal, slug
from lakekit.snowflake.iam_role import SnowflakeRole, snowflake_role_name
from lakekit.snowflake.names import quoted
from lakekit.snowflake.schema import SnowflakeSchema
from lakekit.snowflake.stack import create_resource, snowflake_stack_of
from lakekit.storage import ZoneReference


class StorageIntegration(Construct):
    """An integration that reads files of some zones, and its IAM role, in one apply.

    Nothing is ever written through it: the role holds no such right, whatever a stage says.

    Args:
        scope: where it stands.
        id: PascalCase id; the integration's name unless `name` is given.
        zones: zones whose files are read.
        name: kebab-case name of its name.

    Attributes:
        name: the integration's name, a literal.
        locations: `s3://…/` of each zone.
        role: the SnowflakeRole.
        resource: the `snowflake_storage_integration`.

    Raises:
        ConstructError: no zone, or one that the environment does not have.
    """

    def __init__(self, scope: Construct, id: str, *, zones: Sequence[str], name: str | None = None) -> None:
        super().__init__(scope, id)
        if not zones:
            raise ConstructError(self, "reads no zone", fix="name the zones, such as zones=['landing']")
        stack = snowflake_stack_of(self)
        short_name = name or slug(id)
        references = [ZoneReference(self, pascal(zone) + "Zone", zone) for zone in zones]
        self.zones: Final = tuple(zones)
        self.locations: Final = {reference.name: reference.location for reference in references}
        self.name: Final = stack.snowflake_names.identifier(short_name, kind="si")
        external_id = stack.snowflake_names.external_id("storage", short_name)
        self.resource: Final[Any] = create_resource(
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
            comment=f"Reads files of {', '.join(zones)}",
        )
        self.role: Final = SnowflakeRole(
            self,
            "Role",
            name_parts=(short_name,),
            user=self.resource.storage_aws_iam_user_arn,
            external_id=external_id,
            description=f"Snowflake reads files of {', '.join(zones)} with it",
        )
        for reference in references:
            reference.grant_read(self.role)


class Format(StrEnum):
    """Formats of files that arrive."""

    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "PARQUET"


# What the format's own defaults would let pass: rows of another width, bytes that are no UTF-8.
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
    """A named file format that refuses what is malformed instead of guessing.

    Args:
        scope: where it stands.
        id: PascalCase id; the format's name in upper case.
        schema: the schema it lives in.
        format: CSV (with one header line, quoted by `"`), JSON (an outer array is taken apart) or Parquet.
        options: arguments of `snowflake_file_format` that replace these.

    Attributes:
        name: its name.
        qualified_name: its fully qualified name.
        format: the format.
        resource: the `snowflake_file_format`.
    """

    def __init__(self, scope: Construct, id: str, *, schema: SnowflakeSchema, format: Format, **options: Any) -> None:
        super().__init__(scope, id)
        self.name: Final = slug(id).replace("-", "_").upper()
        self.format: Final = format
        self.qualified_name: Final = quoted(schema.database, schema.name, self.name)
        self.resource: Final[Any] = create_resource(
            self,
            "Format",
            snowflake.file_format.FileFormat,
            after=[schema.resource],
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
        scope: where it stands.
        id: PascalCase id; the stage's name in upper case.
        schema: the schema it lives in.
        integration: the integration it reads with.
        zone: the zone, one of the integration's.
        prefix: folder below the zone, such as `orders/`; the whole zone is refused.
        file_format: how its files are read.

    Attributes:
        name: its name.
        url: `s3://<bucket>/<prefix>`.
        qualified_name: its fully qualified name.
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
        zone: str,
        prefix: str,
        file_format: FileFormat,
    ) -> None:
        super().__init__(scope, id)
        if zone not in integration.locations:
            raise ConstructError(
                self,
                f"{integration.name} does not read zone {zone!r}; it reads {', '.join(integration.zones)}",
                fix="add the zone to the integration",
            )
        if not prefix.strip("/") or "*" in prefix or prefix.startswith("/"):
            raise ConstructError(self, f"{prefix!r} is no folder of a zone", fix="name one, such as `orders/`")
        self.name: Final = slug(id).replace("-", "_").upper()
        self.zone: Final = zone
        self.prefix: Final = prefix.strip("/") + "/"
        self.url: Final = f"{integration.locations[zone]}{self.prefix}"
        self.qualified_name: Final = quoted(schema.database, schema.name, self.name)
        self.file_format: Final = file_format
        self.resource: Final[Any] = create_resource(
            self,
            "Stage",
            snowflake.stage.Stage,
            after=[schema.resource, integration.resource, file_format.resource],
            database=schema.database,
            schema=schema.name,
            name=self.name,
            url=self.url,
            storage_integration=integration.name,
            file_format=f"FORMAT_NAME = {file_format.qualified_name}",
            comment=f"Files of zone {zone} below {self.prefix}",
        )
