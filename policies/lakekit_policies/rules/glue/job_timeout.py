from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.tier_limits import MAX_GLUE_WORKERS
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MAX_TIMEOUT_MINUTES = 2880
MAX_RETRIES = 10


class JobTimeout(Rule):
    id = "LK_GLUE_9"
    title = "Glue jobs have a timeout and a concurrency limit"
    severity = "medium"
    rationale = (
        "The default timeout of a job is 48 hours at full capacity. Concurrent runs of a workflow write the same "
        "output."
    )
    remedy = (
        "Set `timeout` (minutes), `number_of_workers` (over all concurrent runs at most 10 in sandbox, 50 in dev, "
        "100 in staging, 299 in prod), `max_retries` of at most 10, and `max_concurrent_runs = 1` on workflows."
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/add-job.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_glue_job", "aws_glue_workflow")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_glue_workflow":
            if int(block.get("max_concurrent_runs") or 0) != 1:
                yield "max_concurrent_runs is not 1; workflow runs can overlap"
            return
        minutes = int(block.get("timeout") or 0)
        if not 0 < minutes <= MAX_TIMEOUT_MINUTES:
            yield f"timeout is {minutes or 'not set'}; 1 to {MAX_TIMEOUT_MINUTES} minutes are allowed"
        if int(block.get("max_retries") or 0) > MAX_RETRIES:
            yield f"max_retries is {block['max_retries']}; at most {MAX_RETRIES} are allowed"
        if not block.get("number_of_workers") and not block.get("max_capacity"):
            yield "number_of_workers is not set"
        runs = max([int(part.get("max_concurrent_runs") or 1) for part in nested(block, "execution_property")] or [1])
        workers, tier = runs * int(block.get("number_of_workers") or 0), stack_context.current().tier
        if workers > MAX_GLUE_WORKERS[tier]:
            yield f"{workers} workers in {runs} concurrent runs; tier {tier} allows at most {MAX_GLUE_WORKERS[tier]}"


check = JobTimeout()
