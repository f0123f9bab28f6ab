from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class SettingsExternalDataFiltering(Rule):
    id = "LK_LF_3"
    title = "External engines receive filtered data only"
    severity = "high"
    rationale = (
        "`allow_full_table_external_data_access` gives credentials for whole tables to engines that do not apply row "
        "and column filters. External data filtering without an allow list trusts every account."
    )
    remedy = "Leave both settings off, or list the accounts and session tag values for external data filtering."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/using-cred-vending.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-4"], "soc2": ["CC6.1"]}
    resources = ("aws_lakeformation_data_lake_settings",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("allow_full_table_external_data_access") is True:
            yield "allow_full_table_external_data_access is true; external engines can read whole tables"
        restricted = block.get("external_data_filtering_allow_list") and block.get("authorized_session_tag_value_list")
        if block.get("allow_external_data_filtering") is True and not restricted:
            yield "allow_external_data_filtering is true without both an allow list and session tag values"


check = SettingsExternalDataFiltering()
