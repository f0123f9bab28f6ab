from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.boundary import arns, current_boundary, policy_evidence, references
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.explanations import explain
from lakekit_policies.iam.outside_access import outside_access
from lakekit_policies.iam.requests import Requests, clauses_of
from lakekit_policies.iam.statements import Principal, Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule, decided
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


class ExternalPrincipalsConditioned(PolicyRule):
    id = "LK_IAM_8"
    title = "Policies give access to principals of the trust boundary only"
    severity = "critical"
    rationale = (
        "Access for another account depends on that account's security. A condition restricts access only if "
        "everything that it admits is inside the trust boundary: `o-*`, a key that may be absent, or a negation "
        "restricts nothing. A web identity without a subject condition includes every repository or pod of the "
        "provider."
    )
    remedy = (
        "Name principals of trusted accounts, or add a condition such as `aws:PrincipalOrgID` with the id of the "
        "organization, and the provider's `:sub` for web identities. State trusted accounts, organizations and "
        "subjects in `trust_boundary` of the environment, or with `--boundary`."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-20", "IA-8"], "soc2": ["CC6.1", "CC6.6"]}

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role not in (PolicyRole.RESOURCE, PolicyRole.TRUST):
            return  # LK_VPC_1 covers endpoints
        trust = policy.role is PolicyRole.TRUST
        bypasses = block.get("bypass_policy_lockout_safety_check") is True
        boundary = policy_evidence.for_new_key(
            current_boundary(), self.entity_type, statements, bypasses_lockout=bypasses
        )
        found = outside_access(statements, boundary, trust=trust)
        for access in decided(found, policy, block):
            if access.principal.kind != "Service":  # LK_IAM_7
                yield explain(access)
        if trust:
            yield from _unconditioned(statements)


def _unconditioned(statements: tuple[Statement, ...]) -> Iterator[str]:
    """Trust of other accounts of the boundary, and of everyone in an account, without a further condition."""
    own = stack_context.current().account_id
    for statement in statements:
        if not statement.allows or not own or _is_conditioned(statement):
            continue
        for principal in statement.principals or ():
            if _is_of_another_account(principal, own):
                yield f"{statement.name} trusts {principal.name} of another account without a condition"
            elif principal.is_everyone and not _names_principals(statement):
                yield f"{statement.name} trusts any principal of the accounts that its conditions name"


def _is_conditioned(statement: Statement) -> bool:
    requests = next(Requests().matching(clauses_of(statement)), None)
    return requests is not None and any(
        requests.requires(key) for key in requests.constraints if key in OTHER_ACCOUNT_KEYS or key.startswith(TAG_KEYS)
    )


def _names_principals(statement: Statement) -> bool:
    return any(condition.key == "aws:principalarn" for condition in statement.conditions)


def _is_of_another_account(principal: Principal, own: str) -> bool:
    """Whether a principal is not of the own account; references to resources of AWS are."""
    if principal.kind != "AWS" or principal.is_everyone:
        return False
    if references.is_reference(principal.name):
        return not any(one.startswith(("aws_", "data.aws_")) for one in references.expressions(principal.name))
    arn = arns.parse(principal.name)
    account = arn.account if arn else principal.name
    return arns.is_account(account) and account != own


check = ExternalPrincipalsConditioned()
