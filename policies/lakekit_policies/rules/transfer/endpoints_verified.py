from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class EndpointsVerified(SettingsRule):
    id = "LK_TRANSFER_2"
    title = "Connectors verify their server, and agents use an endpoint in the VPC"
    severity = "high"
    rationale = (
        "A connector without host keys sends files to any server that answers. An agent without a VPC endpoint "
        "moves data over the internet."
    )
    remedy = "Set `trusted_host_keys` of SFTP connectors, and `vpc_endpoint_id` of DataSync agents."
    reference = "https://docs.aws.amazon.com/transfer/latest/userguide/configure-sftp-connector.html"
    pack = "baseline"
    controls = {"nist": ["IA-9", "SC-7", "SC-8"], "soc2": ["CC6.6", "CC6.7"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_transfer_connector", "sftp_config.trusted_host_keys", required=True, if_block=True),
        Setting("aws_datasync_agent", "vpc_endpoint_id", required=True),
    )


check = EndpointsVerified()
