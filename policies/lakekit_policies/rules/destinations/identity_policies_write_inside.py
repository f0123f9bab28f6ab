from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.iam.boundary_keys import RESOURCE_KEYS
from lakekit_policies.iam.constraints import clause_of
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.identity_writes import (
    account_pattern_membership,
    bucket_membership,
    first_for,
    has_account_pattern,
    writes,
    written_bucket,
)
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class IdentityPoliciesWriteInside(PolicyRule):
    id = "LK_DEST_9"
    title = "Identity policies write only to resources inside the trust boundary"
    severity = "high"
    rationale = (
        "A role that may change a bucket, queue, table or function of another account can copy there what it reads. "
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
            written = list(writes(statement))
            for account, place in _accounts(statement) if written else ():
                allowed = f"{statement.name} allows {written[0]} on resources of {account}"
                yield f"{allowed}, which is {place} the trust boundary"
            for resource in statement.resources or ():
                action = first_for(written, resource)
                found = _membership(resource) if action else Membership.INSIDE
                if action and (arn := _completed(resource)) and has_account_pattern(arn):
                    found = account_pattern_membership(statement, resource, [action], statements)
                if found is Membership.OUTSIDE:
                    yield f"{statement.name} allows {action} on {resource}: outside of the trust boundary"
                elif found is Membership.UNKNOWN:
                    yield (
                        f"{statement.name} allows {action} on {resource}, which is not known to be inside of the "
                        "trust boundary"
                    )


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


def _completed(resource: str) -> arns.Arn | None:
    """The parts of an ARN; IAM completes one with fewer than six by wildcards."""
    missing = 5 - resource.count(":")
    return arns.parse(resource + ":*" * missing) if "${" not in resource else arns.parse(resource)


def _membership(resource: str) -> Membership:
    """Whether a resource is inside; LK_DEST_12 has buckets without a stated boundary."""
    arn = _completed(resource)
    if arn is None:
        return Membership.INSIDE
    boundary, metadata = current_boundary(), stack_context.current()
    if arns.is_account(arn.account):
        found = boundary.contains_account(arn.account)
    elif bucket := written_bucket(arn):
        found = bucket_membership(bucket)
    else:
        return Membership.INSIDE
    if found is Membership.UNKNOWN and not (metadata.at_least("staging") and (boundary.stated or arn.account)):
        return Membership.INSIDE
    return found


check = IdentityPoliciesWriteInside()
