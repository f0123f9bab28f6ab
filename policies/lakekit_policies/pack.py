"""The policy pack: every rule the gate runs, ours and the ones of checkov that we stand behind."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TypeVar

from lakekit_policies import plan_rules as plan_rules_package
from lakekit_policies import rules as rules_package
from lakekit_policies.curated import CURATED, NOISE, CheckovRule
from lakekit_policies.rule import DocumentRule, PlanRule, Rule, StackRule

__all__ = ["CheckovRule", "Pack", "load"]

_Form = TypeVar("_Form", Rule, StackRule, PlanRule)


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules, each list sorted by id."""

    rules: tuple[Rule, ...]
    """Over one resource, both stages (see ``Rule.stages``)."""
    stack_rules: tuple[StackRule, ...]
    """Over a synthesized ``cdk.tf.json``."""
    plan_rules: tuple[PlanRule, ...]
    """Over a plan's ``resource_changes``."""
    checkov: dict[str, CheckovRule]
    """Checkov's own ids that we run, and our words for each."""
    noise: dict[str, str]
    """Checkov's ids that a reader may miss in ``checkov``, and why they are left out."""

    @property
    def checkov_ids(self) -> list[str]:
        """Checkov's own ids, in the order of their domains."""
        return list(self.checkov)


@cache
def load() -> Pack:
    """Import every rule module and collect its ``check``.

    Raises:
        ImportError: a rule file cannot be imported or carries no ``check``; a pack with a hole in it
            must never judge.
        ValueError: two rules share an id.
    """
    found = [*_checks(rules_package), *_checks(plan_rules_package)]
    ids = [rule.id for rule in found]
    twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if twice:
        raise ValueError(f"rule ids used twice: {', '.join(twice)}")
    return Pack(
        rules=_of(found, Rule),
        stack_rules=_of(found, StackRule),
        plan_rules=_of(found, PlanRule),
        checkov=dict(CURATED),
        noise=dict(NOISE),
    )


def _checks(package: ModuleType) -> list[Rule | DocumentRule]:
    checks: list[Rule | DocumentRule] = []
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if info.ispkg or info.name.rpartition(".")[2].startswith("_"):
            continue
        module = importlib.import_module(info.name)
        check = getattr(module, "check", None)
        if not isinstance(check, Rule | DocumentRule):
            raise ImportError(f"{info.name} defines no `check`: a rule file ends in `check = TheRule()`")
        checks.append(check)
    return checks


def _of(found: list[Rule | DocumentRule], form: type[_Form]) -> tuple[_Form, ...]:
    return tuple(sorted((rule for rule in found if isinstance(rule, form)), key=_by_number))


def _by_number(rule: Rule | DocumentRule) -> tuple[str, int]:
    prefix, _, number = rule.id.rpartition("_")
    return prefix, int(number)
