"""Judge stacks and plans: read, convert, run every rule, count in and out, put findings into words.

Runs in the worker process. Everything that could not be judged raises.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from lakekit_policies import acknowledgements, inputs, places, verdict
from lakekit_policies.context import StackContext, judging
from lakekit_policies.engine import imports
from lakekit_policies.errors import GateError
from lakekit_policies.plan_document import known, promised, synth, unknown
from lakekit_policies.rulebook import Rulebook, load_rulebook
from lakekit_policies.verdict import Finding, Verdict
from lakekit_policies.waivers.entry import Entry, in_code
from lakekit_policies.waivers.settle import Known, Scope, settle


@dataclass(frozen=True, slots=True)
class Terms:
    """What a judgement takes into account besides the configuration itself."""

    waivers: Sequence[Entry] = ()
    """The entries of the ledger; those written at constructs come on top."""
    environment: str = ""
    """The environment of a configuration that does not say it, so that waivers can name it. The tier stays prod."""
    today: date = field(default_factory=date.today)
    evidence: bool = False
    """Whether the verdict lists what every rule has looked at."""


class Judge:
    """A loaded engine with its rules."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self._run = import_module("lakekit_policies.engine.runner").run
        self._judged: dict[str, list[str]] = {}

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> Self:
        """Load checkov, the pack, and rule folders of a team's own.

        Raises:
            GateError: any part of it cannot be loaded.
        """
        imports.prepare()
        import_module("lakekit_policies.engine.repairs").apply()
        return cls(load_rulebook(folders))

    def synth(self, directory: Path, terms: Terms | None = None) -> Verdict:
        """Judge every stack of a synthesized directory."""
        started, terms = time.perf_counter(), terms or Terms()
        self._judged = {}
        findings: list[Finding] = []
        notes: list[str] = []
        left: list[Finding] = []
        warnings: list[Finding] = []
        entries, environments = list(terms.waivers), dict[str, str]()
        resources = 0
        stacks = inputs.read_stacks(directory)
        for stack in stacks:
            blocks = {block.address: block.path for block in synth.declared(stack.configuration)}
            converted = synth.plan_document(stack.configuration)
            environments[stack.name] = stack.context.environment or terms.environment
            entries += in_code(stack.name, environments[stack.name], stack.configuration)
            with judging(stack.context):
                written, constants = synth.declared(stack.configuration), synth.constants(stack.configuration)
                open_ = known.at_synth(written, constants, converted.rendered)
                found, unjudged = self._resources(
                    converted.document, stack.name, blocks, set(blocks), open_, stage="synth"
                )
                of_stack, _ = self._document(self.rules.stack_rules, stack.configuration, stack.name, blocks)
            findings += places.locate([*found, *of_stack], stack.name, stack.configuration)
            notes += [f"{stack.name}: {note}" for note in converted.notes]
            for one in unjudged:
                if "plan" in self.rules.stages.get(one.rule_id, ()):
                    left.append(one)
                else:
                    (findings if one.severity == "critical" else warnings).append(one)
            resources += len(blocks)
        judged = Verdict(
            stage="synth",
            findings=verdict.ordered(findings),
            rules_run=self.rules.count("synth"),
            resources=resources,
            stacks=[stack.name for stack in stacks],
            seconds=0.0,
            notes=[*notes, *_decided_later(left)],
            warnings=verdict.ordered(warnings),
        )
        whole = (directory / inputs.MANIFEST).is_file()
        return self._settled(judged, entries, Scope(environments, whole), terms, started)

    def plan(self, file: Path, stack_file: Path | None = None, terms: Terms | None = None) -> Verdict:
        """Judge one plan; the stack it was made from gives construct paths and the context."""
        started, terms = time.perf_counter(), terms or Terms()
        self._judged = {}
        plan = inputs.read_plan(file)
        document, paths = plan.document, dict[str, str]()
        name, context, notes = "", StackContext(), list[str]()
        entries, environment = list(terms.waivers), terms.environment
        configuration: Mapping[str, Any] = {}
        if stack_file is not None:
            stack = inputs.read_stack(stack_file)
            paths = {block.address: block.path for block in synth.declared(stack.configuration)}
            name, context, configuration = stack.name, stack.context, stack.configuration
            environment = context.environment or environment
            entries += in_code(name, environment, configuration)
            _same_configuration(plan.document, stack, file)
            document, filled = unknown.fill(document, synth.plan_document(stack.configuration).document)
            notes = _known_later(filled)
        expected = inputs.planned_addresses(plan.document) - _forgotten(plan.document)
        _changes_are_planned(plan.document, expected, file)
        with judging(context):
            open_ = known.at_plan(document, promised.of_plan(plan.document, configuration))
            findings, unjudged = self._resources(document, name, paths, expected, open_, stage="plan")
            # Nobody will know more: what a critical rule could not judge is refused, the rest is shown.
            findings += [finding for finding in unjudged if finding.severity == "critical"]
            warnings = [finding for finding in unjudged if finding.severity != "critical"]
            # Changes as Terraform tells them, beside the texts it does not know yet.
            of_plan, seen = self._document(self.rules.plan_rules, document, name, paths)
            findings, warnings = [*findings, *of_plan], [*warnings, *seen]
        judged = Verdict(
            stage="plan",
            findings=verdict.ordered(places.locate(findings, name, configuration)),
            rules_run=self.rules.count("plan"),
            resources=len(expected),
            stacks=[name] if name else [],
            seconds=0.0,
            notes=notes,
            plan_sha256=plan.sha256,
            plan_digest=acknowledgements.digest(plan.document, name, context),
            warnings=verdict.ordered(places.locate(warnings, name, configuration)),
        )
        return self._settled(judged, entries, Scope({name: environment}, whole=False), terms, started)

    def _settled(
        self, judged: Verdict, entries: Sequence[Entry], scope: Scope, terms: Terms, started: float
    ) -> Verdict:
        """The verdict once waivers are taken into account."""
        known = Known(self.rules.severities(), self.rules.at("synth"))
        settled = settle(judged, entries, known, scope, terms.today)
        seconds = round(time.perf_counter() - started, 4)
        return replace(settled, seconds=seconds, judged=self._judged if terms.evidence else {})

    def _resources(
        self,
        document: Mapping[str, Any],
        stack: str,
        paths: Mapping[str, str],
        expected: set[str],
        open_: known.Unknowns,
        *,
        stage: str,
    ) -> tuple[list[Finding], list[Finding]]:
        """What is refused, and what could not be judged since a value is not known."""
        python, label = self.rules.python(stage), f"/{stack or 'plan'}.json"
        outcome = self._run(document, label, python, self.rules.graph, open_, final=stage == "plan")
        if outcome.addresses != expected:
            wrong = sorted(outcome.addresses ^ expected)
            raise GateError(
                "resource_count",
                f"{stack or 'the plan'} holds {len(expected)} resources, the engine saw "
                f"{len(outcome.addresses)}. Not on both sides: {', '.join(wrong[:5])}",
            )
        for rule_id, addresses in outcome.judged.items():
            self._judged.setdefault(rule_id, []).extend(f"{stack}/{address}" for address in addresses)
        refused = [self._finding(r.rule_id, stack, r.address, r.details, paths) for r in outcome.refusals]
        unjudged = [
            self._finding(u.rule_id, stack, u.address, [f"not known yet: {', '.join(u.attributes)}"], paths)
            for u in outcome.unjudged
        ]
        return refused, unjudged

    def _document(
        self, rules: Iterable[Any], document: Mapping[str, Any], stack: str, paths: Mapping[str, str]
    ) -> tuple[list[Finding], list[Finding]]:
        """What rules over the whole document refuse, and what they only show."""
        findings: list[Finding] = []
        warnings: list[Finding] = []
        for rule in rules:
            try:
                problems = list(rule.problems(document))
                self._judged.setdefault(rule.id, []).append(f"{stack}/")
                for problem in problems:
                    told = self._finding(rule.id, stack, problem.address, (problem.message,), paths)
                    (warnings if problem.warning else findings).append(told)
            except GateError:
                raise
            except Exception as error:
                raise GateError("rule_crashed", f"{rule.id} crashed on {stack or 'the plan'}: {error!r}") from error
        return findings, warnings

    def _finding(
        self, rule_id: str, stack: str, address: str, details: Sequence[str], paths: Mapping[str, str]
    ) -> Finding:
        words = self.rules.words(rule_id)
        return Finding(
            rule_id=rule_id,
            title=words.title,
            severity=words.severity,
            stack=stack,
            address=address,
            path=paths.get(_declared_address(address), ""),
            reason="; ".join(dict.fromkeys(str(detail) for detail in details)) or words.title,
            remedy=words.remedy,
            reference=words.reference,
        )


def _declared_address(address: str) -> str:
    """``aws_s3_bucket.zone["raw"]`` was declared as ``aws_s3_bucket.zone``."""
    return address.partition("[")[0]


def _known_later(attributes: Sequence[str]) -> list[str]:
    if not attributes:
        return []
    more = f" and {len(attributes) - 3} more" if len(attributes) > 3 else ""
    return [f"known only after apply, so judged as synthesized: {', '.join(attributes[:3])}{more}"]


def _decided_later(unjudged: Sequence[Finding]) -> list[str]:
    """One note for all that synthesized stacks leave to their plans."""
    by_value: dict[str, set[str]] = {}
    for finding in unjudged:
        value = f"{finding.stack}: {finding.reason.removeprefix('not known yet: ')}"
        by_value.setdefault(value, set()).add(finding.rule_id)
    if not by_value:
        return []
    shown = [f"{value} ({', '.join(sorted(rules))})" for value, rules in sorted(by_value.items())[:2]]
    more = f"; and {len(by_value) - 2} more" if len(by_value) > 2 else ""
    return [f"known only to the plan, which decides: {'; '.join(shown)}{more}"]


def _forgotten(document: Mapping[str, Any]) -> set[str]:
    """Resources that leave the state without being destroyed: a plan lists them without their values."""
    return {
        change["address"]
        for change in document.get("resource_changes", [])
        if change["change"]["actions"] == ["forget"]
    }


def _changes_are_planned(document: Mapping[str, Any], planned: set[str], file: Path) -> None:
    """What a plan creates or updates must be among what it leaves behind: else half of it is missing."""
    for change in document.get("resource_changes", []):
        actions = set(change["change"]["actions"])
        if actions & {"create", "update"} and change["address"] not in planned:
            raise GateError("resource_count", f"{file}: {change['address']} is changed but has no planned values")


def _same_configuration(document: Mapping[str, Any], stack: inputs.Stack, file: Path) -> None:
    root = document.get("configuration", {}).get("root_module", {})
    planned = {f"{r['type']}.{r['name']}" for r in root.get("resources", []) if r["mode"] == "managed"}
    written = {block.address for block in synth.declared(stack.configuration) if block.mode == "managed"}
    if planned != written:
        wrong = ", ".join(sorted(planned ^ written)[:5])
        raise GateError(
            "other_configuration",
            f"{file} was not planned from {stack.file}: they differ in {wrong}. Synthesize and plan again.",
        )
