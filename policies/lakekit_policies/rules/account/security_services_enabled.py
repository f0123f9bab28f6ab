from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class SecurityServicesEnabled(SettingsRule):
    id = "LK_ACCOUNT_3"
    title = "Services that detect threats stay enabled"
    severity = "high"
    rationale = "A detector or recorder that is stopped or covers a part of the account hides what happens in the rest."
    remedy = "Enable the service, for all resources, and remove filters that archive findings."
    reference = "https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html#guardduty-1"
    pack = "baseline"
    controls = {"nist": ["AU-12", "SI-4"], "cis": ["3.3"], "soc2": ["CC7.1", "CC7.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_guardduty_detector", "enable", rejected=(False,), default=True),
        Setting("aws_guardduty_detector_feature", "status", allowed=("ENABLED",)),
        Setting("aws_guardduty_filter", "action", rejected=("ARCHIVE",)),
        Setting(
            "aws_guardduty_ipset",
            "activate",
            rejected=(True,),
            why="traffic of the listed addresses creates no findings",
        ),
        Setting("aws_guardduty_organization_configuration", "auto_enable_organization_members", rejected=("NONE",)),
        Setting("aws_config_configuration_recorder_status", "is_enabled", allowed=(True,)),
        Setting(
            "aws_config_configuration_recorder",
            "recording_group.all_supported",
            rejected=(False,),
            default=True,
            if_block=True,
        ),
        Setting("aws_macie2_account", "status", rejected=("PAUSED",), default="ENABLED"),
        Setting("aws_securityhub_standards_control", "control_status", rejected=("DISABLED",)),
        Setting("aws_inspector2_organization_configuration", "auto_enable.ec2", rejected=(False,)),
    )


check = SecurityServicesEnabled()
