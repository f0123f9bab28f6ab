"""The object with the initial metadata of an Iceberg table: written for each creation of the table, then left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.iceberg.metadata import table_uuid
from lakekit.catalog.initial_metadata import metadata_prefix
from lakekit.storage import object_tags

FOLDER_PARAMETER: Final = "lakekit.initial-metadata"
"""Parameter of a table with the folder of its initial metadata: the provider does not read `metadata_location`."""
# The time of the plan that creates the table: every creation has a folder of its own, which the plan shows. Tables that
# exist ignore it.
_CREATION: Final = """${formatdate("YYYYMMDD'T'hhmmss'Z'", plantimestamp())}"""


@dataclass(frozen=True)
class MetadataLocation:
    """Where the initial metadata of a table is: outside the table's location.

    The orphan-file optimizer would delete a file below the table's location, and every plan would recreate it.

    Attributes:
        bucket: bucket of the object.
        prefix: key prefix of the initial metadata of all creations of the table.
        file: name of the object below the folder of a creation.
    """

    bucket: str
    prefix: str
    file: str

    @classmethod
    def of(cls, bucket: str, database: str, table: str, location: str) -> MetadataLocation:
        """The location for a table.

        Args:
            bucket: bucket of the table.
            database: the database's physical name.
            table: the table's name.
            location: `s3://…` of the table.
        """
        return cls(bucket, metadata_prefix(database, table), f"00000-{table_uuid(location)}.metadata.json")

    @property
    def root(self) -> str:
        """Holds all creations. Lake Formation vends credentials for additional locations of a table too."""
        return f"s3://{self.bucket}/{self.prefix}metadata"

    @property
    def folder(self) -> str:
        """The folder of this creation."""
        return f"{self.root}/{_CREATION}"

    @property
    def url(self) -> str:
        """The object for this creation."""
        return f"{self.folder}/{self.file}"


def add_metadata_file(
    scope: Construct,
    *,
    table: aws.glue_catalog_table.GlueCatalogTable,
    location: MetadataLocation,
    metadata: Mapping[str, Any],
) -> aws.s3_object.S3Object:
    """Write the initial metadata of a table, with a UUID of its own for each creation of the table.

    A change of the declaration does not change the object: it may be the current metadata of the table. If an engine
    dropped the table, Terraform creates it again: its id is unknown then, which replaces the UUID, and the object gets
    the declaration of that time. A writer that still holds the dropped table is refused, as the UUID differs.

    A table that is created without this object (`-target` of the table) names a folder that the object is not in; plans
    fail then.

    Args:
        scope: the table's construct.
        table: the `aws_glue_catalog_table`.
        location: where the object is.
        metadata: the metadata of an empty table.
    """
    identity = cdktf.DataResource(scope, "Identity", triggers_replace={"table": table.id})
    # References in `lifecycle` are written without `${}`.
    reference = f"{identity.terraform_resource_type}.{identity.friendly_unique_id}"
    bucket = f"s3://{location.bucket}/"
    folder = f'{table.terraform_resource_type}.{table.friendly_unique_id}.parameters["{FOLDER_PARAMETER}"]'
    written = cdktf.Postcondition(
        condition=f'${{try(startswith("{bucket}${{self.key}}", {folder}), true)}}',
        error_message=(
            f"The table {table.friendly_unique_id} was created without its metadata file. "
            f"Write it: lakekit-terraform apply -replace={reference}"
        ),
    )
    key = f'try(trimprefix({folder}, "{bucket}"), "{location.prefix}metadata/created-by-an-engine")'
    return aws.s3_object.S3Object(
        scope,
        "Metadata",
        bucket=location.bucket,
        key=f"${{{key}}}/{location.file}",
        content=json.dumps({**metadata, "table-uuid": identity.id}),
        content_type="application/json",
        lifecycle=cdktf.TerraformResourceLifecycle(
            ignore_changes=["content", "key"], replace_triggered_by=[reference], postcondition=[written]
        ),
        **object_tags(scope),
    )
