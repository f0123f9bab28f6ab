from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class DatazoneDomainRestricted(SettingsRule):
    id = "LK_DATAZONE_1"
    title = "DataZone domains have a customer managed key and named users"
    severity = "high"
    rationale = "With automatic assignment, every user of the identity provider can enter the domain and ask for data."
    remedy = "Set `kms_key_identifier`, and `user_assignment = MANUAL`."
    reference = "https://docs.aws.amazon.com/datazone/latest/userguide/user-management.html"
    pack = "baseline"
    controls = {"nist": ["AC-2", "AC-3", "SC-12", "SC-28(1)"], "soc2": ["CC6.1", "CC6.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_datazone_domain", "kms_key_identifier", key=True),
        Setting("aws_datazone_domain", "single_sign_on.user_assignment", rejected=("AUTOMATIC",), if_block=True),
    )


check = DatazoneDomainRestricted()
