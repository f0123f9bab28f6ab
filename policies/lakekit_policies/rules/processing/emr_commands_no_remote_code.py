from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.shell_commands import remote_code
from lakekit_policies.terraform.blocks import Block, as_list, nested


class EmrCommandsNoRemoteCode(Rule):
    id = "LK_EMR_9"
    title = "Steps and bootstrap actions of EMR run no downloaded code"
    severity = "critical"
    rationale = (
        "`curl … | bash` in a step runs whatever the host returns, with the role of the cluster, and no plan or "
        "repository shows the code. A socket gives a shell on the node to another host."
    )
    remedy = "Copy the program into a bucket of the environment and run it from there."
    reference = "https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-commandrunner.html"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SI-7", "SC-7"], "soc2": ["CC6.8", "CC8.1"]}
    resources = ("aws_emr_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        steps = [("step", jar) for jar in nested(block, "step", "hadoop_jar_step")]
        for name, part in steps + [("bootstrap_action", one) for one in nested(block, "bootstrap_action")]:
            command = " ".join(str(one) for one in as_list(part.get("args")))
            if effect := remote_code(command):
                yield f"{name} {effect}: `{command}`"


check = EmrCommandsNoRemoteCode()
