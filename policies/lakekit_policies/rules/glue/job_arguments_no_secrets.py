from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.secrets.find import find_in_settings
from lakekit_policies.terraform.blocks import Block, mapping, nested

ARGUMENT_MAPS = ("default_arguments", "non_overridable_arguments", "default_run_properties")


class JobArgumentsNoSecrets(Rule):
    id = "LK_GLUE_8"
    title = "Arguments of Glue jobs contain no secrets"
    severity = "critical"
    rationale = "Job arguments are stored in the state and shown in the console, the Spark UI and the run history."
    remedy = "Store the secret in Secrets Manager and pass its ARN."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html"
    pack = "baseline"
    controls = {"nist": ["IA-5(7)"], "soc2": ["CC6.1"]}
    resources = ("aws_glue_job", "aws_glue_trigger", "aws_glue_workflow")

    def problems(self, block: Block) -> Iterable[str]:
        maps = [mapping(block, name) for name in ARGUMENT_MAPS]
        maps += [mapping(action, "arguments") for action in nested(block, "actions")]
        for arguments in maps:
            yield from find_in_settings(arguments)


check = JobArgumentsNoSecrets()
