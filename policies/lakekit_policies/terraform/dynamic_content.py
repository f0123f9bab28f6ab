"""The content of a dynamic block, once for each element of its ``for_each`` that the configuration states.

https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform import expression_parts, hcl_expressions
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.constants import Constants
from lakekit_policies.terraform.evaluation import Evaluated, has_unknown
from lakekit_policies.terraform.evaluation.operations import elements
from lakekit_policies.terraform.evaluation.values import UndecidedError

_STEPS: Final = r"((?:\.[A-Za-z_][\w-]*|\[(?:\"[^\"\\\]]*\"|\d+)\])*)(?![\w-])"
_STEP: Final = re.compile(r"\.([A-Za-z_][\w-]*)|\[(?:\"([^\"]*)\"|(\d+))\]")
_BEGINNING: Final = r"(?<![\w.-])"
_COLLECTING: Final = frozenset(
    {
        *(
            "coalescelist",
            "compact",
            "concat",
            "distinct",
            "flatten",
            "nonsensitive",
            "reverse",
            "sensitive",
            "setunion",
        ),
        *("slice", "sort", "tolist", "tomap", "toset", "try", "values"),
    }
)
"""Functions whose elements are those of their arguments."""
_MAX_ELEMENTS: Final = 1000
"""Most different contents of a dynamic block; of more, the content is evaluated as it is written."""
_NOT_FOUND: Final = object()
_NO_CONSTANTS: Final = Constants()

Element = tuple[Any, Any]
"""Key and value. A value that only Terraform knows is an expression (``${…}``)."""


def contents(name: str, setting: Any, constants: Mapping[str, Any]) -> list[Any]:
    """The content for each element, with the values of the iterator; once if it has none, or they are not stated.

    None of it if it is known that there are no elements.

    Args:
        name: the block.
        setting: ``for_each``, ``iterator`` and ``content``.
        constants: values of local values and variables by name.
    """
    if not isinstance(setting, Mapping):
        return []
    number = elements_of(setting, constants)
    if is_decided(number) and not number.value:
        return []
    if not number.is_final and getattr(constants, "has_choices", None) is False:
        return []
    found, iterator = as_list(setting.get("content")), _name(setting.get("iterator") or name)
    if f"{iterator}." not in repr(found) and f"{iterator}[" not in repr(found):
        return found
    made: dict[str, Any] = {}
    for element in _exact(number) or _elements(setting.get("for_each"), constants, 0) or ():
        contents_ = (_replaced(body, iterator, element) for body in found)
        made |= {json.dumps(one, sort_keys=True, default=repr): one for one in contents_}
        if len(made) > _MAX_ELEMENTS:
            return found
    return list(made.values()) or found


def elements_of(setting: Mapping[str, Any], constants: Mapping[str, Any]) -> Evaluated:
    """The value of ``for_each`` of a dynamic block, as far as it is decided."""
    scope = constants.scope if isinstance(constants, Constants) else _NO_CONSTANTS.scope
    return scope.written(setting.get("for_each"))


def is_decided(number: Evaluated) -> bool:
    """Whether it is known how many elements a ``for_each`` has."""
    return number.is_final and isinstance(number.value, list | dict)


def _exact(number: Evaluated) -> list[Element]:
    """The elements of a ``for_each`` of which all is known; the texts are templates of a JSON configuration."""
    try:
        if not is_decided(number) or has_unknown(number.value):
            return []
    except UndecidedError:
        return []
    return [(key, _template(value)) for key, value in elements(number.value)]


def _template(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _template(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_template(one) for one in value]
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value


def _name(iterator: Any) -> str:
    text = str(iterator)
    return hcl_expressions.whole(text) or text


def _elements(value: Any, constants: Mapping[str, Any], depth: int) -> list[Element] | None:
    """The elements that a collection can have; None if they are not stated."""
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, Mapping):
        return list(value.items())
    expression = hcl_expressions.whole(value) if isinstance(value, str) else None
    return None if expression is None or depth > 9 else _elements_of(expression, constants, depth)


def _elements_of(expression: str, constants: Mapping[str, Any], depth: int) -> list[Element] | None:
    if expression in constants:
        return _elements(constants[expression], constants, depth + 1)
    parts = list(_collections(expression))
    if not parts:
        try:
            return _elements(json.loads(hcl_expressions.json_of_jsonencode(f"jsonencode({expression})")), {}, depth)
        except (hcl_expressions.NotLiteralError, RecursionError):
            return None
    found: list[Element] = []
    for part in parts:
        elements = _elements("${" + part + "}", constants, depth + 1)
        if elements is None:
            return None
        # Keys of a set are its elements; nested lists become one in `flatten` and `concat`.
        found += ((value if isinstance(key, int) and isinstance(value, str) else key, value) for key, value in elements)
    return found


def _collections(expression: str) -> Iterator[str]:
    """The collections whose elements an expression gives: branches of conditions, arguments of functions."""
    if expression.startswith(("[", "{")):
        return
    branches = expression_parts.branches(expression)
    call = expression_parts.call(expression)
    if branches:
        yield from branches
    elif call is not None and call[0] in _COLLECTING:
        yield from call[1]


def _replaced(value: Any, iterator: str, element: Element) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(item, iterator, element) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, iterator, element) for item in value]
    return _text(value, iterator, element) if isinstance(value, str) and "${" in value else value


def _text(text: str, iterator: str, element: Element) -> Any:
    pattern = re.compile(_BEGINNING + re.escape(iterator) + r"\.(key|value)" + _STEPS)
    expression = hcl_expressions.whole(text)
    match = pattern.fullmatch(expression) if expression is not None else None
    if match is not None:
        found = _part(element, match)
        return text if found is _NOT_FOUND else found
    # `queue-${queue.value}` is a template, in which a text is written without quotation marks.
    plain = re.compile(r"(?<!\$)\$\{\s*" + pattern.pattern + r"\s*\}")
    text = plain.sub(lambda one: _in_template(_part(element, one), one[0]), text)
    return pattern.sub(lambda one: _in_expression(_part(element, one), one[0]), text)


def _part(element: Element, match: re.Match[str]) -> Any:
    value = element[match[1] == "value"]
    for name, key, index in _STEP.findall(match[2]):
        if isinstance(value, Mapping) and (name or key) in value:
            value = value[name or key]
        elif isinstance(value, list) and index and int(index) < len(value):
            value = value[int(index)]
        else:
            expression = hcl_expressions.whole(value) if isinstance(value, str) else None
            if expression is None or not hcl_expressions.is_traversal(expression):
                return _NOT_FOUND
            value = "${" + expression + (f".{name}" if name else f'["{key}"]' if key else f"[{index}]") + "}"
    return value


def _in_template(value: Any, written: str) -> str:
    return value if isinstance(value, str) else _in_expression(value, written)


def _in_expression(value: Any, written: str) -> str:
    if value is _NOT_FOUND:
        return written
    expression = hcl_expressions.whole(value) if isinstance(value, str) else None
    return json.dumps(value) if expression is None else expression
