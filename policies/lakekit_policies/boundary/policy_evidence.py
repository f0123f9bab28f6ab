"""Accounts that a policy can only name as its own, because AWS rejects it otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns
from lakekit_policies.iam.documents import PolicyRole, policies_of
from lakekit_policies.iam.statements import MalformedPolicyError, Statement, statements_of

_KEY_TYPES: Final = ("aws_kms_key", "aws_kms_key_policy", "aws_kms_external_key", "aws_kms_replica_key")
_CHANGE_POLICY: Final = "kms:putkeypolicy"


def own_accounts(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Account ids that the policies of a resource show as its own.

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
