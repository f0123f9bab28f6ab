from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class KafkaClusterIamAndTls(Rule):
    id = "LK_MSK_1"
    title = "MSK clusters use IAM authentication over TLS only"
    severity = "critical"
    rationale = (
        "Without authentication, every client with network access can read every topic. IAM policies do not apply to "
        "clients with certificates or SCRAM passwords. Plaintext traffic can be intercepted."
    )
    remedy = (
        'Set `client_broker = "TLS"`, `in_cluster = true` and `sasl.iam = true`; do not enable unauthenticated, '
        "SCRAM or TLS client authentication (`KafkaCluster` does)."
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
                yield f"client_broker is {listener}, not TLS"
            if settings.get("in_cluster", True) is not True:
                yield "in_cluster is not true; brokers replicate in plaintext"
        authentication = nested(block, "client_authentication")
        if not any(sasl.get("iam") is True for sasl in nested(block, "client_authentication", "sasl")):
            yield "IAM authentication is not enabled"
        for method in authentication:
            if method.get("unauthenticated") is True:
                yield "unauthenticated access is enabled"
            if any(tls.get("certificate_authority_arns") for tls in nested(method, "tls")):
                yield "TLS client certificates are enabled and bypass IAM"
            if any(sasl.get("scram") is True for sasl in nested(method, "sasl")):
                yield "SCRAM authentication is enabled and bypasses IAM"
        nodes = ("broker_node_group_info", "connectivity_info", "public_access")
        for access in nested(block, *nodes):
            if access.get("type", "DISABLED") != "DISABLED":
                yield f"public access is {access['type']}, not DISABLED"


check = KafkaClusterIamAndTls()
