"""IAM roles that Snowflake assumes, with an external id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lakekit.bindings import Construct, cdktf
from lakekit.core.stack import environment_of
from lakekit.iam import Role, statement

# Preconditions that the gate accepts (lakekit_policies/terraform/preconditions.py): the values are unknown in a plan,
# and a trust policy that cannot be evaluated is rejected.
PRINCIPAL_ARN_PATTERN: Final = "^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[A-Za-z0-9+=,.@_/-]+$"
EXTERNAL_ID_PATTERN: Final = "^[A-Za-z0-9+=,.@/_-]*[A-Za-z][A-Za-z0-9+=,.@/_-]+$"


def snowflake_role_name(scope: Construct, name: str) -> str:
    """The physical name of a SnowflakeRole, a literal, before the role exists."""
    return environment_of(scope).names.role("snowflake", name)


class SnowflakeRole(Role):
    """A role that Snowflake's IAM user assumes; only the object in Snowflake knows the user.

    The object in Snowflake needs the role, and the role's trust policy needs Snowflake's user. To avoid a cycle the
    object takes the role's ARN as a literal, and the trust policy refers to the object. One apply creates both.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        name: kebab-case name; the physical name is `<organization>-<environment>-snowflake-<name>`.
        user: an expression for the ARN of Snowflake's user.
        external_id: the external id, or an expression for it.
        description: the use of the role.

    Attributes:
        external_id: the external id, or the expression.
    """

    def __init__(self, scope: Construct, id: str, *, name: str, user: str, external_id: str, description: str) -> None:
        trust = statement(
            "Assume",
            ["sts:AssumeRole"],
            [],
            principals={"AWS": user},
            conditions={"StringEquals": {"sts:ExternalId": external_id}},
        )
        del trust["Resource"]
        super().__init__(scope, id, trust=[trust], description=description, name=f"snowflake-{name}")
        self.external_id: Final = external_id
        add_precondition(self.resource, {user: PRINCIPAL_ARN_PATTERN, external_id: EXTERNAL_ID_PATTERN})


def local_reference(scope: Construct, id: str, expression: str) -> str:
    """Keep an expression as a Terraform local and return a reference: quotes would break the text of a policy."""
    local = cdktf.TerraformLocal(scope, id, expression)
    return "${local." + str(local.friendly_unique_id) + "}"


def add_precondition(resource: cdktf.TerraformResource, forms: Mapping[str, str]) -> None:
    """Add a precondition that stops the apply if a local value does not match its pattern.

    Args:
        resource: the resource.
        forms: value to regular expression; values that are not references to a local are ignored.
    """
    conditions = [
        {
            "condition": f'${{can(regex("{form}", {value[2:-1]}))}}',
            "error_message": f"Snowflake answered something else than {form}",
        }
        for value, form in forms.items()
        if value.startswith("${local.")
    ]
    if conditions:
        resource.add_override("lifecycle.precondition", conditions)
