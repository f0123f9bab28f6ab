"""Accounts that a policy can only name as its own, because AWS rejects it otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.iam.documents import PolicyRole, policies_of
from lakekit_policies.iam.statements import MalformedPolicyError, Statement, statements_of

_KEY_TYPES: Final = ("aws_kms_key", "aws_kms_key_policy", "aws_kms_external_key", "aws_kms_replica_key")
# aws_kms_key_policy sets the policy of a key that exists: its data would be exposed.
_NEW_KEYS: Final = frozenset(_KEY_TYPES) - {"aws_kms_key_policy"}
_CHANGE_POLICY: Final = "kms:putkeypolicy"


def suggested(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Account ids that the policies of a resource suggest as its own.

    AWS rejects such a policy of another account only when it is applied, so that it does not prove the account.

    - The principal that creates a key must be able to change its policy, so if only one account is allowed to, it is
      the own one: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    - AWS STS looks for the OIDC provider of a web identity in the account of the role:
      https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html. SAML providers are named by the caller,
      so that their ARN is not evidence.
    """
    for policy in policies_of(kind, values):
        try:
            statements = [one for one in statements_of(policy.document) if one.allows]
        except MalformedPolicyError:
            continue  # the rules on policies report it
        if policy.role is PolicyRole.TRUST:
            yield from _accounts(statements, "Federated", ":oidc-provider/")
        elif kind in _KEY_TYPES and values.get("bypass_policy_lockout_safety_check") is not True:
            yield from _key_account(statements)


def for_new_key(
    boundary: TrustBoundary, kind: str, statements: Iterable[Statement], *, bypasses_lockout: bool
) -> TrustBoundary:
    """The boundary under which the policy of a key is judged: a key that does not exist yet shows its own account.

    AWS does not create a key whose policy gives its administration to another account alone, so that nothing is
    exposed by it. This holds for that policy only, and only if no other argument of the plan suggests another account.

    Args:
        boundary: boundary of the plan.
        kind: type of the resource with the policy.
        statements: statements of the policy.
        bypasses_lockout: whether ``bypass_policy_lockout_safety_check`` is set.
    """
    if kind not in _NEW_KEYS or bypasses_lockout or boundary.stated or boundary.accounts:
        return boundary
    accounts = tuple(_key_account([one for one in statements if one.allows]))
    if accounts != boundary.suggested_accounts:
        return boundary
    shown = dict.fromkeys(accounts, "the account that administers the key")
    return replace(boundary, accounts=shown, suggested_accounts=())


def _key_account(statements: list[Statement]) -> Iterator[str]:
    accounts = set(_accounts([one for one in statements if _changes_policy(one)], "AWS"))
    if len(accounts) == 1:
        yield from accounts


def _changes_policy(statement: Statement) -> bool:
    patterns = [action.lower() for action in statement.actions or ()]
    return not statement.conditions and any(wildcards.matches(pattern, _CHANGE_POLICY) for pattern in patterns)


def _accounts(statements: list[Statement], kind: str, part: str = "") -> Iterator[str]:
    for statement in statements:
        for principal in statement.principals or ():
            arn = arns.parse(principal.name)
            account = arn.account if arn else principal.name
            if principal.kind == kind and part in principal.name and arns.is_account(account):
                yield account
