"""Creation of Snowflake resources: the stack they belong to, the administrative role, and what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lakekit.bindings import Construct, cdktf
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import stack_of
from lakekit.environment import Edition
from lakekit.errors import ConstructError
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.stack import SnowflakeStack

T = TypeVar("T")


def snowflake_stack_of(construct: Construct) -> SnowflakeStack:
    """The Snowflake stack that contains a construct.

    Raises:
        ConstructError: the stack is not a SnowflakeStack and has no Snowflake provider.
    """
    stack = stack_of(construct)
    if not isinstance(stack, SnowflakeStack):
        raise ConstructError(
            construct,
            f"is in {stack.node.id}, a {type(stack).__name__} without the Snowflake provider",
            fix="move it into a lakekit.snowflake.SnowflakeStack",
        )
    return stack


def needs_governance(construct: Construct, features: str) -> None:
    """Reject features that Standard edition does not have.

    Args:
        construct: the construct that uses them.
        features: the features, plural, for the message.

    Raises:
        ConstructError: the account is of Standard edition.
    """
    edition = snowflake_stack_of(construct).settings.edition
    if edition is Edition.STANDARD:
        raise ConstructError(
            construct,
            f"{features} need Enterprise edition, and the account is {edition}",
            fix="set snowflake.edition to the account's edition; if it is standard, remove this construct",
        )


def address_of(resource: cdktf.TerraformResource) -> str:
    """The address of a resource in its stack: `<type>.<name>`."""
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def create_resource(
    scope: Construct,
    id: str,
    kind: Callable[..., T],
    *,
    role: Administrator = Administrator.OBJECTS,
    depends_on: Sequence[Construct] = (),
    **arguments: Any,
) -> T:
    """Create a Snowflake resource as an administrative role.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        kind: the binding's class.
        role: the administrative role.
        depends_on: resources or constructs that are created first; names are literals, so Terraform cannot infer it.
        arguments: the binding's arguments; None leaves one out.
    """
    stack = snowflake_stack_of(scope)
    given = {name: value for name, value in arguments.items() if value is not None}
    resources = [one for one in depends_on if isinstance(one, cdktf.TerraformResource)]
    # The default provider is not named.
    provider = None if role is Administrator.OBJECTS else stack.provider_for(role)
    created = kind(scope, id, provider=provider, depends_on=resources or None, **given)
    add_dependency(created, *(one for one in depends_on if not isinstance(one, cdktf.TerraformResource)))
    return created
