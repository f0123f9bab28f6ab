"""References to other values of the configuration, as texts: which of them are inside the trust boundary."""

from __future__ import annotations

import re
from typing import Final

from lakekit_policies.boundary.membership import Membership

_INTERPOLATION: Final = re.compile(r"(?<!\$)\$\{([^{}]*)\}")
# IAM policy variables, ${aws:PrincipalTag/team}, are not references.
_POLICY_VARIABLE: Final = re.compile(r"[A-Za-z0-9-]+:[^\s]+|[*?$]")
_BARE: Final = re.compile(
    r"(?:(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?"
    r"(?:\.[\w-]+(?:\[[^\]]*\])?)+|(?:var|local|module|each|self|terraform|path)\.[\w.\[\]\"-]+)"
)
_RESOURCE: Final = re.compile(r"(data\.)?(([a-z][a-z0-9]*)_[a-z0-9_]+)\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?\.(.+)")
# For `aws_sqs_queue.q[each.key].arn` and functions of all instances, a plan lists the resource alone.
_WHOLE_RESOURCE: Final = re.compile(r"(?:aws|snowflake)_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?")
_IDENTITY: Final = re.compile(
    r"(?:^|_)(?:id|ids|arn|arns|name|names|bucket|url|alias|account_id|user_id|endpoint|fqn|fully_qualified_name"
    r"|domain_name|repository_url|invoke_arn|unique_id|owner_id)(?:\[[^\]]*\])?$"
)
OWN_DATA: Final = frozenset(
    {
        "aws_caller_identity",
        "aws_canonical_user_id",
        "aws_organizations_organization",
        "aws_iam_role",
        "aws_iam_session_context",
        "aws_kms_key",
        "aws_kms_alias",
        "aws_vpc",
        "aws_vpc_endpoint",
        "aws_subnet",
        "aws_sns_topic",
        "aws_sqs_queue",
        "aws_cloudwatch_log_group",
        "aws_ecr_repository",
        "aws_secretsmanager_secret",
        "aws_msk_cluster",
        "aws_kinesis_stream",
    }
)
"""Data sources that read the identity of the account, or an object of it."""
# AWS accounts of services: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
_SERVICE_ACCOUNT_DATA: Final = frozenset(
    {
        "aws_elb_service_account",
        "aws_redshift_service_account",
        "aws_cloudtrail_service_account",
        "aws_cloudfront_log_delivery_canonical_user_id",
        "aws_billing_service_account",
    }
)
HOLDING_VALUES: Final = frozenset(
    {
        "aws_cloudformation_stack",
        "aws_dynamodb_table_item",
        "aws_kms_ciphertext",
        "aws_lambda_invocation",
        "aws_s3_object",
        "aws_secretsmanager_secret_version",
        "aws_ssm_parameter",
    }
)
"""Types with an attribute that holds a value of any kind."""
_NEUTRAL_DATA: Final = frozenset({"aws_partition", "aws_region"})


def is_reference(value: str) -> bool:
    """Whether the whole value is one reference: ``${aws_vpc.lake.id}`` or ``aws_vpc.lake.id``."""
    return _expression(value) is not None


def expressions(value: str) -> list[str]:
    """The expressions in a text: of all its interpolations, without IAM policy variables."""
    whole = _expression(value)
    if whole is not None:
        return [whole]
    return [found for found in _INTERPOLATION.findall(value) if not _POLICY_VARIABLE.fullmatch(found.strip())]


def membership(value: str) -> Membership:
    """Whether what a reference names is inside: resources of the configuration are, other values are unknown.

    AWS creates a resource in the account of the configuration, so its identity (id, ARN, name …) is inside. Contents
    (the value of a parameter, the output of ``terraform_data``, a variable) can be anything.
    """
    expression = _expression(value)
    if expression is not None and _WHOLE_RESOURCE.fullmatch(expression):
        return Membership.UNKNOWN if expression.partition(".")[0] in HOLDING_VALUES else Membership.INSIDE
    match = _RESOURCE.fullmatch(expression) if expression is not None else None
    if match is None:
        return Membership.UNKNOWN
    is_data, kind, provider, attribute = match.groups()
    if is_data:
        return Membership.INSIDE if kind in OWN_DATA | _SERVICE_ACCOUNT_DATA else Membership.UNKNOWN
    is_known = provider in ("aws", "snowflake") and _IDENTITY.search(attribute) is not None
    return Membership.INSIDE if is_known else Membership.UNKNOWN


def is_neutral(value: str) -> bool:
    """Whether a reference is to the partition or the region: it says nothing about an owner."""
    match = _RESOURCE.fullmatch(_expression(value) or "")
    return match is not None and bool(match[1]) and match[2] in _NEUTRAL_DATA


def _expression(value: str) -> str | None:
    text = value.strip()
    match = _INTERPOLATION.fullmatch(text)
    if match and not _POLICY_VARIABLE.fullmatch(match[1].strip()):
        return match[1].strip()
    return text if _BARE.fullmatch(text) else None
