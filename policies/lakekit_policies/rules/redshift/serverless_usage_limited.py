from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ServerlessUsageLimited(Rule):
    id = "LK_REDSHIFT_7"
    title = "Usage limits of Redshift act when they are reached"
    severity = "low"
    rationale = "A limit that only writes a log entry does not stop spending."
    remedy = "Set `breach_action` to emit-metric or deactivate."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-workgroup-max-rpu.html"
    pack = "cost"
    controls = {"nist": ["SA-2"], "soc2": ["A1.1"]}
    resources = (
        "aws_redshiftserverless_usage_limit",
        "aws_redshift_usage_limit",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if (block.get("breach_action") or "log") == "log":
            yield "breach_action is log; no notification is sent"


check = ServerlessUsageLimited()
