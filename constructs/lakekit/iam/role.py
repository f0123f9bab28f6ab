"""IAM roles whose permissions come only from grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam.inline_policy import InlinePolicy
from lakekit.iam.permissions_boundary import boundary_arn
from lakekit.iam.policy import (
    MAX_TRUST_CHARACTERS,
    Conditions,
    Statement,
    counted_characters,
    document,
    statement,
)
from lakekit.iam.role_name import role_name
from lakekit.naming import slug

# Roles by stack and physical name, so that a grant to a name finds the role itself.
_ROLES: Final[WeakKeyDictionary[Construct, dict[str, Role | RoleReference]]] = WeakKeyDictionary()


def role_in_stack(scope: Construct, name: str) -> Role | RoleReference | None:
    """Return the role of that physical name in the stack of `scope`: the role itself, else a reference to it."""
    return _ROLES.get(stack_of(scope), {}).get(name)


class Role(Construct):
    """An IAM role with one inline policy that contains its grants, no attached policies, and a permissions boundary.

    Args:
        scope: parent construct.
        id: PascalCase id.
        trust: statements of the trust policy.
        description: purpose of the role.
        name: kebab-case name; the role is `<organization>-<environment>-<name>`. `<stack>-<id>` by default.
        max_session_hours: 1 to 12; 1 by default.

    Attributes:
        resource: the `aws_iam_role`.
        name: physical name, a literal.
        arn: ARN, a literal.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        trust: Sequence[Statement],
        description: str,
        name: str | None = None,
        max_session_hours: int = 1,
    ) -> None:
        super().__init__(scope, id)
        if not 1 <= max_session_hours <= 12:
            raise ConstructError(self, f"max_session_hours {max_session_hours} is not between 1 and 12 (IAM)")
        size = counted_characters(document(trust))
        if size > MAX_TRUST_CHARACTERS:
            raise ConstructError(
                self,
                f"the trust policy has {size} characters; IAM allows {MAX_TRUST_CHARACTERS}",
                fix="trust fewer principals, such as one role that the others may assume",
            )
        names = environment_of(self).names
        self.name: Final = names.role(name) if name else names.role(stack_of(self).stack_name, slug(id))
        self.arn: Final = names.role_arn(self.name)
        self.resource: Final = aws.iam_role.IamRole(
            self,
            "Role",
            name=self.name,
            description=description,
            assume_role_policy=document(trust),
            max_session_duration=max_session_hours * 3600,
            permissions_boundary=boundary_arn(environment_of(self)),
        )
        self._grants = InlinePolicy(self, self.resource.name, "grants")
        _ROLES.setdefault(stack_of(self), {})[self.name] = self

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> RoleReference:
        """Refer to a role of this account that another stack or another tool creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: physical name or ARN of the role, or the short name of a data role of the environment.
        """
        return RoleReference(scope, id, name)

    @property
    def deployed_arn(self) -> str:
        """The ARN as an attribute of the resource: what uses it is created after the role."""
        return str(self.resource.arn)

    def allow(self, added: Statement) -> None:
        """Add a statement to the role's inline policy."""
        self._grants.add(added)


class ServiceRole(Role):
    """A role that AWS services assume, for this account's own resources only.

    The trust policy requires `aws:SourceAccount`, so that another account cannot use the role through the service
    (IAM user guide, "The confused deputy problem").

    Args:
        scope: parent construct.
        id: PascalCase id.
        service: the service principal without its domain, such as `glue`.
        also: further services that assume the role, such as `glue` beside `lakeformation`.
        description: purpose of the role.
        name: kebab-case name, `<stack>-<id>` by default.
        session_actions: further STS actions of the service, such as `sts:SetContext`.
        source_account: whether the service sends `aws:SourceAccount`; a few do not, according to their guides.

    Attributes:
        service: the service principal without its domain.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        service: str,
        also: Sequence[str] = (),
        description: str,
        name: str | None = None,
        session_actions: Sequence[str] = (),
        source_account: bool = True,
    ) -> None:
        environment = environment_of(scope)
        conditions: Conditions | None = (
            {"StringEquals": {"aws:SourceAccount": environment.account_id}} if source_account else None
        )
        hosts = [f"{name}.amazonaws.com" for name in (service, *also)]
        trust = statement(
            "Assume",
            ["sts:AssumeRole", *session_actions],
            [],
            principals={"Service": hosts if also else hosts[0]},
            conditions=conditions,
        )
        del trust["Resource"]
        super().__init__(scope, id, trust=[trust], description=description, name=name)
        self.service: Final = service


class RoleReference(Construct):
    """A role of this account that another stack or another tool creates.

    Grants become an inline policy of this stack on that role.

    Args:
        scope: parent of the grants.
        id: PascalCase id.
        name: physical name or ARN of the role, or the short name of a data role of the environment.

    Attributes:
        name: physical name, a literal.
        arn: ARN, a literal.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        self.name: Final = role_name(self, name)
        # As given: the ARN of a role with a path, such as those of IAM Identity Center, contains the path.
        self.arn: Final = name if name.startswith("arn:") else environment_of(self).names.role_arn(self.name)
        stack = stack_of(self)
        # The path, not the id: two references to one role in one stack need two policy names.
        path = self.node.path.split("/")[1:]
        self._grants = InlinePolicy(self, self.name, "-".join((stack.node.id, *map(slug, path))))
        _ROLES.setdefault(stack, {}).setdefault(self.name, self)

    @property
    def deployed_arn(self) -> str:
        """The ARN; a literal, since the role is not created in this stack."""
        return self.arn

    def allow(self, added: Statement) -> None:
        """Add a statement to the policy that this stack attaches to the role."""
        self._grants.add(added)
