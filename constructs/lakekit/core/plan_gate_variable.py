"""Make stacks above dev need the plan gate: plain `terraform plan`, `apply` and `destroy` stop with a message."""

from __future__ import annotations

import json
from pathlib import Path

from lakekit.bindings import cdktf
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text
from lakekit_policies.terraform.plan_gate_variable import (
    DEPENDENCY,
    NAME,
    PROVIDER_ARGUMENTS,
    REQUIRED_VERSION,
    is_guarded,
    provider_expression,
    variable_block,
)


def require_plan_gate(stack: cdktf.TerraformStack) -> None:
    """Add the ephemeral variable that only `lakekit-terraform` sets, and the Terraform version that it needs.

    LakehouseStack calls it for tiers above dev; LakehouseApp for other stacks in an app with such an environment.
    """
    stack.add_override(f"variable.{NAME}", variable_block(stack.node.id))
    stack.add_override("terraform.required_version", REQUIRED_VERSION)


def guard_written_stacks(outdir: Path) -> None:
    """Make modules, and resources whose provider does not refer to the variable, refer to it in `depends_on`.

    LakehouseApp calls it for the stacks that it has written, before they are evaluated.

    Args:
        outdir: folder with written stacks.
    """
    for file in sorted(outdir.glob("stacks/*/cdk.tf.json")):
        document = json.loads(read_regular_text(file, MAX_BYTES))
        if NAME not in document.get("variable", {}):
            continue
        bodies = [(kind, body) for kind, named in document.get("resource", {}).items() for body in named.values()]
        bodies += [("", body) for body in document.get("module", {}).values()]
        if unguarded := [body for kind, body in bodies if not is_guarded(kind, body)]:
            for body in unguarded:
                body["depends_on"] = [*(body.get("depends_on") or ()), DEPENDENCY]
            file.write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")


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
