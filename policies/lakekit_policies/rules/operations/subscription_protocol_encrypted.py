from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class SubscriptionProtocolEncrypted(Rule):
    id = "LK_SNS_2"
    title = "SNS subscriptions use an encrypted protocol and a known endpoint"
    severity = "medium"
    rationale = (
        "HTTP subscriptions send system names and failures over the internet in plaintext to an unverified endpoint."
    )
    remedy = "Use https, email or an SQS queue."
    reference = "https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html"
    pack = "baseline"
    controls = {"nist": ["SC-8"], "soc2": ["CC6.7"]}
    resources = ("aws_sns_topic_subscription",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("protocol") == "http" or str(block.get("endpoint", "")).startswith("http://"):
            yield f"{block.get('endpoint')} receives notifications over HTTP; use https"


check = SubscriptionProtocolEncrypted()
