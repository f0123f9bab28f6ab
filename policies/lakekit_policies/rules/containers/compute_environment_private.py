from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class ComputeEnvironmentPrivate(Rule):
    id = "LK_BATCH_2"
    title = "Batch compute environments run under a role in named subnets and groups"
    severity = "medium"
    rationale = "A compute environment without security groups uses the default group of the network."
    remedy = "Set `subnets` and `security_group_ids`."
    reference = "https://docs.aws.amazon.com/batch/latest/userguide/compute_environment_parameters.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_batch_compute_environment",)

    def problems(self, block: Block) -> Iterable[str]:
        for resources in nested(block, "compute_resources"):
            for name in ("subnets", "security_group_ids"):
                if not as_list(resources.get(name)):
                    yield f"compute_resources.{name} is not set"


check = ComputeEnvironmentPrivate()
