"""Convert a plan to the shape of a synthesized stack: providers, resources and data sources as written.

For rules over a whole configuration. A plan lists providers by expressions and resources by values, which include
values computed by the provider; only the written arguments are kept, with their planned values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.terraform import dynamic_blocks, expression_parts, hcl_expressions
from lakekit_policies.terraform.plan_file import BUILT_IN, PlanFile
from lakekit_policies.terraform.sibling_blocks import Siblings, is_block
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

WITHOUT_REFERENCES: Final = "${null}"
"""Stands for an expression of functions and literals only whose value the plan does not show: a write-only argument."""


def convert_plan(plan: PlanFile) -> tuple[SynthesizedStack, dict[str, str]]:
    """The plan as a stack, and the plan's address for each address of the stack that is written differently.

    An unknown value becomes an expression (``${…}``). The last conversion is kept, because several rules ask for it.
    """
    global _last  # noqa: PLW0603
    if _last is None or _last[0] is not plan.document:
        _last = plan.document, _converted(plan)
    return _last[1]


_last: tuple[Mapping[str, Any], tuple[SynthesizedStack, dict[str, str]]] | None = None


def convert_root(plan: PlanFile) -> SynthesizedStack | None:
    """The resources of a plan as they are written; None for a plan with modules, whose references pass through them."""
    if plan.configured_module.get("module_calls"):
        return None
    return convert_plan(plan)[0]


def _converted(plan: PlanFile) -> tuple[SynthesizedStack, dict[str, str]]:
    document: dict[str, Any] = {"provider": _providers(plan.providers), "resource": {}, "data": {}}
    document["terraform"] = {"required_providers": [_required(plan.providers)]}
    addresses: dict[str, str] = {}
    later = {change.address: change.after_unknown for change in plan.all_changes()}
    created = {change.address for change in plan.all_changes() if "create" in change.actions}
    values = plan.values()
    instances: dict[str, list[str]] = {}
    for resource in plan.resources():
        instances.setdefault(resource.declared_address, []).append(resource.address)
    for declared in plan.configured():
        data = declared.mode == "data"
        named = document["data" if data else "resource"].setdefault(declared.type, {})
        for address in [declared.address] if data else instances.get(declared.address, []):
            planned = values.get(address, {})
            body = _written(declared.expressions, planned, later.get(address, {}), kind=declared.type)
            body |= dynamic_blocks.known(declared.type, planned, body, is_new=address in created)
            if declared.provider:
                body["provider"] = _reference(declared.provider)
            head = f"data.{declared.type}." if data else f"{declared.type}."
            name = address.removeprefix(head)
            named[name] = body
            addresses[f"{head}{name}"] = address
    return SynthesizedStack(document), addresses


def _required(configured: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Source and version of each provider, as far as the plan states them; the built-in one has no version."""
    return {
        str(entry.get("name") or key): {
            "source": str(entry["full_name"]).removeprefix("registry.terraform.io/"),
            "version": str(entry.get("version_constraint") or ""),
        }
        for key, entry in configured.items()
        if "full_name" in entry and entry["full_name"] != BUILT_IN and ":" not in str(key) and "alias" not in entry
    }


def _providers(configured: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for key, entry in configured.items():
        block = _written(entry.get("expressions") or {}, {}, {})
        if alias := _reference(str(key)).partition(".")[2]:
            block["alias"] = alias
        found.setdefault(str(entry.get("name") or key), []).append(block)
    return found


def _reference(key: str) -> str:
    """Reference of a provider key: ``snowflake.accountadmin`` is kept, ``module.m:snowflake`` becomes an alias."""
    place, _, provider = key.rpartition(":")
    return f"{provider.partition('.')[0]}.{key}" if place else provider


def _written(
    expressions: Mapping[str, Any],
    values: Mapping[str, Any],
    later: Mapping[str, Any],
    siblings: Siblings | None = None,
    *,
    kind: str = "",
) -> dict[str, Any]:
    """The written arguments with their planned values; for a repeated block, ``siblings`` are all of its name."""
    return {
        name: WITHOUT_REFERENCES
        if one == {} and name.endswith("_wo")
        else _value(one, values.get(name), later.get(name), name, siblings, kind=kind)
        for name, one in expressions.items()
        if values.get(name) != dynamic_blocks.UNKNOWN_BLOCK
    }


def _value(
    expression: Any, value: Any, later: Any, name: str, siblings: Siblings | None = None, *, kind: str = ""
) -> Any:
    if value == dynamic_blocks.UNKNOWN or (expression == {} and value is not None and later is not True):
        return value  # a dynamic block, or an expression of functions and literals only: a plan lists nothing of it
    if isinstance(expression, list) and all(is_block(one) for one in expression):
        return _blocks(expression, value, later, siblings.nested(name) if siblings else None, kind=kind)
    if is_block(expression):
        return _written(expression, _mapping(value), _mapping(later), kind=kind)
    said = _mapping(expression)
    if value is not None and later is not True:
        written = said.get("constant_value")
        return written if isinstance(written, str) and _is_hash(value, written) else value
    if "constant_value" in said:
        written = said["constant_value"]
        return value if later is True and _is_followed(written, value) else written
    references = said.get("references") or []
    return "${" + (references or ["unknown"])[0] + "}" if later or references else None


def _is_followed(written: Any, value: Any) -> bool:
    """Whether the local values of an expression were followed to resources (see ``resolve_values.resolve``).

    A plan lists an expression of a JSON configuration as a constant.
    """
    whole = hcl_expressions.whole(written) if isinstance(written, str) and isinstance(value, str) else None
    return whole is not None and bool(expression_parts.locals_of(whole))


def _is_hash(value: Any, written: str) -> bool:
    """Whether the provider shows a text as its hash, as user data of instances until version 6."""
    return isinstance(value, str) and value == hashlib.sha1(written.encode(), usedforsecurity=False).hexdigest()


def _blocks(expressions: list[Any], value: Any, later: Any, others: Siblings | None, *, kind: str = "") -> Any:
    blocks = value if isinstance(value, list) else [{}] * len(expressions)
    siblings = Siblings(expressions, others)
    if len(expressions) == 1 < len(blocks):
        expressions = expressions * len(blocks)  # a dynamic block has one expression
    if len(blocks) != len(expressions):
        return blocks  # a dynamic block: there is no expression for each
    unknown = later if isinstance(later, list) and len(later) == len(blocks) else [{}] * len(blocks)
    made = []
    for one, block, open_ in zip(expressions, blocks, unknown, strict=True):
        stated = siblings.stated(one, _mapping(block), _mapping(open_))
        body = _written(stated, _mapping(block), _mapping(open_), siblings, kind=kind)
        made.append(body | dynamic_blocks.known(kind, _mapping(block), body, is_inside=True))
    return made


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
