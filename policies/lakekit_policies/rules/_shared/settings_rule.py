"""Rules that are a table of required settings, one row per argument of a resource type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, is_unknown, nested, reference

_ABSENT: Final = (None, "")


@dataclass(frozen=True, slots=True)
class Setting:
    """Required setting of a resource type.

    Attributes:
        type: resource type.
        path: argument with the names of its blocks, separated by dots. Every block of a path is evaluated.
        allowed: values that pass; an argument with several values passes if each of them is allowed.
        rejected: values that fail.
        default: value that AWS uses if the argument is not set.
        minimum: lowest number.
        maximum: highest number.
        key: whether a customer managed key is required.
        required: whether any value is required.
        if_block: whether the requirement applies only if the blocks exist.
        unless: another argument on the same level that makes the setting unnecessary.
        tier: lowest tier in which the setting is required.
        why: what the setting prevents, if the title of the rule does not say it.
    """

    type: str
    path: str
    allowed: tuple[Any, ...] = ()
    rejected: tuple[Any, ...] = ()
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    key: bool = False
    required: bool = False
    if_block: bool = False
    unless: str = ""
    tier: str = ""
    why: str = ""

    def problems(self, block: Block) -> Iterator[str]:
        """Messages of the problems of a resource."""
        if self.tier and not stack_context.current().at_least(self.tier):
            return
        *outer, name = self.path.split(".")
        parents: list[Block] = nested(block, *outer) if outer else [block]
        if not parents and not self.if_block:
            parents = [{}]
        for parent in parents:
            if not (self.unless and parent.get(self.unless) not in (*_ABSENT, False)):
                problem = self._problem(parent.get(name))
                if problem:
                    yield f"{problem}{': ' if self.why else ''}{self.why}"

    def _problem(self, given: Any) -> str | None:
        if self.key:
            return key_problem(given, self.path)
        value = self.default if given in (*_ABSENT, []) else given
        stated = "not set" if value in (*_ABSENT, []) else _text(value)
        if isinstance(value, str) and (is_unknown(value) or reference(value)):
            return None
        if self.required and value in (*_ABSENT, []):
            return f"{self.path} is not set"
        if self.allowed and not (as_list(value) and all(one in self.allowed for one in as_list(value))):
            return f"{self.path} is {stated}, not {' or '.join(map(_text, self.allowed))}"
        rejected = [one for one in as_list(value) if one in self.rejected]
        if rejected:
            return f"{self.path} is {', '.join(map(_text, rejected))}"
        return self._range_problem(value, stated)

    def _range_problem(self, value: Any, stated: str) -> str | None:
        if self.minimum is None and self.maximum is None:
            return None
        number = _number(value)
        if self.minimum is not None and (number is None or number < self.minimum):
            return f"{self.path} is {stated}, below {self.minimum:g}"
        if self.maximum is not None and number is not None and number > self.maximum:
            return f"{self.path} is {stated}, above {self.maximum:g}"
        return None


class SettingsRule(Rule):
    """Base of rules that require settings.

    Attributes:
        settings: the table; its types are the resources of the rule.
    """

    severity: str  # repeated: mypy would use the type of checkov's base class
    settings: ClassVar[tuple[Setting, ...]]

    def __init_subclass__(cls) -> None:
        cls.resources = tuple(dict.fromkeys(setting.type for setting in cls.settings))

    def problems(self, block: Block) -> Iterable[str]:
        for setting in self.settings:
            if setting.type == self.entity_type:
                yield from setting.problems(block)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
