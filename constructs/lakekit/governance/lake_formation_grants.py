"""Lake Formation grants that say the same thing on the second plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.errors import ConstructError

# No ALL and no SUPER: they come back as lists from the API and plan a replacement for ever (provider issues
# 49453 and 44074), and they would grant the right to grant.
TABLE_READ: Final = ("DESCRIBE", "SELECT")
TABLE_WRITE: Final = ("ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT")
DATABASE_READ: Final = ("DESCRIBE",)
DATABASE_WRITE: Final = ("CREATE_TABLE", "DESCRIBE")
_FORBIDDEN: Final = ("ALL", "SUPER")


class TagGrant(Construct):
    """Permissions on every database or table whose LF-tags match, now and later.

    Args:
        scope: where it stands.
        id: PascalCase id.
        principal: ARN of the role.
        kind: `DATABASE` or `TABLE`.
        expression: tag key to the values it may have; every key has to match.
        permissions: Lake Formation permissions.
        after: made after these; grants that run side by side meet Lake Formation's rate limit.

    Attributes:
        resource: the `aws_lakeformation_permissions`.

    Raises:
        ConstructError: no expression, or ALL or SUPER among the permissions.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        principal: str,
        kind: str,
        expression: Mapping[str, Sequence[str]],
        permissions: Sequence[str],
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        check_permissions(self, permissions)
        if not expression:
            raise ConstructError(self, "no LF-tag in its expression: that would be the whole lake")
        module = aws.lakeformation_permissions
        self.resource: Final[Any] = module.LakeformationPermissions(
            self,
            "Grant",
            principal=principal,
            permissions=sorted(permissions),
            lf_tag_policy=module.LakeformationPermissionsLfTagPolicy(
                resource_type=kind,
                expression=[
                    module.LakeformationPermissionsLfTagPolicyExpression(key=key, values=sorted(expression[key]))
                    for key in sorted(expression)
                ],
            ),
            depends_on=list(after) or None,
        )


def named_grants(
    scope: Construct,
    principal: str,
    grants: Sequence[tuple[str, Sequence[str], Mapping[str, Any]]],
    *,
    after: Sequence[Any] = (),
) -> list[Any]:
    """Permissions on things by their names, one after the other.

    Args:
        scope: where they stand.
        principal: ARN of the role.
        grants: of each its PascalCase id, its permissions, and what they are on, as the provider's argument.
        after: made after these; grants that run side by side meet Lake Formation's rate limit.

    Returns:
        the `aws_lakeformation_permissions`, in the order they are made.
    """
    made: list[Any] = []
    for id, permissions, target in grants:
        made.append(
            aws.lakeformation_permissions.LakeformationPermissions(
                scope,
                id,
                principal=principal,
                permissions=list(permissions),
                depends_on=made[-1:] or list(after) or None,
                **target,
            )
        )
    return made


def check_permissions(scope: Construct, permissions: Sequence[str]) -> None:
    """Refuse permissions that cannot be kept: ALL and SUPER, or none at all."""
    bad = sorted({permission.upper() for permission in permissions} & set(_FORBIDDEN))
    if bad or not permissions:
        raise ConstructError(
            scope,
            f"permissions {', '.join(bad) or 'are empty'}: name each permission",
            fix=f"to read {', '.join(TABLE_READ)}; to write {', '.join(TABLE_WRITE)}",
        )
