"""Actions of identity policies that change something, and the buckets that they write to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.boundary.arns import Arn
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.iam import access_levels
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
    return bucket if arn.service == "s3" and "$" not in bucket and bucket.strip("*?") else ""


def bucket_membership(bucket: str) -> Membership:
    """Whether a bucket is inside; a prefix is a name that the owner of the prefix chooses, a suffix is not."""
    if wildcards.has_wildcards(bucket) and bucket[0] not in "*?":
        return Membership.INSIDE
    destination = Destination(Kind.BUCKET, bucket, "Resource", Use.DATA)
    return membership(destination, current_boundary(), stack_context.current())


def first_for(actions: Iterable[str], arn: str) -> str | None:
    """The first action that applies to a resource: of its service, or of a part of it (`kafka-cluster`, `kafka`)."""
    parts = arn.split(":")
    family = parts[2].partition("-")[0] if len(parts) > 2 else ""
    return next((one for one in actions if one.partition(":")[0].partition("-")[0] == family), None)
