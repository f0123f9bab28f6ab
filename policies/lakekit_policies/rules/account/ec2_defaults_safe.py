from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class Ec2DefaultsSafe(SettingsRule):
    id = "LK_ACCOUNT_2"
    title = "Defaults of EC2 block public sharing, IMDSv1 and the serial console"
    severity = "high"
    rationale = (
        "A snapshot or image that is shared with everyone is a copy of its disk. IMDSv1 gives the credentials of an "
        "instance to any caller that can make it send a request, and the serial console needs no network path."
    )
    remedy = (
        "Block public sharing, require IMDSv2, leave the serial console disabled, and block traffic of internet "
        "gateways."
    )
    reference = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-snapshot-sharing.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_ebs_snapshot_block_public_access", "state", allowed=("block-all-sharing", "block-new-sharing")),
        Setting("aws_ec2_image_block_public_access", "state", allowed=("block-new-sharing",)),
        Setting("aws_ec2_instance_metadata_defaults", "http_tokens", allowed=("required",)),
        Setting("aws_ec2_serial_console_access", "enabled", rejected=(True,), default=True),
        Setting(
            "aws_vpc_block_public_access_options",
            "internet_gateway_block_mode",
            allowed=("block-bidirectional", "block-ingress"),
        ),
        Setting(
            "aws_vpc_block_public_access_exclusion",
            "internet_gateway_exclusion_mode",
            rejected=("allow-bidirectional", "allow-egress"),
        ),
    )


check = Ec2DefaultsSafe()
