from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.shared.json_text import read_json_text
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
    "aws_sagemaker_notebook_instance_lifecycle_configuration": "runs a script when notebooks start",
    "aws_sagemaker_studio_lifecycle_config": "runs a script when applications of Studio start",
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
_API_CALL: Final = re.compile(r"aws-sdk:(\w+)[:.](\w+)", re.IGNORECASE)
# Services whose calls change identities, accounts or other deployments, or run commands.
_SERVICES: Final = re.compile(
    r"(?i)(?:account|acm|acmpca|cloudcontrol|cloudformation|config\w*|iam|identitystore|kms|lakeformation|organizations|ram"
    r"|rolesanywhere|ssm\w*|sso\w*|sts|cloudtrail|guardduty|securityhub|accessanalyzer|codebuild|codepipeline)"
)
# Calls of other services that change access or protection, delete, read secrets, or copy to other accounts.
_OPERATIONS: Final = re.compile(
    r"(?i)(?:(?:put|set|update|modify|attach|add|create|associate|replace|enable|disable|reset|remove|detach)\w*"
    r"(?:polic(?:y|ies)|permissions?|accessblock|acl|grants?|attributes?|ownershipcontrols|encryption|replication\w*|logging|versioning"
    r"|lifecycle\w*|lockconfiguration|retention\w*|website|cors|notification\w*|subscriptionfilter|destination|deliverystream|ingress"
    r"|egress|functionurlconfig|functioncode|functionconfiguration|accesspoint\w*|user|accesskey|role|cluster|dbinstance|dbproxy|workgroup|domainconfig)"
    r"|(?:authorize|revoke|share|delete|terminate|purge|deregister|schedule\w*deletion|export|restore)\w*"
    r"|getsecretvalue|batchgetsecretvalue|getparameters?|create\w*export\w*|start\w*export\w*|copy\w*snapshot|\w*crossaccount\w*)"
)
# Tables and runs that jobs themselves create and remove.
_DATA_CALLS: Final = re.compile(
    r"(?i)(?:s3[:.]deleteobjects?|sqs[:.]deletemessage\w*|glue[:.]delete(?:partition|batch|tableversion)\w*|glue[:.]updatetable"
    r"|dynamodb[:.]deleteitem|\w+[:.]cancel\w*|athena[:.]deletenamedquery|emr[:.]terminatejobflows"
    r"|elasticmapreduce[:.]terminatejobflows)"
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
        calls = (call for text in _texts(resource.arguments) for call in _API_CALL.findall(text))
        for service, operation in dict.fromkeys(calls):
            if _SERVICES.fullmatch(service) or (
                _OPERATIONS.fullmatch(operation) and not _DATA_CALLS.fullmatch(f"{service}:{operation}")
            ):
                yield f"calls {service}:{operation}"


def _texts(value: Any) -> Iterator[str]:
    """Texts of arguments, and of JSON in them, in which escapes can spell a name."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        try:
            document = read_json_text(value) if value.lstrip()[:1] in ("{", "[") else None
        except ValueError:
            document = None
        yield from [value] if document is None else _texts(document)


check = NoRunCommands()
