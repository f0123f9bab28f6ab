"""Administrator passwords that Secrets Manager should manage."""

from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ManagedPasswordRule(Rule):
    """Base of rules that reject an administrator password in the configuration, known or not."""

    severity: str  # repeated: mypy would use the type of checkov's base class
    evaluates_unknown = True
    rationale = "A password in the configuration is in the plan and the state in clear text, and it does not rotate."
    passwords: tuple[str, ...]
    """Arguments with a password."""

    def problems(self, block: Block) -> Iterable[str]:
        for name in self.passwords:
            if block.get(name) not in (None, ""):
                yield f"{name} is set; let Secrets Manager manage the password"
