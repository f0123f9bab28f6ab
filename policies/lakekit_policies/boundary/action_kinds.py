"""Kinds of actions outside of a plan, by which an environment can allow them."""

from __future__ import annotations

import re
from typing import Final

ACTION_KINDS: Final = {
    "access_key": "access keys of IAM users",
    "action": "`action` blocks of Terraform 1.14",
    "api_call": "schedules and state machines that call IAM, SSM, CloudFormation or Organizations",
    "api_key": "keys of API Gateway and AppSync",
    "build": "CodeBuild projects, CodePipeline pipelines and Image Builder components",
    "cloud_control": "Cloud Control API resources",
    "cloudformation": "CloudFormation stacks and stack sets",
    "data_statement": "SQL that Redshift runs when the plan is applied",
    "downloaded_code": "commands and scripts that run code which they download",
    "endpoint_service": "interface endpoints to services of other accounts",
    "external_data": "`external` data sources",
    "http_data": "`http` data sources",
    "lambda_invocation": "invocations of functions during plan or apply",
    "local_file": "`local_file` outside of the configuration",
    "login_profile": "console passwords and Cognito users",
    "module_source": "modules from outside of the project",
    "provisioner": "provisioners of resources",
    "public_api": "API routes without authorization",
    "public_function_url": "function URLs without authentication",
    "remote_state": "remote states of other backends than S3",
    "roles_anywhere": "trust anchors of IAM Roles Anywhere",
    "service_catalog": "Service Catalog products",
    "service_credential": "service-specific credentials",
    "signing_certificate": "signing certificates of IAM users",
    "ssh_key": "SSH keys of users, instances and Transfer Family",
    "ssm_command": "SSM documents, associations and commands",
}
"""Kind to what it allows; further kinds are `provider_<name>`, for providers that no rule evaluates."""
_PROVIDER: Final = re.compile(r"provider_[a-z0-9][a-z0-9_-]*")


def is_action_kind(name: str) -> bool:
    """Whether an environment can allow this kind."""
    return name in ACTION_KINDS or _PROVIDER.fullmatch(name) is not None
