"""Lake Formation grants that an unchanged plan does not recreate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.grant_order import previous_grants, record_grant

# No ALL and no SUPER: the API lists them as single permissions, so that every plan replaces the grant (provider
# issues 49453 and 44074), and they include the permission to grant.
TABLE_READ: Final = ("DESCRIBE", "SELECT")
TABLE_WRITE: Final = ("ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT")
DATABASE_READ: Final = ("DESCRIBE",)
DATABASE_WRITE: Final = ("CREATE_TABLE", "DESCRIBE")
_FORBIDDEN: Final = ("ALL", "SUPER")


class TagGrant(Construct):
    """Permissions on all databases or tables whose LF-tags match, present and future.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        principal: ARN of the role.
        kind: `DATABASE` or `TABLE`.
        expression: tag key to the values it may have; every key has to match.
        permissions: Lake Formation permissions.
        depends_on: resources that are created first, in addition to the previous grant of the stack.

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
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        check_permissions(self, permissions)
        if not expression:
            raise ConstructError(
                self,
                "the expression has no LF-tag, which would grant the whole lake",
                fix="name zone, domain or classification",
            )
        environment = environment_of(self)
        if environment.shares_account:
            # Domains and classifications are those of every environment of the account, zones are not.
            zones = expression.get("zone") or tuple(environment.lake.zones)
            expression = {**expression, "zone": [environment.lf_zone(zone) for zone in zones]}
        module = aws.lakeformation_permissions
        self.resource: Final = module.LakeformationPermissions(
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
        )
        add_dependency(self.resource, *previous_grants(self), *depends_on)
        record_grant(self, self.resource)


def named_grants(
    scope: Construct,
    principal: str,
    grants: Sequence[tuple[str, Sequence[str], Mapping[str, Any]]],
    *,
    depends_on: Sequence[Construct] = (),
) -> list[aws.lakeformation_permissions.LakeformationPermissions]:
    """Create permissions on named resources, in sequence.

    Args:
        scope: the parent construct.
        principal: ARN of the role.
        grants: for each the PascalCase id, the permissions, and the resource as the provider's argument.
        depends_on: resources that are created first, in addition to the previous grant of the stack.

    Returns:
        the `aws_lakeformation_permissions`, in order.
    """
    created: list[aws.lakeformation_permissions.LakeformationPermissions] = []
    for id, permissions, target in grants:
        grant = aws.lakeformation_permissions.LakeformationPermissions(
            scope, id, principal=principal, permissions=list(permissions), **target
        )
        add_dependency(grant, *previous_grants(scope), *([] if created else depends_on))
        record_grant(scope, grant)
        created.append(grant)
    return created


def check_permissions(scope: Construct, permissions: Sequence[str]) -> None:
    """Reject ALL, SUPER and an empty list of permissions."""
    bad = sorted({permission.upper() for permission in permissions} & set(_FORBIDDEN))
    if bad or not permissions:
        raise ConstructError(
            scope,
            f"{', '.join(bad)} cannot be granted" if bad else "no permissions: name each permission",
            fix=f"name each permission: to read {', '.join(TABLE_READ)}; to write {', '.join(TABLE_WRITE)}",
        )
