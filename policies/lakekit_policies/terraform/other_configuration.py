"""Files beside a synthesized stack that Terraform would read too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text
from lakekit_policies.terraform.plan_gate_variable import NAME

STACK_FILE: Final = "cdk.tf.json"
# https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
_VARIABLE_FILES: Final = ("terraform.tfvars", "terraform.tfvars.json", "*.auto.tfvars", "*.auto.tfvars.json")


def reject_other_configuration(folder: Path) -> None:
    """Terraform merges every configuration file of a folder; one that is not evaluated could change the rest.

    Raises:
        GateError: there is another configuration file.
    """
    others = [
        path.name for pattern in ("*.tf", "*.tf.json") for path in folder.glob(pattern) if path.name != STACK_FILE
    ]
    if others:
        raise GateError(
            "unevaluated_configuration",
            f"{folder}: Terraform would also read {', '.join(sorted(others))}, which has not been evaluated. "
            "Remove it, or declare its content in a construct.",
        )
    _reject_plan_gate_value(folder)


def _reject_plan_gate_value(folder: Path) -> None:
    """Terraform reads these files automatically: a value of the plan gate's variable would disable it."""
    files = (path for pattern in _VARIABLE_FILES for path in sorted(folder.glob(pattern)))
    for path in files:
        # An escaped name, as JSON allows, is decoded before the search.
        text = read_regular_text(path, MAX_BYTES, errors="replace")
        if NAME in (text if path.suffix != ".json" else json.dumps(_decoded(text))):
            raise GateError(
                "plan_gate_value",
                f"{path}: sets {NAME}, which only lakekit-terraform sets. Remove the line.",
            )


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text  # Terraform rejects the file
