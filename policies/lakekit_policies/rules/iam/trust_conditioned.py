from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import Membership, arns, current_boundary, references
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.requests import Requests, clauses_of
from lakekit_policies.iam.statements import Principal, Statement
from lakekit_policies.iam.value_tests import STRING, ValueTest, can_pass
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

# Conditions that another account of the trust boundary has to fulfil to assume a role.
OTHER_ACCOUNT_KEYS = (
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "sts:externalid",
)
TAG_KEYS = ("aws:principaltag/",)
_ANY_VALUE = ValueTest(STRING, ("qX7wZ3kL9vR2tB8nM4pY6sD1fG5hJ0cA",))
"""A value that no condition means, and that only a pattern without content matches."""


class TrustConditioned(PolicyRule):
    id = "LK_IAM_33"
    title = "Roles trust other accounts of the trust boundary under a condition"
    severity = "high"
    rationale = (
        "A role that trusts another account of the company without a condition can be assumed by every principal that "
        "the account allows to assume roles. LK_IAM_8 reports accounts outside of the trust boundary."
    )
    remedy = (
        "Add a condition such as `aws:PrincipalOrgID`, `aws:PrincipalTag`, `aws:SourceVpc` or `sts:ExternalId`, or "
        "name roles with `aws:PrincipalArn`."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-20"], "soc2": ["CC6.1", "CC6.6"]}
    roles = (PolicyRole.TRUST,)
    attributes = ("assume_role_policy",)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        own = stack_context.current().account_id
        for statement in statements if policy.role is PolicyRole.TRUST and own else ():
            if not statement.allows or _is_conditioned(statement):
                continue
            for principal in statement.principals or ():
                if _is_of_another_account(principal, own):
                    yield f"{statement.name} trusts {principal.name} of another account without a condition"
                elif principal.is_everyone and statement.conditions and not _names_principals(statement):
                    yield f"{statement.name} trusts any principal of the accounts that its conditions name"


def _is_conditioned(statement: Statement) -> bool:
    requests = next(Requests().matching(clauses_of(statement)), None)
    return requests is not None and any(
        _restricts(requests, key)
        for key in requests.constraints
        if key in OTHER_ACCOUNT_KEYS or key.startswith(TAG_KEYS)
    )


def _restricts(requests: Requests, key: str) -> bool:
    """Whether a key is required and cannot have any value: `*` as external id restricts nothing."""
    return requests.requires(key) and not can_pass(frozenset({*requests.tests(key), _ANY_VALUE}))


def _names_principals(statement: Statement) -> bool:
    return any(condition.key == "aws:principalarn" for condition in statement.conditions)


def _is_of_another_account(principal: Principal, own: str) -> bool:
    """Whether a principal is of another account that is not outside; references to resources of AWS are of the own."""
    if principal.kind != "AWS" or principal.is_everyone:
        return False
    if references.is_reference(principal.name):
        return not any(one.startswith(("aws_", "data.aws_")) for one in references.expressions(principal.name))
    arn = arns.parse(principal.name)
    account = arn.account if arn else principal.name
    is_outside = current_boundary().contains_account(account) is Membership.OUTSIDE  # LK_IAM_8
    return arns.is_account(account) and account != own and not is_outside


check = TrustConditioned()
