from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class KafkaClusterIamAndTls(Rule):
    id = "LK_MSK_1"
    title = "MSK clusters use IAM authentication over TLS only"
    severity = "critical"
    rationale = (
        "Without authentication whoever reaches a broker reads every topic; certificates and SCRAM passwords are known "
        "to no IAM policy, so the grants on topics bind nobody who comes in by them. Clear text is read on the way."
    )
    remedy = (
        "Set client_broker = TLS, in_cluster = true, sasl.iam = true, and neither unauthenticated, scram nor tls "
        "authentication (KafkaCluster does)."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html"
    pack = "streaming"
    controls = {"nist": ["SC-8", "AC-3", "IA-2"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("aws_msk_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        transit = nested(block, "encryption_info", "encryption_in_transit")
        for settings in transit or [{}]:
            listener = settings.get("client_broker", "TLS")
            if listener != "TLS":
                yield f"client_broker is {listener}: brokers listen in clear text"
            if settings.get("in_cluster", True) is not True:
                yield "in_cluster is off: brokers copy records in clear text"
        ways = nested(block, "client_authentication")
        if not any(sasl.get("iam") is True for sasl in nested(block, "client_authentication", "sasl")):
            yield "IAM authentication is off: no policy decides who reads which topic"
        for way in ways:
            if way.get("unauthenticated") is True:
                yield "unauthenticated clients are let in"
            if any(tls.get("certificate_authority_arns") for tls in nested(way, "tls")):
                yield "clients with certificates come in past IAM"
            if any(sasl.get("scram") is True for sasl in nested(way, "sasl")):
                yield "clients with SCRAM passwords come in past IAM"
        nodes = ("broker_node_group_info", "connectivity_info", "public_access")
        for access in nested(block, *nodes):
            if access.get("type", "DISABLED") != "DISABLED":
                yield f"brokers have public addresses ({access['type']})"


check = KafkaClusterIamAndTls()
