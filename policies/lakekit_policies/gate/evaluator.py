"""Evaluate stacks and plans: read, convert, run every rule, count in and out, report findings.

Runs in the worker process. Whatever cannot be evaluated raises.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Self

from lakekit_policies import verdict
from lakekit_policies.boundary import use_boundary
from lakekit_policies.boundary.effective import effective_boundary
from lakekit_policies.coverage import catalog
from lakekit_policies.engine import checkov_imports
from lakekit_policies.gate import choices
from lakekit_policies.gate import notes as evaluation_notes
from lakekit_policies.gate.crashes import fold_crashes
from lakekit_policies.gate.levels import DEFAULTS, apply_levels, check_fail_on
from lakekit_policies.gate.options import EvaluationOptions
from lakekit_policies.gate.rule_runs import RuleRuns
from lakekit_policies.pack.rule_registry import RuleRegistry, load_rules
from lakekit_policies.records import acknowledgements
from lakekit_policies.terraform import (
    fill_unknown,
    identity_expressions,
    kept_resources,
    open_blocks,
    plan_as_stack,
    planned_stack,
    preconditions,
    resolve_values,
    source_locations,
    stack_as_plan,
    undecided_documents,
    unknown_values,
    unset_blocks,
)
from lakekit_policies.terraform.plan_consistency import check_consistency
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.plan_run import use_run
from lakekit_policies.terraform.stack_context import use_context
from lakekit_policies.terraform.stack_metadata import StackMetadata
from lakekit_policies.terraform.synthesized_directory import MANIFEST, read_stacks
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.verdict import Coverage, Finding, Verdict
from lakekit_policies.waivers.apply import RuleCatalog, Scope, apply_waivers
from lakekit_policies.waivers.entry import Entry, inline_waivers
from lakekit_policies.wildcards import effort


class Evaluator:
    """A loaded engine with its rules."""

    def __init__(self, rules: RuleRegistry) -> None:
        self.rules = rules
        self._started = 0.0
        self._types = catalog.build_catalog(rules.evaluated_types())
        self._runs = RuleRuns(rules, self._types)

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> Self:
        """Load checkov, the pack and additional rule folders.

        Raises:
            GateError: a part of it cannot be loaded.
        """
        checkov_imports.prepare()
        import_module("lakekit_policies.engine.checkov_patches").apply()
        return cls(load_rules(folders))

    @effort.evaluation()
    def evaluate_synth(self, directory: Path, options: EvaluationOptions | None = None) -> Verdict:
        """Evaluate every stack of a synthesized directory."""
        self._started, options = time.perf_counter(), options or EvaluationOptions()
        self._runs.evaluated = {}
        findings: list[Finding] = []
        notes: list[str] = []
        deferred: list[Finding] = []
        warnings: list[Finding] = []
        entries, environments = list(options.waivers), dict[str, str]()
        resources, coverage = 0, Coverage()
        at_plan = {rule.id for rule in (*self.rules.plan_rules, *self.rules.graph_checks)}
        stacks = read_stacks(directory)
        for stack in stacks:
            blocks = {block.address: block.path for block in stack.blocks()}
            converted = stack_as_plan.convert(stack, has_plan=True)
            environments[stack.name] = stack.metadata.environment or options.environment
            entries += inline_waivers(stack.name, environments[stack.name], stack.metadata.waivers)
            boundary = effective_boundary(
                stack.metadata, PlanFile(converted.document), options.boundary, stack.constants
            )
            with use_context(stack.metadata), use_boundary(boundary):
                results = choices.of_forms(
                    [self._runs.synthesized(form, stack, blocks) for form in choices.forms(stack)]
                )
            found = fold_crashes(results.findings, results.crashes)
            findings += source_locations.attach(found, stack.name, stack.metadata.source_locations)
            warnings += source_locations.attach(results.warnings, stack.name, stack.metadata.source_locations)
            notes += [f"{stack.name}: {note}" for note in converted.notes]
            for one in results.undetermined:
                if "plan" in self.rules.stages.get(one.rule_id, ()) or one.rule_id in at_plan:
                    deferred.append(one)
                else:
                    (findings if one.severity == "critical" else warnings).append(one)
            resources += len(blocks)
            coverage += self._types.count((block.mode, block.kind) for block in stack.blocks())
        unwaived = Verdict(
            stage="synth",
            findings=verdict.in_report_order(findings),
            rules_run=self.rules.count("synth"),
            resources=resources,
            coverage=coverage,
            stacks=[stack.name for stack in stacks],
            seconds=0.0,
            notes=[*notes, *evaluation_notes.deferred_to_plan(deferred)],
            warnings=verdict.in_report_order(warnings),
        )
        complete = (directory / MANIFEST).is_file()
        fail_on = {stack.name: _fail_on(stack.metadata, options) for stack in stacks}
        return self._apply_waivers(unwaived, entries, Scope(environments, complete), fail_on, options)

    @effort.evaluation()
    def evaluate_plan(
        self, file: Path, stack_file: Path | None = None, options: EvaluationOptions | None = None
    ) -> Verdict:
        """Evaluate one plan; the stack it was planned from provides construct paths and metadata."""
        self._started, options = time.perf_counter(), options or EvaluationOptions()
        self._runs.evaluated = {}
        plan = filled = PlanFile.read(file)
        paths, name, metadata, notes = dict[str, str](), "", StackMetadata(), list[str]()
        entries, environment = list(options.waivers), options.environment
        stack: SynthesizedStack | None = None
        undecided = set[tuple[str, str]]()
        if stack_file is not None:
            stack = planned_stack.as_planned(SynthesizedStack.read(stack_file), plan)
            paths = {block.address: block.path for block in stack.blocks()}
            name, metadata = stack.name, stack.metadata
            environment = metadata.environment or environment
            entries += inline_waivers(name, environment, metadata.waivers)
            evaluation_notes.check_same_configuration(plan, stack, file)
            converted = stack_as_plan.convert(stack)
            filled, attributes = fill_unknown.fill(plan, PlanFile(converted.document))
            undecided = {at for at in converted.undecided if ".".join(at) in attributes}
            notes = evaluation_notes.known_after_apply(attributes)
        expected = {resource.address for resource in plan.resources()} - evaluation_notes.forgotten(plan)
        check_consistency(plan, file)
        filled, uncertain = resolve_values.resolve(filled, stack)
        uncertain |= undecided
        uncertain |= identity_expressions.computed_arguments(plan, stack) if stack else frozenset()
        boundary = effective_boundary(metadata, plan, options.boundary, stack.constants if stack else None)
        with (
            use_context(metadata),
            use_boundary(boundary),
            use_run(options.run),
            undecided_documents.use_undecided(undecided),
        ):
            unknown = unknown_values.unknown_at_plan(filled, preconditions.guaranteed_locals(plan, stack), uncertain)
            document, kept = kept_resources.add(filled)
            unset = unset_blocks.find(plan, {block.address for block in stack.resources()} if stack else ())
            of_resources = self._runs.resources(
                document, name, paths, expected, unknown, stage="plan", kept=kept, unset=unset
            )
            of_blocks = self._runs.of_open_blocks(filled, open_blocks.find(filled, uncertain), name, paths)
            undetermined = [*of_resources.undetermined, *of_blocks.undetermined]
            # There is no later stage: an unknown value does not pass a rule that must hold.
            rejected = [one for one in undetermined if self._rejects_unknown(one, metadata)]
            # Changes as Terraform prints them, with the filled-in texts.
            of_plan = self._runs.document(self.rules.plan_rules, filled, name, paths)
            of_stack = self._runs.stack_of_plan(stack, name, paths, of_plan)
            results = [of_resources, of_plan, of_stack]
            written_stack = planned_stack.existing(stack, plan) if stack else plan_as_stack.convert_root(plan)
            if written_stack is not None:
                results.append(self._runs.written(written_stack, name, paths, of_plan=stack is None))
        findings = fold_crashes(
            [*rejected, *(finding for one in results for finding in one.findings)],
            [crash for one in results for crash in one.crashes],
        )
        warnings = [finding for finding in undetermined if finding not in rejected] + of_blocks.warnings
        stated = {finding.key for finding in of_stack.findings}
        warnings += [finding for one in results for finding in one.warnings if finding.key not in stated]
        unwaived = Verdict(
            stage="plan",
            findings=verdict.in_report_order(source_locations.attach(findings, name, metadata.source_locations)),
            rules_run=self.rules.count_at_plan(stack=stack is not None, written=written_stack is not None),
            resources=len(expected),
            coverage=self._types.count((one.mode, one.type) for one in plan.resources() if one.address in expected),
            stacks=[name] if name else [],
            seconds=0.0,
            notes=notes,
            plan_sha256=plan.sha256,
            plan_digest=acknowledgements.digest(plan, name, metadata),
            warnings=verdict.in_report_order(source_locations.attach(warnings, name, metadata.source_locations)),
        )
        fail_on = {name: _fail_on(metadata, options)}
        scope = Scope({name: environment}, complete=False)
        return self._apply_waivers(unwaived, entries, scope, fail_on, options)

    def _apply_waivers(
        self,
        unwaived: Verdict,
        entries: Sequence[Entry],
        scope: Scope,
        fail_on: Mapping[str, str],
        options: EvaluationOptions,
    ) -> Verdict:
        """Apply waivers and levels to a verdict."""
        rule_catalog = RuleCatalog(self.rules.severities(), self.rules.rule_ids("synth"))
        applied = apply_levels(apply_waivers(unwaived, entries, rule_catalog, scope, options.today), fail_on)
        seconds = round(time.perf_counter() - self._started, 4)
        return replace(applied, seconds=seconds, evaluated=self._runs.evaluated if options.evidence else {})

    def _rejects_unknown(self, finding: Finding, metadata: StackMetadata) -> bool:
        """Whether an unknown value is rejected at plan: by critical rules, above dev by security rules too."""
        if finding.severity == "critical":
            return True
        security = self.rules.metadata(finding.rule_id).pack not in ("cost", "reliability")
        return finding.severity == "high" and security and metadata.at_least("staging")


def _fail_on(metadata: StackMetadata, options: EvaluationOptions) -> str:
    return check_fail_on(options.fail_on or metadata.fail_on or DEFAULTS[metadata.tier])
