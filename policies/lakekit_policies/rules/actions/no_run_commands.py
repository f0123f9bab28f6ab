from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.declarations import Declaration, Declarations

# Session documents configure sessions, policy and package documents run nothing by themselves.
_RUNNING_DOCUMENTS: Final = frozenset({"Command", "Automation", "Automation.ChangeTemplate"})
KINDS: Final = {
    "aws_ssm_association": "runs a document on instances, now and at every schedule",
    "aws_ssm_maintenance_window_task": "runs a document, a function or a state machine",
    "aws_imagebuilder_component": "runs commands on the instances that build images",
    "aws_redshiftdata_statement": "runs SQL when it is applied",
    "aws_codepipeline": "deploys what its source contains",
    "aws_codebuild_project": "runs commands in a build",
    "aws_ssmincidents_response_plan": "runs an automation document",
}
_KINDS: Final = {
    "aws_codebuild_project": "build",
    "aws_codepipeline": "build",
    "aws_imagebuilder_component": "build",
    "aws_redshiftdata_statement": "data_statement",
    "aws_scheduler_schedule": "api_call",
    "aws_sfn_state_machine": "api_call",
}
# Universal targets of EventBridge Scheduler and SDK integrations of Step Functions call any API of AWS.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
_API_CALLS: Final = re.compile(
    r"aws-sdk:((?:account|cloudcontrol|cloudformation|iam|organizations|ssm|ssoadmin)[:.]\w+)", re.IGNORECASE
)
_CALLERS: Final = frozenset({"aws_scheduler_schedule", "aws_sfn_state_machine"})


class NoRunCommands(ActionRule):
    id = "LK_ACT_8"
    title = "Configurations run no commands on instances or in builds"
    severity = "high"
    rationale = (
        "Run Command, State Manager and Automation execute commands with the role of an instance or of the document. "
        "The plan shows the resource; what the commands do is not evaluated."
    )
    remedy = (
        "Run code as a job of EMR, Glue or Flink, whose location and role the rules evaluate. To keep it, allow the "
        "kind in `trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html"
    pack = "baseline"
    controls = {"nist": ["CM-5", "CM-7", "AC-6"], "soc2": ["CC6.1", "CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.mode == "managed":
                for message in _commands(resource):
                    yield OutsideAction(resource.address, _KINDS.get(resource.type, "ssm_command"), message)


def _commands(resource: Declaration) -> Iterator[str]:
    if resource.type in KINDS:
        yield f"{resource.type} {KINDS[resource.type]}"
    elif resource.type == "aws_ssm_document":
        kind = str(resource.arguments.get("document_type", ""))
        if kind in _RUNNING_DOCUMENTS or "${" in kind:
            yield f"a document of type {kind} can be run on instances"
    elif resource.type == "aws_cloudwatch_event_target":
        target = str(resource.arguments.get("arn", ""))
        if as_list(resource.arguments.get("run_command_targets")) or ":automation-definition/" in target:
            yield "events run a command on instances"
    elif resource.type in _CALLERS:
        for call in dict.fromkeys(_API_CALLS.findall(json.dumps(resource.arguments, default=str))):
            yield f"calls {call}"


check = NoRunCommands()
