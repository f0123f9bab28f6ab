from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.secrets.find import find_in_arguments, find_in_document, find_in_settings
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, as_list, mapping, nested


class EmrClusterNoSecrets(Rule):
    id = "LK_EMR_7"
    title = "Steps and configurations of EMR contain no secrets"
    severity = "critical"
    rationale = (
        "Arguments of steps and bootstrap actions are stored in the state, the console and the logs of the nodes. "
        "Configurations are written to every node, where every job can read them."
    )
    remedy = (
        "Store the secret in Secrets Manager and pass its ARN; in configurations, refer to it as `EMR.secret@<name>`."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ReleaseGuide/storing-sensitive-data.html"
    pack = "baseline"
    controls = {"nist": ["IA-5(7)"], "soc2": ["CC6.1"]}
    resources = ("aws_emr_cluster", "aws_emrserverless_application")

    def problems(self, block: Block) -> Iterable[str]:
        for action in nested(block, "bootstrap_action"):
            yield from find_in_arguments(as_list(action.get("args")))
        for jar in nested(block, "step", "hadoop_jar_step"):
            yield from find_in_arguments(as_list(jar.get("args")))
            yield from find_in_settings(mapping(jar, "properties"))
        for part in nested(block, "runtime_configuration"):
            yield from find_in_settings(mapping(part, "properties"))
        for name in ("configurations_json", "configurations"):
            text = block.get(name)
            if isinstance(text, str) and text.lstrip().startswith("["):
                try:
                    yield from find_in_document(read_json_text(text), name)
                except ValueError:
                    yield f"{name} is not JSON"


check = EmrClusterNoSecrets()
