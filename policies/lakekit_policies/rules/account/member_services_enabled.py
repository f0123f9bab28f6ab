from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class MemberServicesEnabled(SettingsRule):
    id = "LK_ACCOUNT_4"
    title = "Services that detect threats cover new accounts, features and findings"
    severity = "high"
    rationale = "A feature that is off for new accounts, a disabled control or an archiving filter hides what happens."
    remedy = "Enable the feature for all members, and remove filters that archive findings."
    reference = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html"
    pack = "baseline"
    controls = {"nist": ["AU-11", "AU-12", "SI-4"], "soc2": ["CC7.1", "CC7.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_config_retention_configuration", "retention_period_in_days", minimum=365),
        Setting("aws_guardduty_member_detector_feature", "status", allowed=("ENABLED",)),
        Setting("aws_guardduty_organization_configuration_feature", "auto_enable", rejected=("NONE",)),
        Setting("aws_macie2_findings_filter", "action", rejected=("ARCHIVE",)),
        Setting("aws_macie2_organization_configuration", "auto_enable", rejected=(False,)),
        Setting("aws_securityhub_organization_configuration", "auto_enable", rejected=(False,)),
        Setting("aws_securityhub_standards_control_association", "association_status", rejected=("DISABLED",)),
    )


check = MemberServicesEnabled()
