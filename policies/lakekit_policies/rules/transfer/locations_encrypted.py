from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class LocationsEncrypted(SettingsRule):
    id = "LK_DATASYNC_2"
    title = "DataSync locations encrypt in transit"
    severity = "high"
    rationale = "Files are sent in clear text."
    remedy = "Set the protocol, protection or TLS option of the location."
    reference = "https://docs.aws.amazon.com/datasync/latest/userguide/encryption-in-transit.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_datasync_location_efs", "in_transit_encryption", allowed=("TLS1_2",), default="NONE"),
        Setting("aws_datasync_location_hdfs", "authentication_type", rejected=("SIMPLE",)),
        Setting(
            "aws_datasync_location_hdfs",
            "qop_configuration.data_transfer_protection",
            rejected=("DISABLED", "AUTHENTICATION", "INTEGRITY"),
            if_block=True,
        ),
        Setting(
            "aws_datasync_location_hdfs",
            "qop_configuration.rpc_protection",
            rejected=("DISABLED", "AUTHENTICATION", "INTEGRITY"),
            if_block=True,
        ),
        Setting("aws_datasync_location_object_storage", "server_protocol", rejected=("HTTP",)),
        Setting(
            "aws_datasync_location_smb", "mount_options.version", rejected=("SMB1", "SMB2_0", "SMB2"), if_block=True
        ),
    )


check = LocationsEncrypted()
