"""The variable that makes a stack above dev need the plan gate.

An ephemeral variable has no value in the plan, so that Terraform validates it again when a saved plan is applied
(Terraform 1.10). `lakekit-terraform` passes the value that the validation expects; plain Terraform stops with the
message of the validation. The variable prevents accidents: setting it by hand is a deliberate act.

Constructs write the variable, :mod:`lakekit_policies.rules.terraform.plan_gate_required` checks it, and the plan gate
sets it. Source: https://developer.hashicorp.com/terraform/language/block/variable#ephemeral
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

NAME: Final = "lakekit_plan_gate"
ENVIRONMENT_VARIABLE: Final = f"TF_VAR_{NAME}"
REQUIRED_VERSION: Final = ">= 1.10.0"
"""Terraform version with ephemeral variables, and with S3 state locking without DynamoDB."""

# A prerelease, `1.10.0-beta1`, is before its version.
_LOWER_BOUND: Final = re.compile(r"(?:>=|~>|=|>)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")

PROVIDER_ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType({"aws": "max_retries", "snowflake": "login_timeout"})
"""Argument of each provider that refers to the variable; the expression is null, so that the default stays.

Terraform prunes a variable to which nothing refers from a plan with `-target`, and does not validate it then. Every
resource depends on its provider. Resources of other providers and modules refer to the variable in `depends_on`.
"""

DEPENDENCY: Final = f"var.{NAME}"
"""Entry of `depends_on` that refers to the variable."""


def requires_version(constraints: Iterable[str]) -> bool:
    """Whether constraints exclude every version before `REQUIRED_VERSION`.

    All constraints of a configuration apply together, so that one of their parts is enough.
    https://developer.hashicorp.com/terraform/language/expressions/version-constraints

    Args:
        constraints: values of `required_version`, such as ``~> 1.11`` or ``>= 1.10, < 2``.
    """
    lowest = _lowest(REQUIRED_VERSION)
    return any(_lowest(part) >= lowest for constraint in constraints for part in constraint.split(","))


def _lowest(part: str) -> tuple[int, ...]:
    """The lowest version that one part of a constraint admits; zero if it states none."""
    match = _LOWER_BOUND.fullmatch(part.strip())
    return tuple(int(number or 0) for number in match.groups()) if match else (0, 0, 0)


def variable_block(stack: str) -> dict[str, Any]:
    """The block of the variable in a stack, as in ``cdk.tf.json``.

    Args:
        stack: full name of the stack, such as `prod-orders`; the value that the validation expects.
    """
    return {
        "type": "string",
        "ephemeral": True,
        "nullable": False,
        # Without a default, Terraform would prompt for a value instead of showing the message.
        "default": "",
        "description": "Set by lakekit-terraform, which evaluates every plan.",
        "validation": [{"condition": f"${{{_condition(stack)}}}", "error_message": message(stack)}],
    }


def provider_expression(stack: str) -> str:
    """The expression of a provider argument that refers to the variable: always null."""
    return f"${{{_condition(stack)} ? null : null}}"


def is_guarded(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether a resource or module refers to the variable, by its provider or by `depends_on`.

    Args:
        kind: type of the resource; empty for a module.
        body: its block.
    """
    provider = str(body.get("provider") or kind.partition("_")[0]).strip("${}").partition(".")[0]
    return provider in PROVIDER_ARGUMENTS or DEPENDENCY in (body.get("depends_on") or ())


def message(stack: str) -> str:
    """The error message of plain Terraform."""
    return (
        f"{stack} can be planned and applied through the plan gate only. Use `lakekit deploy`, or run "
        "`lakekit-terraform` in place of `terraform`; for the cdktf CLI set TERRAFORM_BINARY_NAME=lakekit-terraform."
    )


def _condition(stack: str) -> str:
    return f'var.{NAME} == "{stack}"'
