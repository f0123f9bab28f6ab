"""Actions of identity policies that change something, and the buckets that they write to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.boundary.arns import Arn
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.iam import access_levels
from lakekit_policies.iam.calls_outside import allowed_calls
from lakekit_policies.iam.statements import Statement
from lakekit_policies.terraform import stack_context

# Actions that carry data of the caller: named first if a pattern stands for several.
_CARRY: Final = (
    "dynamodb:putitem",
    "events:putevents",
    "firehose:putrecord",
    "kafka-cluster:writedata",
    "kinesis:putrecord",
    "kms:encrypt",
    "lambda:invokefunction",
    "logs:putlogevents",
    "s3:putobject",
    "s3:replicateobject",
    "secretsmanager:putsecretvalue",
    "sns:publish",
    "sqs:sendmessage",
    "states:startexecution",
)
# Writes that the reference does not have, or has as reads.
_ALSO: Final = ("s3express:createsession", "s3tables:puttabledata")
# Of level Write, but they bring no data of the caller to the resource: they read, or keep the place of a reader.
_READERS: Final = frozenset(
    {
        "kafka-cluster:altergroup",
        "kafka-cluster:connect",
        "kinesis:deregisterstreamconsumer",
        "kinesis:registerstreamconsumer",
        "kms:decrypt",
        "kms:reencryptfrom",
        "kms:verify",
        "kms:verifymac",
        "lakeformation:getdataaccess",
        "lakeformation:startqueryplanning",
        "sqs:changemessagevisibility",
        "sqs:deletemessage",
        "sts:tagsession",
    }
)
# Services outside of LK_IAM_3 whose resources have policies that admit other accounts:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_SHARED_SERVICES: Final = frozenset(
    {
        "backup",
        "codeartifact",
        "ecr",
        "elasticfilesystem",
        "es",
        "execute-api",
        "lambda",
        "s3",
        "s3-object-lambda",
        "s3express",
        "schemas",
        "ses",
        "vpc-lattice-svcs",
    }
)
_WILDCARD: Final = re.compile(r"[*?]")
_SEPARATOR: Final = re.compile(r"[.-]")
_VARIABLE: Final = re.compile(r"\$?\$\{[A-Za-z0-9-]+:[^}]*\}")
_OWN_ACCOUNT: Final = re.compile(r"(?i)\$?\$\{aws:principalaccount\}")
# sts:AssumeRole is LK_IAM_25.
_OTHER_RULES: Final = ("iam:", "sts:")


def writes(statement: Statement) -> Iterator[str]:
    """Actions of one service that change something; statements with `NotAction` are LK_IAM_5, `*` is LK_IAM_2."""
    for pattern in map(str.lower, statement.actions or () if statement.allows else ()):
        if not pattern.partition(":")[0].strip("*?") or pattern.startswith(_OTHER_RULES):
            continue
        yield from (one for one in _CARRY if wildcards.matches(pattern, one))
        changing = (*access_levels.matching(pattern, *access_levels.CHANGES), *_ALSO)
        yield from (one for one in changing if one not in _READERS and wildcards.matches(pattern, one))


def written_bucket(arn: Arn) -> str:
    """Bucket of an ARN; empty for other services, for references and for a pattern of every bucket (LK_IAM_3)."""
    bucket = arn.resource.partition("/")[0]
    is_bucket = arn.service == "s3" and not arns.is_account(arn.account)  # access points have an account
    return bucket if is_bucket and "$" not in bucket and bucket.strip("*?") else ""


def bucket_membership(bucket: str) -> Membership:
    """Whether a bucket is inside; a pattern is if it begins like the name of a bucket inside.

    Names of one owner begin alike: `acme-lake-*` has the owner of `acme-lake-raw`. The pattern must contain at least
    the first part of that name; `a*` does not show an owner.
    """
    if wildcards.has_wildcards(bucket) and _begins_inside(_WILDCARD.split(bucket, maxsplit=1)[0]):
        return Membership.INSIDE
    destination = Destination(Kind.BUCKET, bucket, "Resource", Use.DATA)
    return membership(destination, current_boundary(), stack_context.current())


def _begins_inside(prefix: str) -> bool:
    """Whether names with a prefix follow a bucket of the plan or of the boundary, or the naming of the environment."""
    metadata = stack_context.current()
    if any(one.startswith(prefix) and prefix.startswith(_first_part(one)) for one in current_boundary().buckets):
        return True
    if not (metadata.organization and metadata.environment):
        return False
    naming = f"{metadata.organization}-{metadata.environment}-"
    return prefix.startswith(naming) or (naming.startswith(prefix) and prefix.startswith(metadata.organization))


def _first_part(bucket: str) -> str:
    return _SEPARATOR.split(_WILDCARD.split(bucket, maxsplit=1)[0], maxsplit=1)[0] or bucket


def account_pattern_membership(
    statement: Statement, resource: str, actions: Iterable[str], statements: tuple[Statement, ...]
) -> Membership:
    """Whether every account that the account field of a resource can match is inside.

    Args:
        statement: the statement that allows the actions.
        resource: ARN of it with a pattern as the account id. Policy variables match any value.
        actions: actions of interest, in lower case.
        statements: all statements of the policy; denials and conditions on the account of the resource count.
    """
    only = replace(statement, resources=(_VARIABLE.sub("*", resource),))
    denials = tuple(one for one in statements if not one.allows)
    calls = allowed_calls((only, *denials), current_boundary(), actions)
    return Membership.all_of(one.resources for one in calls)


def has_account_pattern(arn: Arn) -> bool:
    """Whether a resource is of a pattern of accounts that no other rule reports.

    LK_IAM_3 reports `*` as the account of data services. The resources of other services without policies of their own
    cannot be used from another account.
    """
    if _OWN_ACCOUNT.fullmatch(arn.account):
        return False
    if arn.service == "s3" and not wildcards.intersects(_VARIABLE.sub("*", arn.resource), "accesspoint*"):
        return False  # buckets have no account
    account = _VARIABLE.sub("*", arn.account)
    if account == "*" == arn.account:
        return arn.service in _SHARED_SERVICES
    return wildcards.has_wildcards(account)


def first_for(actions: Iterable[str], arn: str) -> str | None:
    """The first action that applies to a resource: of its service, or of a part of it (`kafka-cluster`, `kafka`)."""
    parts = arn.split(":")
    family = parts[2].partition("-")[0] if len(parts) > 2 else ""
    return next((one for one in actions if wildcards.matches(family, one.partition(":")[0].partition("-")[0])), None)
