from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_bucket
from lakekit_policies.rules._shared.snowflake_values import BUCKET
from lakekit_policies.terraform.blocks import Block, as_list


class StorageIntegrationRestricted(Rule):
    id = "LK_SF_19"
    title = "Storage integrations are restricted to named buckets, a role and an external id"
    severity = "high"
    rationale = (
        "An integration for `s3://*/` reads everything its role can read. Without an external id, the trust policy "
        "of the role has to be completed manually."
    )
    remedy = (
        "Set `s3://<bucket>/` locations, `storage_aws_role_arn` to a role of this account, and "
        "`storage_aws_external_id`."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/sql/create-storage-integration"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("snowflake_storage_integration",)

    def problems(self, block: Block) -> Iterable[str]:
        locations = [str(item) for item in as_list(block.get("storage_allowed_locations"))]
        for location in locations or ["no location"]:
            if not BUCKET.match(location):
                yield f"storage_allowed_locations has {location}, which does not name a bucket"
            else:
                yield from foreign_bucket(location, "storage_allowed_locations")
        if not block.get("storage_aws_external_id"):
            yield "storage_aws_external_id is not set; a generated one requires a second apply for the trust policy"
        if not block.get("storage_aws_role_arn"):
            yield "storage_aws_role_arn is not set"
        if block.get("storage_aws_object_acl"):
            yield "storage_aws_object_acl is set; the buckets have ACLs disabled"


check = StorageIntegrationRestricted()
