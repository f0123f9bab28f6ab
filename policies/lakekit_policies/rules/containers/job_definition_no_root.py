from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, as_list, nested


class JobDefinitionNoRoot(Rule):
    id = "LK_BATCH_1"
    title = "Batch jobs do not mount the host or run with host privileges"
    severity = "high"
    rationale = (
        "A job that mounts `/` or the Docker socket of the host reads the data and the credentials of other jobs."
    )
    remedy = "Drop `privileged` and `host.sourcePath`."
    reference = "https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_batch_job_definition",)

    def problems(self, block: Block) -> Iterable[str]:
        for properties in as_list(block.get("container_properties")):
            found = read_json_text(properties) if isinstance(properties, str) and properties[:1] == "{" else properties
            yield from _problems(found if isinstance(found, dict) else {})


def _problems(properties: Block) -> Iterable[str]:
    if properties.get("privileged"):
        yield "the container is privileged"
    for volume in as_list(properties.get("volumes")):
        for host in nested(volume, "host"):
            if path := host.get("sourcePath"):
                yield f"the job mounts {path} of the host"


check = JobDefinitionNoRoot()
