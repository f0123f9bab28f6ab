"""Make stacks above dev need the plan gate: plain `terraform plan`, `apply` and `destroy` stop with a message."""

from __future__ import annotations

from lakekit.bindings import cdktf
from lakekit_policies.terraform.plan_gate_variable import (
    NAME,
    PROVIDER_ARGUMENTS,
    REQUIRED_VERSION,
    provider_expression,
    variable_block,
)


def require_plan_gate(stack: cdktf.TerraformStack) -> None:
    """Add the ephemeral variable that only `lakekit-terraform` sets, and the Terraform version that it needs.

    LakehouseStack calls it for tiers above dev; LakehouseApp for other stacks in an app with such an environment.
    """
    stack.add_override(f"variable.{NAME}", variable_block(stack.node.id))
    stack.add_override("terraform.required_version", REQUIRED_VERSION)


def guard_provider(provider: cdktf.TerraformProvider, name: str) -> None:
    """Make a provider refer to the variable, so that Terraform validates it with `-target` too.

    LakehouseStack and SnowflakeStack call it for their providers. Call it for further provider configurations of a
    stack above dev.

    Args:
        provider: the provider configuration.
        name: local name of the provider: `aws` or `snowflake`.

    Raises:
        KeyError: the provider is neither.
    """
    stack = cdktf.TerraformStack.of(provider).node.id
    provider.add_override(PROVIDER_ARGUMENTS[name], provider_expression(stack))
