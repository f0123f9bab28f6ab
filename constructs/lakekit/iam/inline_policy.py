"""The inline policy that contains the grants of a role."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam.permissions_boundary import outside_boundary
from lakekit.iam.policy import Statement, document, with_unique_sid

# IAM quota for the sum of all inline policies of a role.
_MAX_CHARACTERS: Final = 10_240


class InlinePolicy:
    """The statements granted to a role, in one inline policy.

    Args:
        scope: parent of the policy.
        role: name of the role, or a reference to it.
        policy_name: name of the inline policy.
    """

    def __init__(self, scope: Construct, role: str, policy_name: str) -> None:
        self._scope = scope
        self._role = role
        self._policy_name = policy_name
        self._statements: list[Statement] = []
        self.policy: aws.iam_role_policy.IamRolePolicy | None = None

    def add(self, added: Statement) -> None:
        """Add a statement; an equal one is not added again, and a duplicate Sid gets a number.

        Raises:
            ConstructError: the policy would exceed the quota of IAM, or allow what the permissions boundary does not.
        """
        self._check_boundary(added)
        named = with_unique_sid(self._statements, added)
        if named is None:
            return
        self._statements.append(named)
        text = document(self._statements)
        if len(text) > _MAX_CHARACTERS:
            raise ConstructError(
                self._scope,
                f"its grants need a policy of {len(text)} characters; IAM allows {_MAX_CHARACTERS}",
                fix="use two roles, or grant one common prefix instead of many",
            )
        if self.policy is None:
            self.policy = aws.iam_role_policy.IamRolePolicy(
                self._scope, "Grants", name=self._policy_name, role=self._role, policy=text
            )
        else:
            self.policy.policy = text

    def _check_boundary(self, added: Statement) -> None:
        if added["Effect"] != "Allow" or "Action" not in added:
            return
        actions = added["Action"]
        outside = outside_boundary(environment_of(self._scope), [actions] if isinstance(actions, str) else actions)
        if outside:
            raise ConstructError(
                self._scope,
                f"the permissions boundary of the environment does not allow {', '.join(outside)}",
                fix="add them to deployment.boundary_actions in the environment file, and run `lakekit bootstrap`",
            )
