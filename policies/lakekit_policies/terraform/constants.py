"""Values of local values and variables of a stack, by the name that an expression uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.terraform.evaluation import Scope

_NO_VALUES: Final[Mapping[str, Any]] = {}


class Constants(dict[str, Any]):
    """Local values, variables and values of ``terraform_data`` by reference, and the scope of expressions.

    Args:
        values: expressions of local values, defaults or values of variables, and values of ``terraform_data``.
        scope: evaluates expressions.
        has_choices: whether a dynamic block has instances if their number depends on a variable without a final value;
            None if that is not decided.
    """

    def __init__(
        self, values: Mapping[str, Any] = _NO_VALUES, scope: Scope | None = None, *, has_choices: bool | None = None
    ) -> None:
        super().__init__(values)
        self.scope: Final = scope or Scope()
        self.has_choices: Final = has_choices
