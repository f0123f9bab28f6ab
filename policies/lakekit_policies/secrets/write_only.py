"""Write-only arguments whose value is in the configuration: no plan and no state shows it.

https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.secrets.references import is_reference
from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.plan_as_stack import WITHOUT_REFERENCES

SUFFIX: Final = "_wo"
_QUOTED: Final = re.compile(r'"(?:[^"\\$]|\\.|\$(?!\{))*"')
_TRAVERSAL: Final = re.compile(r'[A-Za-z_][\w-]*[.\[]|"')
_GENERATED: Final = re.compile(r"(?:uuid|timestamp|plantimestamp|bcrypt)\(")
_VARIABLE: Final = re.compile(r"var\.([\w-]+)\Z")


def find_in_write_only(arguments: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    """Problems of write-only arguments that are literals, computed from literals, or the default of a variable.

    Only secrets have write-only arguments, whatever their name (``value_wo`` of a parameter).

    Args:
        arguments: arguments of a resource.
        values: named values of the configuration: ``var.x.default`` of a plan.
    """
    for path, text in _write_only(arguments, ""):
        expression = hcl_expressions.whole(text)
        if expression is None:
            if text and "${" not in text and not is_reference(text):
                yield f"{path} is a literal of the configuration"
            continue
        variable = _VARIABLE.match(expression)
        if variable and isinstance(values.get(f"var.{variable[1]}.default"), str):
            yield f"{path} is the default of {variable[0]}, a literal"
        elif _is_computed_from_literals(expression):
            yield f"{path} is computed from literals of the configuration"


def _is_computed_from_literals(expression: str) -> bool:
    if expression == hcl_expressions.whole(WITHOUT_REFERENCES):
        return True
    rest = _QUOTED.sub("", expression)
    return _TRAVERSAL.search(rest) is None and _GENERATED.search(rest) is None


def _write_only(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            inner = f"{path}.{name}" if path else str(name)
            if str(name).endswith(SUFFIX) and isinstance(part, str):
                yield inner, part
            else:
                yield from _write_only(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from _write_only(part, path)
