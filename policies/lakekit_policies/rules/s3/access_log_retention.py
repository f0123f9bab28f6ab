from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

FEWEST = {"prod": 365, "staging": 90}


class AccessLogRetention(BucketRule):
    id = "LK_S3_22"
    title = "Access logs are retained for the tier's period and expire"
    severity = "medium"
    rationale = "Who read what is asked when a leak is found, months later. Kept for ever they outgrow the lake."
    remedy = "Expire objects of the log bucket after 365 days in prod, 90 in staging at least (the tier's default)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    pack = "reliability"
    controls = {"nist": ["AU-11", "SI-12"], "soc2": ["CC7.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        if not self.is_log_bucket(block):
            return
        ends = [
            int(end["days"])
            for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration")
            for rule in nested(peer.block, "rule")
            if rule.get("status") == "Enabled"
            for end in nested(rule, "expiration")
            if end.get("days")
        ]
        fewest = FEWEST.get(stack_context.current().tier, 1)
        if not ends:
            yield "no enabled rule ends the logs"
        elif min(ends) < fewest:
            yield f"the logs end after {min(ends)} days in tier {stack_context.current().tier}, below {fewest}"


check = AccessLogRetention()
