"""The object with the initial metadata of an Iceberg table: written for each creation of the table, then left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lakekit.bindings import Construct, aws, cdktf
from lakekit.storage import object_tags


def add_metadata_file(
    scope: Construct,
    *,
    table: aws.glue_catalog_table.GlueCatalogTable,
    bucket: str,
    key: str,
    metadata: Mapping[str, Any],
) -> aws.s3_object.S3Object:
    """Write the initial metadata of a table, with a UUID of its own for each creation of the table.

    A change of the declaration does not change the object: it may be the current metadata of the table. If an engine
    dropped the table, Terraform creates it again: its id is unknown then, which replaces the UUID, and the object gets
    the declaration of that time. A writer that still holds the dropped table is refused, as the UUID differs.

    Args:
        scope: the table's construct.
        table: the `aws_glue_catalog_table`, which names the object literally.
        bucket: bucket of the object.
        key: key of the object.
        metadata: the metadata of an empty table.
    """
    identity = cdktf.DataResource(scope, "Identity", triggers_replace={"table": table.id})
    # References in `lifecycle` are written without `${}`.
    reference = f"{identity.terraform_resource_type}.{identity.friendly_unique_id}"
    return aws.s3_object.S3Object(
        scope,
        "Metadata",
        bucket=bucket,
        key=key,
        content=json.dumps({**metadata, "table-uuid": identity.id}),
        content_type="application/json",
        lifecycle=cdktf.TerraformResourceLifecycle(ignore_changes=["content"], replace_triggered_by=[reference]),
        **object_tags(scope),
    )
