from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_callees import undeclared
from lakekit_policies.rules._shared.snowflake_destinations import foreign_bucket
from lakekit_policies.rules._shared.snowflake_values import BUCKET
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class StageStorageIntegration(Rule):
    id = "LK_SF_20"
    title = "Stages use a storage integration instead of keys"
    severity = "critical"
    rationale = (
        "Credentials in a stage are long-lived AWS keys, readable by every principal with access to the state. A "
        "storage integration uses the permissions of an IAM role. An external table reads what its stage names."
    )
    remedy = "Set `url` and `storage_integration`, and remove `credentials`."
    reference = "https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration"
    pack = "snowflake"
    controls = {"nist": ["IA-5(7)", "AC-4"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("snowflake_external_table", "snowflake_stage")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_external_table":
            yield from undeclared(self.peers, "location", f"COPY INTO T FROM {block.get('location')}")
            return
        if block.get("credentials"):
            yield "credentials are set in the stage"
        if block.get("url") and not block.get("storage_integration"):
            yield "the external stage has no storage_integration"
        if block.get("url") and not BUCKET.match(str(block["url"])) and "${" not in str(block["url"]):
            yield f"url {block['url']} does not name a bucket"
        elif block.get("url"):
            yield from foreign_bucket(block["url"], "url")
        if not block.get("url") and stack_context.current().at_least("staging"):
            yield "internal stages are not allowed in staging and prod; set url"


check = StageStorageIntegration()
