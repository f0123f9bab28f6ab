"""Values of local values and variables of a stack, by the name that an expression uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.terraform.evaluation import Evaluated, Scope, has_unknown
from lakekit_policies.terraform.evaluation.values import UndecidedError

_NO_VALUES: Final[Mapping[str, Any]] = {}


class Constants(dict[str, Any]):
    """Local values, variables and values of ``terraform_data`` by reference, and the scope of expressions.

    Args:
        values: expressions of local values, defaults or values of variables, and values of ``terraform_data``.
        scope: evaluates expressions.
        declared: names of the local values and variables that are declared.
        has_choices: whether a dynamic block has instances if their number depends on a variable without a final value;
            None if that is not decided.
    """

    def __init__(
        self,
        values: Mapping[str, Any] = _NO_VALUES,
        scope: Scope | None = None,
        *,
        declared: Iterable[str] = (),
        has_choices: bool | None = None,
    ) -> None:
        super().__init__(values)
        self.scope: Final = scope or Scope()
        self.declared: Final = frozenset(declared)
        self.has_choices: Final = has_choices


def evaluated(text: str, constants: Mapping[str, Any]) -> Evaluated | None:
    """The value of an expression of which all is decided; None for another one.

    Args:
        text: the expression as a template (``${try(local.policy, "")}``).
        constants: values by name.
    """
    if not isinstance(constants, Constants):
        return None
    found = constants.scope.written(text)
    try:
        return None if has_unknown(found.value) else found
    except UndecidedError:
        return None
