"""Synthesis of stacks in tests, without gate and files.

from lakekit.testing import environment, resources, synthesize

template = synthesize(lambda app: SalesStack(app, environment(tier="prod")))
assert resources(template, "aws_s3_bucket")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lakekit.bindings import cdktf
from lakekit.environment import Environment
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

Template = dict[str, Any]


def environment(**changes: Any) -> Environment:
    """Return a valid environment of tier dev; keyword arguments replace its keys."""
    base: dict[str, Any] = {
        "organization": "acme",
        "environment": "dev",
        "tier": "dev",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "owner": "data-platform@acme.example",
        "cost_center": "cc-1001",
        "backend": {"kind": "s3"},
        "governance": {"administrators": ["lakehouse-deployer"], "domains": ["platform", "sales"]},
    }
    return Environment.model_validate({**base, **changes})


def synthesize(build: Callable[[cdktf.App], cdktf.TerraformStack]) -> Template:
    """Return the Terraform JSON of the stack that `build` creates in a new app.

    The validations of cdktf run; the policy gate does not, since it evaluates whole configurations.
    """
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    return load(build(app))


def load(stack: cdktf.TerraformStack) -> Template:
    """Return the Terraform JSON of a stack."""
    stack.run_all_validations()
    stack.prepare_stack()
    template: Template = stack.to_terraform()
    return template


def resources(template: Template, kind: str) -> dict[str, Any]:
    """Return the resources of a type by construct path below the stack."""
    return {block.path.split("/", 1)[1]: block.body for block in SynthesizedStack.of(template).resources(kind)}
