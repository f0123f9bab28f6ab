from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class KafkaVpcConnectionIam(SettingsRule):
    id = "LK_MSK_10"
    title = "VPC connections to MSK authenticate with IAM or TLS"
    severity = "high"
    rationale = "SASL/SCRAM uses passwords that do not expire, outside of IAM policies."
    remedy = "Set `authentication` to `SASL_IAM`."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "IA-5"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_msk_vpc_connection", "authentication", allowed=("SASL_IAM", "TLS")),
    )


check = KafkaVpcConnectionIam()
