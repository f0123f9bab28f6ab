"""The inline policy that a role's grants make."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.errors import ConstructError
from lakekit.iam.policy import Statement, document, with_unique_sid

# IAM quotas: all inline policies of a role together.
_MAX_CHARACTERS: Final = 10_240


class InlinePolicy:
    """Statements granted to a role, kept as one inline policy that grows with each grant.

    Args:
        scope: where the policy stands.
        role: the role's name, or a reference to it.
        policy_name: the inline policy's name.
    """

    def __init__(self, scope: Construct, role: str, policy_name: str) -> None:
        self._scope = scope
        self._role = role
        self._policy_name = policy_name
        self._statements: list[Statement] = []
        self.policy: aws.iam_role_policy.IamRolePolicy | None = None

    def add(self, added: Statement) -> None:
        """Add a statement; the same one twice counts once, the same Sid is numbered.

        Raises:
            ConstructError: the policy would exceed what IAM allows.
        """
        named = with_unique_sid(self._statements, added)
        if named is None:
            return
        self._statements.append(named)
        text = document(self._statements)
        if len(text) > _MAX_CHARACTERS:
            raise ConstructError(
                self._scope,
                f"its grants make a policy of {len(text)} characters; IAM allows {_MAX_CHARACTERS}",
                fix="split the work over two roles, or grant one longer prefix in place of many",
            )
        if self.policy is None:
            self.policy = aws.iam_role_policy.IamRolePolicy(
                self._scope, "Grants", name=self._policy_name, role=self._role, policy=text
            )
        else:
            self.policy.policy = text
