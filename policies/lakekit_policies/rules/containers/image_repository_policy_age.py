from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ImageRepositoryPolicyAge(Rule):
    id = "LK_ECR_1"
    title = "Image repositories expire old images"
    severity = "low"
    rationale = "Old images keep known vulnerabilities and cost."
    remedy = "Set a rule in `policy`."
    reference = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html"
    pack = "cost"
    controls = {"nist": ["SI-12", "SI-2"], "soc2": ["CC7.1"]}
    resources = ("aws_ecr_lifecycle_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        policy = block.get("policy")
        rules = policy.get("rules") if isinstance(policy, dict) else None
        if isinstance(policy, dict) and not rules:
            yield "the lifecycle policy has no rule"


check = ImageRepositoryPolicyAge()
