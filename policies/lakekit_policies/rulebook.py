"""All rules of a judgement, and the words reports use for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from lakekit_policies.errors import GateError
from lakekit_policies.verdict import SEVERITIES


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    severity: str
    remedy: str
    reference: str = ""


@dataclass(slots=True)
class Rulebook:
    """Rules by form and stage; see ``lakekit_policies.rule`` for the forms."""

    words_of: dict[str, Words] = field(default_factory=dict)
    stages: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids of Python checks, with the stages each serves."""
    graph: list[Any] = field(default_factory=list)
    stack_rules: tuple[Any, ...] = ()
    plan_rules: tuple[Any, ...] = ()

    def python(self, stage: str) -> frozenset[str]:
        """Ids of the Python checks that serve a stage."""
        return frozenset(rule for rule, stages in self.stages.items() if stage in stages)

    def at(self, stage: str) -> frozenset[str]:
        """Ids of every rule that judges at a stage."""
        documents = self.stack_rules if stage == "synth" else self.plan_rules
        return self.python(stage) | {check.id for check in self.graph} | {rule.id for rule in documents}

    def severities(self) -> dict[str, str]:
        """Every rule id with its severity."""
        return {rule_id: words.severity for rule_id, words in self.words_of.items()}

    def count(self, stage: str) -> int:
        """How many rules judge at a stage."""
        return len(self.at(stage))

    def words(self, rule_id: str) -> Words:
        return self.words_of[rule_id]

    def describe(self, rule_id: str, words: Words) -> None:
        """Enter a rule's words.

        Raises:
            GateError: the id is taken, or the severity is none: it would sort and filter as nothing.
        """
        if rule_id in self.words_of:
            raise GateError("rule_twice", f"two rules call themselves {rule_id}")
        if words.severity not in SEVERITIES:
            raise GateError(
                "rule_severity", f"{rule_id}: severity {words.severity!r}; choose one of {', '.join(SEVERITIES)}"
            )
        self.words_of[rule_id] = words


def load_rulebook(folders: Sequence[Path] = ()) -> Rulebook:
    """The pack, checkov's curated rules, and the rules of these folders.

    Raises:
        GateError: any rule cannot be loaded; a rulebook with a hole in it must not judge.
    """
    # Imported here: they need checkov to be prepared first.
    checks = import_module("lakekit_policies.engine.checks")
    checkov = Path(import_module("checkov").__path__[0])
    try:
        pack = import_module("lakekit_policies.pack").load()
    except GateError:
        raise
    except Exception as error:
        raise GateError("rule_import", f"the policy pack cannot be loaded: {error!r}") from error
    book = Rulebook(stack_rules=pack.stack_rules, plan_rules=pack.plan_rules)
    _enter(book, pack.rules)
    # A rule over both is in both lists, and one rule.
    for rule in dict.fromkeys((*pack.stack_rules, *pack.plan_rules)):
        book.describe(rule.id, _words(rule))
    for rule_id, words in pack.checkov.items():
        book.describe(rule_id, Words(words.title, str(words.severity), words.remedy, words.reference))
    python, book.graph = checks.load_curated(pack.checkov_ids, checkov)
    book.stages |= dict.fromkeys(python, frozenset({"synth", "plan"}))
    for folder in folders:
        _enter(book, checks.load_folder(folder))
    return book


def _enter(book: Rulebook, rules: Iterable[Any]) -> None:
    for rule in rules:
        book.describe(rule.id, _words(rule))
        book.stages[rule.id] = frozenset(getattr(rule, "stages", ("synth", "plan")))


def _words(rule: Any) -> Words:
    """A stock checkov check brings a name and perhaps a guideline; severity is then ``high``."""
    return Words(
        title=getattr(rule, "title", None) or rule.name,
        severity=str(getattr(rule, "severity", None) or "high").lower(),
        remedy=getattr(rule, "remedy", ""),
        reference=getattr(rule, "reference", None) or getattr(rule, "guideline", None) or "",
    )
