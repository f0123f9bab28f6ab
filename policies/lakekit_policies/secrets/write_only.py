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
_VARIABLE: Final = re.compile(r"(var)\.([\w-]+)")
_NAMED: Final = re.compile(r"(?<![\w.-])(var|local)\.([A-Za-z_][\w-]*)(?:\.[A-Za-z_][\w-]*)*")
_INDEX: Final = re.compile(r'\["(?:[^"\\$]|\\.)*"\]|\[\d+\]')


def find_in_write_only(arguments: Mapping[str, Any], literals: Mapping[str, Any]) -> Iterator[str]:
    """Problems of write-only arguments that are literals, computed from literals, or the default of a variable.

    Only secrets have write-only arguments, whatever their name (``value_wo`` of a parameter).

    Args:
        arguments: arguments of a resource.
        literals: defaults of variables and local values by name.
    """
    for path, text in _write_only(arguments, ""):
        expression = hcl_expressions.whole(text)
        expressions = hcl_expressions.interpolations(text) if expression is None else [expression]
        variable = _VARIABLE.fullmatch(expression or "")
        if not expressions:
            if text and not is_reference(text):
                yield f"{path} is a literal of the configuration"
        elif variable and _is_literal(variable, literals):
            yield f"{path} is the default of {variable[0]}, a literal"
        elif all(_is_computed_from_literals(one, literals) for one in expressions):
            yield f"{path} is computed from literals of the configuration"


def _is_computed_from_literals(expression: str, literals: Mapping[str, Any]) -> bool:
    if expression == hcl_expressions.whole(WITHOUT_REFERENCES):
        return True
    rest = _QUOTED.sub("", _INDEX.sub("", expression))
    if _GENERATED.search(rest) or not all(_is_literal(one, literals) for one in _NAMED.finditer(rest)):
        return False
    return _TRAVERSAL.search(_NAMED.sub("", rest)) is None


def _is_literal(named: re.Match[str], literals: Mapping[str, Any]) -> bool:
    """Whether a variable has a default, or a local value is a literal, with a text."""
    return _has_text(literals.get(f"{named[1]}.{named[2]}"))


def _has_text(value: Any) -> bool:
    if isinstance(value, Mapping | list):
        return any(map(_has_text, value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, str) and value != "" and "${" not in value


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
