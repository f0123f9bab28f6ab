from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class DataSourcesEncrypted(SettingsRule):
    id = "LK_QUICKSIGHT_1"
    title = "QuickSight reads over TLS and through the VPC, with an Enterprise subscription"
    severity = "high"
    rationale = (
        "Without TLS, passwords and rows are sent in clear text. The Standard edition has no encryption at rest, no "
        "VPC connections and no single sign-on."
    )
    remedy = (
        "Leave `disable_ssl` off, set `vpc_connection_properties`, and use the Enterprise edition with IAM Identity "
        "Center."
    )
    reference = "https://docs.aws.amazon.com/quicksight/latest/user/data-encryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_quicksight_data_source", "ssl_properties.disable_ssl", rejected=(True,), if_block=True),
        Setting("aws_quicksight_account_subscription", "edition", rejected=("STANDARD",)),
        Setting("aws_quicksight_account_subscription", "authentication_method", rejected=("IAM_AND_QUICKSIGHT",)),
        Setting("aws_quicksight_user", "identity_type", rejected=("QUICKSIGHT",)),
        Setting("aws_quicksight_account_settings", "termination_protection_enabled", rejected=(False,)),
    )


check = DataSourcesEncrypted()
