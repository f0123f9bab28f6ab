from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MIN_RETENTION_DAYS = {"prod": 365, "staging": 90}


class AccessLogRetention(BucketRule):
    id = "LK_S3_22"
    title = "Access logs are retained for the tier's period and expire"
    severity = "medium"
    rationale = (
        "Access logs are needed for investigations months after an event. Without expiration they grow without limit."
    )
    remedy = (
        "Expire objects of the log bucket after at least 365 days in prod and 90 days in staging (the tier's default)."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"
    pack = "reliability"
    controls = {"nist": ["AU-11", "SI-12"], "soc2": ["CC7.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        if not self.is_log_bucket(block, if_unknown=False):
            return
        configurations = self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration")
        if not configurations:
            return  # LK_S3_37 requires a lifecycle configuration
        expirations = [
            int(expiration["days"])
            for peer in configurations
            for rule in nested(peer.block, "rule")
            if rule.get("status") == "Enabled"
            for expiration in nested(rule, "expiration")
            if expiration.get("days")
        ]
        minimum = MIN_RETENTION_DAYS.get(stack_context.current().tier, 1)
        if not expirations:
            yield "no enabled lifecycle rule expires the logs"
        elif min(expirations) < minimum:
            yield (
                f"logs expire after {min(expirations)} days; tier {stack_context.current().tier} requires at least "
                f"{minimum}"
            )


check = AccessLogRetention()
