from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.iam.boundary_keys import RESOURCE_KEYS
from lakekit_policies.iam.constraints import clause_of
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

# Actions that carry data of the caller to the resource. sts:AssumeRole is LK_IAM_25.
_WRITES: Final = (
    "events:putevents",
    "firehose:putrecord",
    "firehose:putrecordbatch",
    "kafka-cluster:writedata",
    "kinesis:putrecord",
    "kinesis:putrecords",
    "kms:encrypt",
    "kms:generatedatakey",
    "lambda:invokefunction",
    "logs:putlogevents",
    "s3:putobject",
    "s3:replicateobject",
    "sns:publish",
    "sqs:sendmessage",
    "states:startexecution",
)


class IdentityPoliciesWriteInside(PolicyRule):
    id = "LK_DEST_9"
    title = "Identity policies write only to resources inside the trust boundary"
    severity = "high"
    rationale = (
        "A role that may write to a bucket, queue or stream of another account can copy there whatever it can read. "
        "Policies of this account do not apply to the copy."
    )
    remedy = (
        "Name resources of this account, and buckets of the environment. State trusted accounts and buckets in "
        "`trust_boundary` of the environment file."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "AC-6", "SC-7"], "soc2": ["CC6.1", "CC6.7"]}
    roles = (PolicyRole.IDENTITY,)

    def policy_problems(
        self,
        policy: FoundPolicy,
        statements: tuple[Statement, ...],
        block: Block,  # noqa: ARG002
    ) -> Iterable[str]:
        if policy.role is not PolicyRole.IDENTITY:
            return
        for statement in statements:
            written = [one for one in _WRITES if _allows(statement, one)]
            for account, place in _accounts(statement) if written else ():
                allowed = f"{statement.name} allows {written[0]} on resources of {account}"
                yield f"{allowed}, which is {place} the trust boundary"
            for resource in statement.resources or () if written else ():
                found = _membership(resource)
                if found is Membership.OUTSIDE:
                    yield f"{statement.name} allows {written[0]} on {resource}: outside of the trust boundary"
                elif found is Membership.UNKNOWN:
                    yield (
                        f"{statement.name} allows {written[0]} on {resource}, which is not known to be inside of the "
                        "trust boundary"
                    )


def _allows(statement: Statement, action: str) -> bool:
    """Whether an action of an allowing statement matches; statements with `NotAction` are LK_IAM_5."""
    return statement.allows and any(wildcards.matches(one.lower(), action) for one in _named(statement))


def _accounts(statement: Statement) -> Iterator[tuple[str, str]]:
    """Accounts and organizations not inside whose resources the conditions of a statement select."""
    for condition in statement.conditions:
        kind = RESOURCE_KEYS.get(condition.key)
        if kind is not None and not any(one.test.negated for one in clause_of(condition).alternatives):
            exact = (value for value in condition.values if not wildcards.has_wildcards(value))
            for value in exact:
                found = kind.contains(current_boundary(), value)
                if found is Membership.OUTSIDE:
                    yield value, "outside of"
                elif found is Membership.UNKNOWN and "${" not in value and stack_context.current().at_least("staging"):
                    yield value, "not known to be inside of"


def _named(statement: Statement) -> Iterator[str]:
    """Actions of one service: LK_IAM_2 and CKV_AWS_63 cover `*`."""
    return (one for one in statement.actions or () if one.partition(":")[0].strip("*?"))


def _membership(resource: str) -> Membership:
    """Whether a resource is inside; patterns of accounts and buckets are covered by LK_IAM_3."""
    arn = arns.parse(resource)
    if arn is None:
        return Membership.INSIDE
    boundary, metadata = current_boundary(), stack_context.current()
    bucket = arn.resource.partition("/")[0]
    if arns.is_account(arn.account):
        found = boundary.contains_arn(resource)
    elif arn.service == "s3" and not {"*", "?", "$"} & set(bucket):
        found = membership(Destination(Kind.BUCKET, bucket, "Resource", Use.DATA), boundary, metadata)
    else:
        return Membership.INSIDE
    if found is Membership.UNKNOWN and not (metadata.at_least("staging") and (boundary.stated or arn.account)):
        # A plan without a stated boundary names most of its buckets only in policies.
        return Membership.INSIDE
    return found


check = IdentityPoliciesWriteInside()
