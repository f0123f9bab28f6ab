"""A plan in the shape of a synthesized stack: providers, resources and data sources as they are written.

For rules over a whole configuration. A plan tells providers by their expressions and resources by their values, and
values hold what the provider adds; what is looked at is what somebody wrote, with what it came to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform.plan_changes import planned_values

_KEYS: Final = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\]")


def convert_plan(plan: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The plan as a stack, and the plan's address for each address in it that reads otherwise.

    Args:
        plan: ``terraform show -json`` of a plan. A value that is not known yet is an expression (``${…}``).
    """
    configuration = plan.get("configuration") or {}
    stack: dict[str, Any] = {"provider": _providers(configuration), "resource": {}, "data": {}}
    addresses: dict[str, str] = {}
    later = {one["address"]: one["change"].get("after_unknown") for one in plan.get("resource_changes") or ()}
    values = planned_values(plan)
    instances: dict[str, list[str]] = {}
    for address in values:
        instances.setdefault(_KEYS.sub("", address), []).append(address)
    for declared, entry in _declared(configuration.get("root_module") or {}, ""):
        kind, expressions = str(entry["type"]), entry.get("expressions") or {}
        data = entry.get("mode") == "data"
        named = stack["data" if data else "resource"].setdefault(kind, {})
        for address in [declared] if data else instances.get(declared, []):
            body = _written(expressions, values.get(address, {}), _mapping(later.get(address)))
            if provider := entry.get("provider_config_key"):
                body["provider"] = _reference(str(provider))
            head = f"data.{kind}." if data else f"{kind}."
            name = address.removeprefix(head)
            named[name] = body
            addresses[f"{head}{name}"] = address
    return stack, addresses


def _providers(configuration: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for key, entry in (configuration.get("provider_config") or {}).items():
        block = _written(entry.get("expressions") or {}, {}, {})
        if alias := _reference(str(key)).partition(".")[2]:
            block["alias"] = alias
        found.setdefault(str(entry.get("name") or key), []).append(block)
    return found


def _reference(key: str) -> str:
    """``snowflake.accountadmin`` stays; a provider of a module, ``module.m:snowflake``, keeps its place as an alias."""
    place, _, provider = key.rpartition(":")
    return f"{provider.partition('.')[0]}.{key}" if place else provider


def _declared(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in module.get("resources") or ():
        yield f"{prefix}{entry['address']}", entry
    for name, call in (module.get("module_calls") or {}).items():
        yield from _declared(call.get("module") or {}, f"{prefix}module.{name}.")


def _written(expressions: Mapping[str, Any], values: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """What is written, with the values that it came to."""
    return {name: _value(one, values.get(name), later.get(name)) for name, one in expressions.items()}


def _value(expression: Any, value: Any, later: Any) -> Any:
    if isinstance(expression, list) and all(_is_block(one) for one in expression):
        return _blocks(expression, value, later)
    if _is_block(expression):
        return _written(expression, _mapping(value), _mapping(later))
    if value is not None and later is not True:
        return value
    said = _mapping(expression)
    if "constant_value" in said:
        return said["constant_value"]
    references = said.get("references") or []
    return "${" + (references or ["unknown"])[0] + "}" if later or references else None


def _blocks(expressions: list[Any], value: Any, later: Any) -> Any:
    blocks = value if isinstance(value, list) else [{}] * len(expressions)
    if len(blocks) != len(expressions):
        return blocks  # made by a dynamic block: there is no expression for each
    unknown = later if isinstance(later, list) and len(later) == len(blocks) else [{}] * len(blocks)
    return [
        _written(one, _mapping(block), _mapping(open_))
        for one, block, open_ in zip(expressions, blocks, unknown, strict=True)
    ]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_block(expression: Any) -> bool:
    return isinstance(expression, Mapping) and not {"constant_value", "references"} & set(expression)
