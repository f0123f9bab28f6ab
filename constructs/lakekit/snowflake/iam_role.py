"""The IAM role that Snowflake takes: trusted by its one user, with an external id of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, cdktf
from lakekit.core.stack import environment_of
from lakekit.iam import Role, statement

# Forms that the gate takes as a promise (policies/lakekit_policies/plan_document/promised.py): a plan cannot show what
# Snowflake will answer, and a trust that nobody can read is refused.
PRINCIPAL_ARN_PATTERN: Final = "^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[A-Za-z0-9+=,.@_/-]+$"
EXTERNAL_ID_PATTERN: Final = "^[A-Za-z0-9+=,.@/_-]*[A-Za-z][A-Za-z0-9+=,.@/_-]+$"


def snowflake_role_name(scope: Construct, *name_parts: str) -> str:
    """The name of such a role, a literal, before the role exists."""
    return environment_of(scope).names.role("snowflake", *name_parts)


class SnowflakeRole(Role):
    """A role for Snowflake's own IAM user, which only the object on Snowflake's side knows.

    The circle (Snowflake's object wants the role, the role's trust wants Snowflake's user) is broken by names: the
    object is given the role's ARN as a literal, and the trust refers to the object. One apply makes both.

    Args:
        scope: where it stands.
        id: PascalCase id.
        name_parts: the parts of its name after `snowflake`.
        user: an expression for the ARN of Snowflake's user.
        external_id: the external id, or an expression for it.
        description: what Snowflake does with it.
    """

    def __init__(
        self, scope: Construct, id: str, *, name_parts: Sequence[str], user: str, external_id: str, description: str
    ) -> None:
        trust = statement(
            "Assume",
            ["sts:AssumeRole"],
            [],
            principals={"AWS": user},
            conditions={"StringEquals": {"sts:ExternalId": external_id}},
        )
        del trust["Resource"]
        super().__init__(scope, id, trust=[trust], description=description, name="-".join(("snowflake", *name_parts)))
        self.external_id: Final = external_id
        add_precondition(self.resource, {user: PRINCIPAL_ARN_PATTERN, external_id: EXTERNAL_ID_PATTERN})


def local_reference(scope: Construct, id: str, expression: str) -> str:
    """A reference to an expression kept as a Terraform local: quotes in it would not survive inside policy text."""
    local = cdktf.TerraformLocal(scope, id, expression)
    return "${local." + str(local.friendly_unique_id) + "}"


def add_precondition(resource: Any, forms: Mapping[str, str]) -> None:
    """Let Terraform stop before it makes a resource with a local value of another form than is meant.

    Args:
        resource: the resource.
        forms: regular expressions by value; what is no reference to a local value is left alone.
    """
    held = [
        {
            "condition": f'${{can(regex("{form}", {value[2:-1]}))}}',
            "error_message": f"Snowflake answered something else than {form}",
        }
        for value, form in forms.items()
        if value.startswith("${local.")
    ]
    if held:
        resource.add_override("lifecycle.precondition", held)
