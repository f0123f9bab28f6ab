"""Policy documents that AWS refuses when they are put.

Sources: IAM user guide, "IAM JSON policy elements reference" (Principal in resource-based and trust policies only, Sid
of letters and digits, condition operators) and "AWS JSON policy elements: Principal" (no wildcards in ARNs); Amazon S3
API reference, "Error responses" (``MalformedPolicy``) and user guide, "Policies and permissions in Amazon S3"; AWS KMS
API reference, "PutKeyPolicy" (principals exist, lockout safety check).

Principals of other accounts are not looked up, and those of trust policies neither: roles that people sign in with,
such as those of IAM Identity Center, exist outside of the local cloud. Unique ids are looked up everywhere.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lakekit_local.authorization.principals import exists
from lakekit_local.authorization.service_reference import services
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError
from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.evaluation import policy_of
from lakekit_policies.iam.statements import Principal, Statement, statements_of

_CODES: Final = {
    "iam": "MalformedPolicyDocument",
    "s3": "MalformedPolicy",
    "kms": "MalformedPolicyDocumentException",
    "secretsmanager": "MalformedPolicyDocumentException",
    "sns": "InvalidParameter",
    "sqs": "InvalidAttributeValue",
    "glue": "InvalidInputException",
    "ec2": "InvalidPolicyDocument",
}
_OPERATOR: Final = re.compile(
    r"(?:forallvalues:|foranyvalue:)?(?:string(?:not)?equals(?:ignorecase)?|string(?:not)?like"
    r"|(?:numeric|date)(?:(?:not)?equals|(?:less|greater)than(?:equals)?)|arn(?:not)?(?:equals|like)"
    r"|bool|binaryequals|(?:not)?ipaddress|null)(?:ifexists)?",
    re.IGNORECASE,
)
_KINDS: Final = ("*", "AWS", "Service", "Federated", "CanonicalUser")
_SID: Final = re.compile(r"[0-9A-Za-z]*")
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|aws\.internal|aws\.dev|[a-z0-9]+\.gov)|\*")
_AWS: Final = re.compile(
    r"\*|\d{12}|A[A-Z0-9]{15,}|arn:[a-z0-9-]+:(?:iam|sts)::\d{12}:"
    r"(?:root|(?:role|user|assumed-role|federated-user|saml-provider)/[^*?]+)"
)


@limits("iam", "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreatePolicy", "CreatePolicyVersion")
def identity_policy(call: Call) -> None:
    """An identity-based policy, beyond what moto checks."""
    for one in _statements(call, call["PolicyDocument"]):
        if one.principals is not None or one.not_principals is not None:
            raise _malformed(call, "Policy document should not specify a principal.")
        if not _SID.fullmatch(one.sid):
            text = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            raise _malformed(call, f"{text}{_SID.pattern}")


@limits("iam", "CreateRole", "UpdateAssumeRolePolicy")
def trust_policy(call: Call) -> None:
    """A trust policy."""
    for one in _statements(call, call.get("AssumeRolePolicyDocument") or call.get("PolicyDocument")):
        if one.resources is not None or one.not_resources is not None:
            raise _malformed(call, "Has prohibited field Resource")
        if any(not name.lower().startswith("sts:") and name != "*" for name in one.actions or ()):
            raise _malformed(call, "AssumeRole policy may only specify STS AssumeRole actions.")
        _check_principals(call, one, exist=False)


@limits("s3", "PutBucketPolicy")
def bucket_policy(call: Call) -> None:
    """A bucket policy."""
    given = call["Policy"]
    text = given.decode(errors="replace") if isinstance(given, bytes) else str(given)
    for one in _statements(call, text):
        _check_principals(call, one, exist=True)
        _check_resources(call, one)
        _check_bucket_resources(call, one, f"arn:{call.partition}:s3:::{call['Bucket']}")
        _check_s3_actions(call, one)


@limits("kms", "CreateKey", "PutKeyPolicy")
def key_policy(call: Call) -> None:
    """A key policy."""
    if not call.get("Policy"):
        return
    found = _statements(call, call["Policy"])
    for one in found:
        _check_principals(call, one, exist=True)
        _check_resources(call, one)
    if not call.get("BypassPolicyLockoutSafetyCheck") and not any(_lets_update(call, one) for one in found):
        raise _malformed(call, "The new key policy will not allow you to update the key policy in the future.")


@limits("sns", "SetTopicAttributes", "CreateTopic")
def topic_policy(call: Call) -> None:
    """A topic policy."""
    if call.operation == "CreateTopic":
        _resource_policy(call, (call.get("Attributes") or {}).get("Policy"))
    elif call.get("AttributeName") == "Policy":
        _resource_policy(call, call.get("AttributeValue"))


@limits("sqs", "SetQueueAttributes", "CreateQueue")
def queue_policy(call: Call) -> None:
    """A queue policy."""
    _resource_policy(call, (call.get("Attributes") or {}).get("Policy"))


@limits("secretsmanager", "PutResourcePolicy")
def secret_policy(call: Call) -> None:
    """The policy of a secret."""
    _resource_policy(call, call["ResourcePolicy"])


@limits("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def endpoint_policy(call: Call) -> None:
    """The policy of a VPC endpoint."""
    if call.get("PolicyDocument"):
        _statements(call, call["PolicyDocument"])


@limits("glue", "PutResourcePolicy")
def catalog_policy(call: Call) -> None:
    """The policy of the Data Catalog."""
    _resource_policy(call, call["PolicyInJson"])


def _resource_policy(call: Call, text: Any) -> None:
    for one in _statements(call, text) if text else ():
        _check_principals(call, one, exist=True)


def _statements(call: Call, given: Any) -> tuple[Statement, ...]:
    """The statements of a document.

    Raises:
        ServiceError: it is not a policy document, or has a condition operator that does not exist.
    """
    text = str(given)
    try:
        found = statements_of(policy_documents.parse(text))
        for one in found:
            for condition in one.conditions:
                if not _OPERATOR.fullmatch(condition.operator):
                    raise _malformed(call, f"Invalid Condition type : {condition.operator}.")
        policy_of(text)  # also reads the values of conditions
    except ValueError as error:
        raise _malformed(call, f"Syntax errors in policy: {error}") from error
    return found


def _check_principals(call: Call, statement: Statement, *, exist: bool) -> None:
    found = (*(statement.principals or ()), *(statement.not_principals or ()))
    if not found:
        raise _malformed(call, "Missing required field Principal")
    for one in found:
        valid = {"Service": _SERVICE, "AWS": _AWS}.get(one.kind)
        if one.kind not in _KINDS:
            raise _malformed(call, f'Invalid principal in policy: "{one.kind}":"{one.name}"')
        by_id = one.kind == "AWS" and not one.name.startswith("arn:")
        if (valid and not valid.fullmatch(one.name)) or ((exist or by_id) and not _exists(call, one)):
            raise _malformed(call, f'Invalid principal in policy: "{one.kind}":"{one.name}"')


def _exists(call: Call, principal: Principal) -> bool:
    """Whether a principal exists, as far as it is a role or user of the caller's account, or a unique id."""
    return principal.kind != "AWS" or exists(principal.name, call.account, call.partition)


def _check_resources(call: Call, statement: Statement) -> None:
    if statement.resources is None and statement.not_resources is None:
        raise _malformed(call, "Missing required field Resource")


def _check_bucket_resources(call: Call, statement: Statement, bucket: str) -> None:
    for one in (*(statement.resources or ()), *(statement.not_resources or ())):
        named = one.partition("/")[0]
        # The name can be a pattern or a policy variable.
        if one != "*" and named != bucket and not re.search(r"[*?$]", named):
            raise _malformed(call, "Policy has invalid resource")


def _check_s3_actions(call: Call, statement: Statement) -> None:
    known = services()["s3"].actions
    for one in (*(statement.actions or ()), *(statement.not_actions or ())):
        prefix, _, name = one.lower().partition(":")
        if one != "*" and (prefix != "s3" or not any(wildcards.matches(name, action) for action in known)):
            raise _malformed(call, "Policy has invalid action")
    for one in statement.actions or ():
        action = known.get(one.lower().removeprefix("s3:"))
        if action is None or not statement.resources:
            continue
        fits = {"object" if "/" in name or name == "*" else "bucket" for name in statement.resources}
        fits |= {"bucket", "object"} if any("*" in name.partition("/")[0] for name in statement.resources) else set()
        kinds = {"object", "bucket"} & set(action.resource_types)
        if kinds and not kinds & fits:
            raise _malformed(call, "Action does not apply to any resource(s) in statement")


def _lets_update(call: Call, statement: Statement) -> bool:
    """Whether a statement allows the caller, or its account, to change the key policy."""

    def named(actions: tuple[str, ...] | None) -> bool:
        return any(wildcards.matches(one.lower(), "kms:putkeypolicy") for one in actions or ())

    caller = call.identity.caller
    names = {"*", call.account, f"arn:{call.partition}:iam::{call.account}:root", caller.name, caller.arn}
    return (
        statement.allows
        and (not named(statement.not_actions) if statement.actions is None else named(statement.actions))
        and any(one.name in names for one in statement.principals or ())
    )


def _malformed(call: Call, text: str) -> ServiceError:
    return ServiceError(_CODES[call.service], text, 400)
