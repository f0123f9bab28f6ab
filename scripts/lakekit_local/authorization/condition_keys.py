"""Condition keys that the local cloud evaluates, and those that it does not, with the reason.

A test compares both with the Service Authorization Reference: each key that an action of the platform's services has is
in one of them. A policy with a key of the second list, or with a global key that requests never have here, is named by
`lakekit local why` and in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from lakekit_local.authorization.ec2_context import EC2_KEYS
from lakekit_local.authorization.parameter_keys import KEY_PROPERTIES, OF_SECRETS, PARAMETERS
from lakekit_local.authorization.s3_context import S3_KEYS
from lakekit_local.authorization.service_reference import key_of
from lakekit_policies import wildcards
from lakekit_policies.iam.evaluation import Policy
from lakekit_policies.iam.statements import Statement

SERVICES: Final = (
    *("athena", "cloudwatch", "dynamodb", "ec2", "elasticmapreduce", "emr-serverless", "events", "firehose", "glue"),
    *("iam", "kafka", "kafka-cluster", "kafkaconnect", "kinesisanalytics", "kms", "lakeformation", "logs", "s3"),
    *("scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts"),
)
"""Services that the constructs use."""

EVALUATED: Final = frozenset(
    {
        *("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"),
        *("ec2:createaction", "ec2:resourcetag/"),
        *EC2_KEYS,
        *("elasticmapreduce:requesttag/", "elasticmapreduce:resourcetag/"),
        *("iam:awsservicename", "iam:passedtoservice", "iam:permissionsboundary", "iam:policyarn", "iam:resourcetag/"),
        "kafka:publicaccessenabled",
        *("kms:calleraccount", "kms:encryptionalgorithm", "kms:encryptioncontext:", "kms:encryptioncontextkeys"),
        *("kms:grantconstrainttype", "kms:grantisforawsresource", "kms:reencryptonsamekey", "kms:requestalias"),
        *("kms:resourcealiases", "kms:viaservice"),
        *("secretsmanager:resourcetag/", "ssm:resourcetag/"),
        *("sts:externalid", "sts:rolesessionname", "sts:sourceidentity", "sts:transitivetagkeys"),
        *("accounts.google.com:aud", "accounts.google.com:oaud", "accounts.google.com:sub"),
        *KEY_PROPERTIES,
        *OF_SECRETS,
        *PARAMETERS,
        *S3_KEYS,
    }
)

_ACCESS_POINTS: Final = "requests pass no access point"
_JOBS: Final = "it has no S3 Batch Operations"
_EVENTS: Final = "it delivers no events by rules of other accounts and services"
_FIDO: Final = "it has no security keys"
_SSM: Final = "it runs no documents and sessions on instances"
_TABLES: Final = "attributes of items are not compared with policies"
_EC2: Final = "this property of EC2 resources is not looked up"
_SAML: Final = "sessions of SAML identities are not implemented"
_WEB: Final = "it knows OpenID Connect providers only"

NOT_EVALUATED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("s3:accessgrantsinstancearn", "s3:accesspointnetworkorigin", "s3:dataaccesspointaccount"), _ACCESS_POINTS
    ),
    "s3:dataaccesspointarn": _ACCESS_POINTS,
    **dict.fromkeys(("s3:existingjoboperation", "s3:existingjobpriority", "s3:jobsuspendedcause"), _JOBS),
    **dict.fromkeys(("s3:requestjoboperation", "s3:requestjobpriority"), _JOBS),
    "s3:destinationregion": "it has no replication pauses",
    "s3:isreplicationpauserequest": "it has no replication pauses",
    "kms:recipientattestation:imagesha384": "no request comes from a Nitro enclave",
    "kms:validto": "it has no imported key material",
    **dict.fromkeys(
        ("glue:securitygroupids", "glue:subnetids", "glue:vpcids"), "connections of jobs and sessions are not looked up"
    ),
    "glue:enabledforredshiftautodiscovery": "it has no catalogs of Amazon Redshift",
    **dict.fromkeys(("logs:deliverydestinationresourcearn", "logs:loggeneratingresourcearns"), "it delivers no logs"),
    "elasticmapreduce:executionrolearn": "it runs no steps with roles of their own",
    **dict.fromkeys(
        (
            *("events:creatoraccount", "events:detail-type", "events:detail.eventtypecode", "events:detail.service"),
            *("events:detail.useridentity.principalid", "events:eventbusarn", "events:eventbusinvocation"),
            *("events:managedby", "events:source", "events:targetarn"),
        ),
        _EVENTS,
    ),
    **dict.fromkeys(
        (
            *("ssm:autoapprove", "ssm:documentcategories", "ssm:overwrite", "ssm:policies", "ssm:recursive"),
            *("ssm:sourceinstancearn", "ssm:synctype", "ec2:sourceinstancearn"),
            *("ssm:resourcetag/aws:ssmmessages:session-id", "ssm:resourcetag/aws:ssmmessages:target-id"),
        ),
        _SSM,
    ),
    **dict.fromkeys(
        (
            *("dynamodb:attributes", "dynamodb:enclosingoperation", "dynamodb:fulltablescan", "dynamodb:leadingkeys"),
            *("dynamodb:returnconsumedcapacity", "dynamodb:returnvalues", "dynamodb:select"),
        ),
        _TABLES,
    ),
    **dict.fromkeys(
        ("cloudwatch:requestinsightruleloggroups", "cloudwatch:requestmanagedresourcearns"),
        "it has no Contributor Insights rules",
    ),
    **dict.fromkeys(
        (
            *("iam:fido-certification", "iam:fido-fips-140-2-certification", "iam:fido-fips-140-3-certification"),
            "iam:registersecuritykey",
        ),
        _FIDO,
    ),
    "iam:associatedresourcearn": "services that a role is passed to do not state for which resource",
    "iam:organizationspolicyid": "the account has no organization",
    **dict.fromkeys(("sts:awsservicename", "sts:durationseconds"), "it has no bearer tokens"),
    **dict.fromkeys(("sts:requestcontext/", "sts:requestcontextproviders"), "it has no identity contexts"),
    "sts:taskpolicyarn": "sessions of root users are not implemented",
    **dict.fromkeys(
        (
            *("cognito-identity.amazonaws.com:amr", "cognito-identity.amazonaws.com:aud"),
            *("cognito-identity.amazonaws.com:sub", "graph.facebook.com:app_id", "graph.facebook.com:id"),
            *("www.amazon.com:app_id", "www.amazon.com:user_id"),
        ),
        _WEB,
    ),
    **dict.fromkeys(
        (
            *("aws:principalorgid", "aws:principalorgpaths", "aws:resourceorgid", "aws:resourceorgpaths"),
            *("aws:sourceorgid", "aws:sourceorgpaths", "aws:vpceorgid", "aws:vpceorgpaths"),
        ),
        "the account has no organization",
    ),
    **dict.fromkeys(
        ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast"), "services do not send requests for the caller"
    ),
    "aws:multifactorauthage": "sessions have no multi-factor authentication",
    "aws:referer": "the header Referer is not admitted",
}
"""Keys that requests never have here, with the reason: "the local cloud does not evaluate it: …"."""
_BY_PREFIX: Final = {"ec2": _EC2, "saml": _SAML}


@lru_cache(maxsize=1024)
def why_not_evaluated(key: str) -> str:
    """Why a condition key is not evaluated; empty if it is evaluated, or belongs to none of the services."""
    base = _base(key)
    if key in NOT_EVALUATED:
        return NOT_EVALUATED[key]
    if base in EVALUATED:
        return ""
    return NOT_EVALUATED.get(base) or _BY_PREFIX.get(key.partition(":")[0], "")


def unevaluated_conditions(policies: Iterator[Policy], action: str) -> Iterator[str]:
    """Conditions with such keys in the statements on an action, as text for people."""
    for policy in policies:
        for statement in (prepared.statement for prepared in policy.statements):
            found = [(one, why) for one in statement.conditions if (why := why_not_evaluated(one.key))]
            if not found or not _concerns(statement, action.lower()):
                continue
            for condition, why in found:
                shown = condition.written or condition.key
                yield f"{shown} in {statement.name} of {policy.name or 'a policy'} is not evaluated, because {why}"


def _concerns(statement: Statement, action: str) -> bool:
    return statement.actions is None or any(wildcards.matches(one.lower(), action) for one in statement.actions)


def _base(key: str) -> str:
    """A key without the tag or the name at its end."""
    if key.startswith("kms:encryptioncontext:"):
        return "kms:encryptioncontext:"
    name, slash, rest = key.partition("/")
    return key if key in PARAMETERS or key in OF_SECRETS else key_of(f"{name}{slash}") if rest else key_of(key)
