from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.glue_connections import credentials
from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.secrets.write_only import find_in_write_only
from lakekit_policies.shared.json_text import is_too_deep
from lakekit_policies.terraform.declarations import Declaration, Declarations

# Arguments with a rule of their own, which knows more about them.
_OTHER_RULES: Final = {
    "aws_emr_cluster": ("bootstrap_action", "step", "configurations", "configurations_json"),  # LK_EMR_7
    "aws_emrserverless_application": ("runtime_configuration",),  # LK_EMR_7
    "aws_glue_job": ("default_arguments", "non_overridable_arguments"),  # LK_GLUE_8
    "aws_glue_trigger": ("actions",),  # LK_GLUE_8
    "aws_glue_workflow": ("default_run_properties",),  # LK_GLUE_8
    "aws_kinesisanalyticsv2_application": ("application_configuration",),  # LK_FLINK_2
    "aws_mskconnect_connector": ("connector_configuration",),  # LK_CONNECT_1
    "aws_mskconnect_worker_configuration": ("properties_file_content",),  # LK_CONNECT_1
    "aws_scheduler_schedule": ("target",),  # LK_SCHED_2
    "aws_ssm_parameter": ("value", "insecure_value"),  # LK_SSM_1
    "snowflake_stage": ("credentials",),  # LK_SF_20
    "snowflake_user": ("password",),  # LK_SF_16
}


class ResourceArgumentsNoSecrets(DeclarationRule):
    id = "LK_SECRET_1"
    title = "Arguments of resources contain no plaintext secrets"
    severity = "critical"
    rationale = (
        "Every argument is stored in the state and in plans in plaintext, and most are shown in the console. A secret "
        "there cannot be rotated without a deployment."
    )
    remedy = (
        "Let the service manage the password (`manage_master_user_password`), or store it in Secrets Manager outside "
        "of Terraform and pass its ARN."
    )
    reference = "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(7)", "SC-28"], "soc2": ["CC6.1"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        literals = declared.literals
        for resource in declared.resources:
            found = list(_messages(resource, declared.generated))
            reported = {re.split(r"[: ]", message, maxsplit=1)[0] for message in found}
            computed = find_in_write_only(resource.arguments, literals)
            found += (message for message in computed if message.partition(" ")[0] not in reported)
            yield from (Problem(resource.address, message) for message in found)


def _messages(resource: Declaration, generated: frozenset[str]) -> Iterator[str]:
    skipped = _OTHER_RULES.get(resource.type, ())
    arguments = {
        name: value
        for name, value in resource.arguments.items()
        if name not in skipped
        and not (isinstance(value, str) and value in generated)
        and not (resource.mode == "managed" and is_too_deep(value))  # LK_IAM_31
    }
    properties = arguments.get("connection_properties")
    if resource.type == "aws_glue_connection" and isinstance(properties, Mapping):
        reported = credentials(properties)  # LK_GLUE_11
        arguments["connection_properties"] = {key: value for key, value in properties.items() if key not in reported}
    found = [*find_in_resource(resource.type, arguments), *find_in_resource(resource.type, resource.left_out)]
    yield from dict.fromkeys(found)


check = ResourceArgumentsNoSecrets()
