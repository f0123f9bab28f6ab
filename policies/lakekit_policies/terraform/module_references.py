"""Follow references of a plan through module calls: variables to their arguments, outputs to their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.terraform.hcl_expressions import without_indexes
from lakekit_policies.terraform.plan_file import PlanFile

_LIMIT: Final = 200
"""References that are followed for one value; a longer chain counts as unknown."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a value comes from.

    Attributes:
        resources: references to resources and data sources, with the modules they are in.
        constants: literal values.
        unknown: references that a plan does not show: local values, iterators, functions without arguments.
    """

    resources: frozenset[str]
    constants: tuple[Any, ...]
    unknown: frozenset[str]


class ModuleReferences:
    """The configuration of one plan, by module."""

    def __init__(self, plan: PlanFile) -> None:
        self._modules = dict(plan.configured_modules())
        self._for_each = {
            f"{prefix}{entry.get('address')}": entry.get("for_each_expression")
            for prefix, module in self._modules.items()
            for entry in module.get("resources") or ()
        }

    def origins(self, references: tuple[str, ...], address: str) -> Origins:
        """The origins of an argument.

        Args:
            references: its references, as the plan lists them: the attribute first, then its resource.
            address: the resource with the argument.
        """
        declared = without_indexes(address)
        prefix = "".join(f"module.{step}." for step in _module_path(declared))
        resources, constants, unknown = set[str](), list[Any](), set[str]()
        pending = [(prefix, one) for one in _without_keys(_longest(references))]
        seen = set[tuple[str, str]]()
        while pending:
            item = pending.pop()
            if item in seen:
                continue
            seen.add(item)
            if len(seen) > _LIMIT:
                unknown.add(item[1])
                break
            where, reference = item
            head, _, rest = reference.partition(".")
            if head in ("each", "count", "self"):
                expression = self._for_each.get(declared) if head == "each" else None
                followed = None if expression is None else [(where, expression)]
            elif head == "var":
                followed = self._argument(where, without_indexes(rest).partition(".")[0])
            elif head == "module":
                followed = self._output(where, without_indexes(rest))
            elif head in ("local", "path", "terraform"):
                followed = None
            else:
                resources.add(where + reference)
                continue
            if followed is None:
                unknown.add(where + reference)
                continue
            for place, expression in followed:
                constants += _constants(expression)
                pending += [(place, one) for one in _longest(_references(expression))]
        return Origins(frozenset(resources), tuple(constants), frozenset(unknown))

    def _argument(self, prefix: str, name: str) -> list[tuple[str, Any]] | None:
        """What a module's caller gives for a variable, else its default; None if the plan does not show it."""
        default = _mapping(_mapping(self._modules.get(prefix)).get("variables")).get(name)
        *_, module = [None, *_module_path(prefix)]
        if module is not None:
            parent = prefix.removesuffix(f"module.{module}.")
            calls = _mapping(_mapping(self._modules.get(parent)).get("module_calls"))
            expression = _mapping(_mapping(calls.get(module)).get("expressions")).get(name)
            if expression is not None:
                return [(parent, expression)] if expression else None
        if "default" in _mapping(default):
            return [(prefix, {"constant_value": _mapping(default)["default"]})]
        return None

    def _output(self, prefix: str, rest: str) -> list[tuple[str, Any]] | None:
        """The expression of a module's output."""
        module, _, output = rest.partition(".")
        inside = f"{prefix}module.{module}."
        outputs = _mapping(_mapping(self._modules.get(inside)).get("outputs"))
        if not output:
            return [] if inside in self._modules else None
        expression = _mapping(outputs.get(output.partition(".")[0])).get("expression")
        return [(inside, expression)] if expression else None


def _module_path(address: str) -> list[str]:
    steps = address.split(".")
    return [steps[index + 1] for index in range(0, len(steps) - 1, 2) if steps[index] == "module"]


def _longest(references: tuple[str, ...] | list[str]) -> list[str]:
    """References without those that are the beginning of another: `aws_s3_bucket.a` next to `aws_s3_bucket.a.arn`."""
    return [one for one in references if not any(other.startswith((f"{one}.", f"{one}[")) for other in references)]


def _without_keys(references: list[str]) -> list[str]:
    """References without ``each`` and ``count`` next to a whole resource: they are the key of its instance."""
    keyed = any(without_indexes(one).count(".") == 1 and one.startswith(("aws_", "snowflake_")) for one in references)
    return [one for one in references if not (keyed and one.startswith(("each.", "count.")))]


def _references(expression: Any) -> list[str]:
    if isinstance(expression, Mapping):
        stated = expression.get("references")
        own = [str(one) for one in stated] if isinstance(stated, list) else []
        return own + [one for key, part in expression.items() if key != "references" for one in _references(part)]
    return [one for part in expression for one in _references(part)] if isinstance(expression, list) else []


def _constants(expression: Any) -> Iterator[Any]:
    if isinstance(expression, Mapping):
        if "constant_value" in expression:
            yield expression["constant_value"]
        else:
            yield from (one for key, part in expression.items() if key != "references" for one in _constants(part))
    elif isinstance(expression, list):
        for part in expression:
            yield from _constants(part)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
