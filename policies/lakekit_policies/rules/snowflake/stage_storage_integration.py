from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import BUCKET
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class StageStorageIntegration(Rule):
    id = "LK_SF_20"
    title = "Stages use a storage integration instead of keys"
    severity = "critical"
    rationale = (
        "Keys in a stage are long-lived AWS credentials that everybody with rights on state can read; the "
        "rights of an integration are a role's."
    )
    remedy = "Set url and storage_integration, and leave credentials out."
    reference = "https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration"
    pack = "snowflake"
    controls = {"nist": ["IA-5(7)", "AC-4"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("snowflake_stage",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("credentials"):
            yield "credentials are written into the stage"
        if block.get("url") and not block.get("storage_integration"):
            yield "an external stage without storage_integration"
        if block.get("url") and not BUCKET.match(str(block["url"])) and "${" not in str(block["url"]):
            yield f"url {block['url']} names no bucket"
        if not block.get("url") and stack_context.current().at_least("staging"):
            yield "an internal stage: files in it are outside of the lake and of its lifecycle"


check = StageStorageIntegration()
