"""Validate Snowflake resources like `terraform validate`, without the provider's plugin.

Types, required arguments, nested blocks, and values where the provider lists them. Checks of the plugin alone
(conflicting arguments, formats) are not covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.snowflake_schema.schema import Block, load
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_EXPRESSION: Final = re.compile(r"(?<!\$)\$\{")
_PYTHON: Final[dict[str, tuple[type, ...]]] = {"string": (str,), "number": (int, float), "boolean": (bool,)}


def problems(stack: SynthesizedStack) -> Iterator[tuple[str, str]]:
    """Every mismatch of a stack with the provider's schema: address and message."""
    schema = load()
    for block in stack.blocks():
        if not block.kind.startswith("snowflake_"):
            continue
        types = schema.data_sources if block.mode == "data" else schema.resources
        if block.kind not in types:
            yield block.address, f"{block.kind} is not a type of provider {schema.version}"
            continue
        yield from ((block.address, message) for message in _mismatches(types[block.kind], block.arguments, ""))
    for provider, body in stack.provider_blocks():
        if provider != "snowflake":
            continue
        alias = body.get("alias")
        own = {key: value for key, value in body.items() if key not in ("alias", "version")}
        at = f"provider.snowflake.{alias}" if alias else "provider.snowflake"
        yield from ((at, message) for message in _mismatches(schema.provider, own, ""))


def _mismatches(block: Block, body: Mapping[str, Any], prefix: str) -> Iterator[str]:
    given = {name: value for name, value in body.items() if value is not None and name != "//"}
    for name in sorted(set(given) - set(block)):
        yield f"{prefix}{name} is not an argument; allowed are {', '.join(sorted(block))}"
    for name, argument in block.items():
        if name in given:
            yield from _value(argument, given[name], f"{prefix}{name}")
        elif argument.get("required"):
            yield f"{prefix}{name} is required"


def _value(argument: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    kind = str(argument["type"])
    if isinstance(value, str) and _EXPRESSION.search(value):
        return  # not known before plan
    if kind in ("block", "blocks"):
        yield from _blocks(argument, value, at)
    elif kind.startswith("list("):
        if not isinstance(value, list):
            yield f"{at} is {_display(value)}, not a list"
            return
        if argument.get("required") and not value:
            yield f"{at} is empty"
        for item in value:
            yield from _scalar(argument, kind[5:-1], item, f"{at}[]")
    elif kind.startswith("map("):
        if not isinstance(value, Mapping):
            yield f"{at} is {_display(value)}, not a map"
            return
        for key, item in value.items():
            yield from _scalar(argument, kind[4:-1], item, f"{at}.{key}")
    else:
        yield from _scalar(argument, kind, value, at)


def _blocks(argument: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    blocks = _listed(value)
    if argument["type"] == "block" and len(blocks) != 1:
        yield f"{at} has {len(blocks)} blocks; one is allowed"
    if argument.get("required") and not blocks:
        yield f"{at} is empty"
    for block in blocks:
        if isinstance(block, Mapping):
            yield from _mismatches(argument["block"], block, f"{at}.")
        else:
            yield f"{at} is {_display(block)}, not a block"


def _scalar(argument: Mapping[str, Any], kind: str, value: Any, at: str) -> Iterator[str]:
    if isinstance(value, str) and _EXPRESSION.search(value):
        return
    wanted = _PYTHON.get(kind)
    # bool is an int in Python, not in Terraform.
    if wanted and (not isinstance(value, wanted) or (kind == "number" and isinstance(value, bool))):
        yield f"{at} is {_display(value)}, not a {kind}"
        return
    values = argument.get("values")
    if values and str(value).upper() not in {str(one).upper() for one in values}:
        yield f"{at} {value!r} is not one of {', '.join(values[:12])}{', …' if len(values) > 12 else ''}"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _display(value: Any) -> str:
    return f"a {type(value).__name__}"
