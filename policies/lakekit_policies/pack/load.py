"""Policy pack: our own rules and the curated rules of checkov."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from lakekit_policies import plan_rules as plan_rules_package
from lakekit_policies import rules as rules_package
from lakekit_policies.curated import CURATED, EXCLUDED, CheckovRule
from lakekit_policies.engine import standard_streams
from lakekit_policies.rule import ConfigurationRule, DeclarationRule, DocumentRule, PlanRule, Rule, StackRule

__all__ = ["CheckovRule", "Pack", "load_pack"]


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules, each list sorted by id."""

    rules: tuple[Rule, ...]
    """Over one resource, both stages (see ``Rule.stages``)."""
    stack_rules: tuple[StackRule | ConfigurationRule | DeclarationRule, ...]
    """Over a synthesized stack."""
    plan_rules: tuple[PlanRule | ConfigurationRule | DeclarationRule, ...]
    """Over a plan."""
    checkov: dict[str, CheckovRule]
    """Curated ids of checkov, with our metadata."""
    excluded: dict[str, str]
    """Excluded ids of checkov, with the reason."""

    @property
    def own_rules(self) -> tuple[Rule | DocumentRule[Any], ...]:
        """Every rule of our own, once; a rule over stacks and plans is in two of the lists."""
        return tuple(dict.fromkeys((*self.rules, *self.stack_rules, *self.plan_rules)))

    @property
    def checkov_ids(self) -> list[str]:
        """Curated ids of checkov, ordered by domain."""
        return list(self.checkov)


@cache
def load_pack() -> Pack:
    """Import every rule module and collect its ``check``.

    Raises:
        ImportError: a rule file cannot be imported or carries no ``check``; an incomplete
            pack must not be used.
        ValueError: two rules share an id.
    """
    found = sorted([*_checks(rules_package), *_checks(plan_rules_package)], key=_by_number)
    ids = [rule.id for rule in found]
    twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if twice:
        raise ValueError(f"rule ids used twice: {', '.join(twice)}")
    standard_streams.restore()
    return Pack(
        rules=tuple(rule for rule in found if isinstance(rule, Rule)),
        stack_rules=tuple(rule for rule in found if isinstance(rule, StackRule | ConfigurationRule | DeclarationRule)),
        plan_rules=tuple(rule for rule in found if isinstance(rule, PlanRule | ConfigurationRule | DeclarationRule)),
        checkov=dict(CURATED),
        excluded=dict(EXCLUDED),
    )


def _checks(package: ModuleType) -> list[Rule | DocumentRule[Any]]:
    checks: list[Rule | DocumentRule[Any]] = []
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if info.ispkg or "._" in info.name:
            continue
        module = importlib.import_module(info.name)
        check = getattr(module, "check", None)
        if not isinstance(check, Rule | DocumentRule):
            raise ImportError(f"{info.name} defines no `check`: a rule file ends in `check = TheRule()`")
        checks.append(check)
    return checks


def _by_number(rule: Rule | DocumentRule[Any]) -> tuple[str, int]:
    prefix, _, number = rule.id.rpartition("_")
    return prefix, int(number)
