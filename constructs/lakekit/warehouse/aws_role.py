"""The IAM role that Snowflake takes: trusted by its one user, with an external id of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.access import Role, statement
from lakekit.bindings import Construct, cdktf
from lakekit.stack import environment_of


def snowflake_role_name(scope: Construct, *words: str) -> str:
    """The name of such a role, a literal, before the role exists."""
    return environment_of(scope).names.role("snowflake", *words)


class SnowflakeRole(Role):
    """A role for Snowflake's own IAM user, which only the object on Snowflake's side knows.

    The circle (Snowflake's object wants the role, the role's trust wants Snowflake's user) is broken by names: the
    object is given the role's ARN as a literal, and the trust refers to the object. One apply makes both.

    Args:
        scope: where it stands.
        id: PascalCase id.
        words: the words of its name after `snowflake`.
        user: an expression for the ARN of Snowflake's user.
        external_id: the external id, or an expression for it.
        description: what Snowflake does with it.
    """

    def __init__(
        self, scope: Construct, id: str, *, words: Sequence[str], user: str, external_id: str, description: str
    ) -> None:
        trust = statement(
            "Assume",
            ["sts:AssumeRole"],
            [],
            principals={"AWS": user},
            conditions={"StringEquals": {"sts:ExternalId": external_id}},
        )
        del trust["Resource"]
        super().__init__(scope, id, trust=[trust], description=description, name=snowflake_role_name(scope, *words))
        self.external_id: Final = external_id


def named(scope: Construct, id: str, expression: str) -> str:
    """A reference to an expression kept as a Terraform local: quotes in it would not survive inside policy text."""
    local = cdktf.TerraformLocal(scope, id, expression)
    return "${local." + str(local.friendly_unique_id) + "}"
