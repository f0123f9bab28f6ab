from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_bucket
from lakekit_policies.rules._shared.snowflake_values import BUCKET, display
from lakekit_policies.terraform.blocks import Block, nested


class ExternalVolumeReadOnly(Rule):
    id = "LK_SF_23"
    title = "External volumes are read-only and cover one bucket"
    severity = "high"
    rationale = (
        "The lake's engines write these tables through the Glue Data Catalog. A second writer that does not use the "
        "catalog loses commits."
    )
    remedy = (
        'Set `allow_writes = "false"`, `storage_base_url = "s3://<bucket>/"` and `storage_aws_role_arn` to a role of '
        "this account."
    )
    reference = "https://docs.snowflake.com/en/user-guide/tables-iceberg-configure-external-volume-s3"
    pack = "snowflake"
    controls = {"nist": ["AC-6", "AC-4"], "soc2": ["CC6.1"]}
    resources = ("snowflake_external_volume",)

    def problems(self, block: Block) -> Iterable[str]:
        if str(block.get("allow_writes", "true")).lower() != "false":
            yield "allow_writes is not false"
        for location in nested(block, "storage_location"):
            if not BUCKET.match(str(location.get("storage_base_url", ""))):
                yield f"storage_base_url {display(location.get('storage_base_url'))} does not name a bucket"
            else:
                yield from foreign_bucket(location.get("storage_base_url"), "storage_base_url")
            if not location.get("storage_aws_role_arn"):
                yield "storage_aws_role_arn is not set"


check = ExternalVolumeReadOnly()
