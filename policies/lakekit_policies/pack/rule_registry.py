"""Registry of the rules of an evaluation, with their metadata for reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from lakekit_policies.errors import GateError
from lakekit_policies.verdict import SEVERITIES


@dataclass(frozen=True, slots=True)
class RuleMetadata:
    title: str
    severity: str
    remedy: str
    reference: str = ""
    pack: str = "baseline"


@dataclass(slots=True)
class RuleRegistry:
    """Rules by form and stage; see ``lakekit_policies.rule`` for the forms."""

    metadata_of: dict[str, RuleMetadata] = field(default_factory=dict)
    stages: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids of Python checks, with the stages each serves."""
    needs_stack: set[str] = field(default_factory=set)
    """Ids of Python checks that a plan evaluates only with its stack (see ``Rule.needs_stack``)."""
    graph_checks: list[Any] = field(default_factory=list)
    stack_rules: tuple[Any, ...] = ()
    plan_rules: tuple[Any, ...] = ()

    def python_checks(self, stage: str) -> frozenset[str]:
        """Ids of the Python checks that serve a stage."""
        return frozenset(rule for rule, stages in self.stages.items() if stage in stages)

    def written_checks(self, *, stack: bool) -> frozenset[str]:
        """Ids of the Python checks that evaluate references as written, at plan too.

        Args:
            stack: whether the stack of the plan is known.
        """
        only_synth = self.python_checks("synth") - self.python_checks("plan")
        return only_synth if stack else only_synth - self.needs_stack

    def rule_ids(self, stage: str) -> frozenset[str]:
        """Ids of every rule of a stage."""
        documents = self.stack_rules if stage == "synth" else self.plan_rules
        return self.python_checks(stage) | {check.id for check in self.graph_checks} | {rule.id for rule in documents}

    def severities(self) -> dict[str, str]:
        """Every rule id with its severity."""
        return {rule_id: metadata.severity for rule_id, metadata in self.metadata_of.items()}

    def count(self, stage: str) -> int:
        """Number of rules of a stage."""
        return len(self.rule_ids(stage))

    def count_at_plan(self, *, stack: bool, written: bool) -> int:
        """Number of rules that evaluate a plan.

        Args:
            stack: whether the stack of the plan is known.
            written: whether references are known as they are written: with a stack, or without modules.
        """
        ids = self.rule_ids("plan") | (self.written_checks(stack=stack) if written else frozenset())
        return len(ids | {rule.id for rule in self.stack_rules if stack})

    def evaluated_types(self) -> list[tuple[str, frozenset[str]]]:
        """Resource types that each rule over one resource names, by rule id."""
        registry = import_module("lakekit_policies.engine.checks")
        graph = [(check.id, frozenset(check.resource_types)) for check in self.graph_checks]
        return [*registry.evaluated_types(self.stages), *graph]

    def metadata(self, rule_id: str) -> RuleMetadata:
        return self.metadata_of[rule_id]

    def register(self, rule_id: str, metadata: RuleMetadata) -> None:
        """Register the metadata of a rule.

        Raises:
            GateError: the id is taken, or the severity is not a known one.
        """
        if rule_id in self.metadata_of:
            raise GateError("rule_twice", f"two rules have the id {rule_id}; rename one")
        if metadata.severity not in SEVERITIES:
            raise GateError(
                "rule_severity", f"{rule_id}: severity {metadata.severity!r}; choose one of {', '.join(SEVERITIES)}"
            )
        self.metadata_of[rule_id] = metadata


def load_rules(folders: Sequence[Path] = ()) -> RuleRegistry:
    """Load the pack, the curated rules of checkov and the rules of these folders.

    Raises:
        GateError: any rule cannot be loaded; an incomplete registry must not be used.
    """
    # Imported here because checkov has to be prepared first.
    checks = import_module("lakekit_policies.engine.checks")
    checkov = Path(import_module("checkov").__path__[0])
    try:
        pack = import_module("lakekit_policies.pack.load").load_pack()
    except GateError:
        raise
    except Exception as error:
        raise GateError("rule_import", f"the policy pack cannot be loaded: {error!r}") from error
    registry = RuleRegistry(stack_rules=pack.stack_rules, plan_rules=pack.plan_rules)
    _register_all(registry, pack.rules)
    # A rule over stacks and plans is in both lists.
    for rule in dict.fromkeys((*pack.stack_rules, *pack.plan_rules)):
        registry.register(rule.id, _metadata(rule))
    for rule_id, metadata in pack.checkov.items():
        registry.register(
            rule_id,
            RuleMetadata(metadata.title, str(metadata.severity), metadata.remedy, metadata.reference, metadata.pack),
        )
    python, registry.graph_checks = checks.load_curated(pack.checkov_ids, checkov)
    registry.stages |= dict.fromkeys(python, frozenset({"synth", "plan"}))
    for folder in folders:
        _register_all(registry, checks.load_folder(folder))
    return registry


def _register_all(registry: RuleRegistry, rules: Iterable[Any]) -> None:
    for rule in rules:
        registry.register(rule.id, _metadata(rule))
        registry.stages[rule.id] = frozenset(getattr(rule, "stages", ("synth", "plan")))
        if getattr(rule, "needs_stack", False):
            registry.needs_stack.add(rule.id)


def _metadata(rule: Any) -> RuleMetadata:
    """Metadata of a rule; a stock checkov check has a name and possibly a guideline, and severity ``high``."""
    return RuleMetadata(
        title=getattr(rule, "title", None) or rule.name,
        severity=str(getattr(rule, "severity", None) or "high").lower(),
        remedy=getattr(rule, "remedy", ""),
        reference=getattr(rule, "reference", None) or getattr(rule, "guideline", None) or "",
        pack=getattr(rule, "pack", "baseline"),
    )
