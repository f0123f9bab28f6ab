"""Run the rules over a document and make findings of their results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Final

from lakekit_policies.coverage import catalog
from lakekit_policies.destinations import probes
from lakekit_policies.errors import GateError
from lakekit_policies.gate import notes as evaluation_notes
from lakekit_policies.gate.crashes import address_of, crash_finding
from lakekit_policies.pack.rule_registry import RuleRegistry
from lakekit_policies.terraform import declarations, open_blocks, stack_as_plan, unknown_values, unset_blocks
from lakekit_policies.terraform.declarations import Declaration, Declarations
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.verdict import Finding
from lakekit_policies.wildcards import effort

_NONE: Final[unset_blocks.UnsetBlocks] = {}


@dataclass(frozen=True, slots=True)
class Results:
    """What the rules have found in one document."""

    findings: list[Finding]
    undetermined: list[Finding] = field(default_factory=list)
    """Results that depend on a value that is not known."""
    warnings: list[Finding] = field(default_factory=list)
    crashes: list[Finding] = field(default_factory=list)
    """Of rules that could not evaluate a resource, or the document."""


class RuleRuns:
    """The rules of a registry, and what they have evaluated."""

    def __init__(self, rules: RuleRegistry, types: catalog.TypeCatalog) -> None:
        self.rules = rules
        self._types = types
        self._run = import_module("lakekit_policies.engine.runner").run
        self.evaluated: dict[str, list[str]] = {}
        """Rule id to ``stack/address`` of what it has passed or failed."""

    def resources(
        self,
        document: Mapping[str, Any],
        stack: str,
        paths: Mapping[str, str],
        expected: set[str],
        unknown: unknown_values.UnknownValues,
        *,
        stage: str,
        only: frozenset[str] | None = None,
        kept: frozenset[str] = frozenset(),
        unset: unset_blocks.UnsetBlocks = _NONE,
    ) -> Results:
        """Results of the rules for one resource; ``only`` these rules, or those of the stage.

        What is ``kept`` without being managed is in the document for rules of other resources.
        """
        python = self.rules.python_checks(stage) if only is None else only
        graph = self.rules.graph_checks if only is None else []
        outcome = self._run(
            document, f"/{stack or 'plan'}.json", python, graph, unknown, unset=unset, final=stage == "plan"
        )
        if outcome.addresses != expected | kept:
            wrong = sorted(outcome.addresses ^ (expected | kept))
            raise GateError(
                "resource_count",
                f"{stack or 'the plan'} holds {len(expected)} resources, the engine saw "
                f"{len(outcome.addresses)}. Not on both sides: {', '.join(wrong[:5])}",
            )
        for rule_id, addresses in outcome.evaluated.items():
            self.evaluated.setdefault(rule_id, []).extend(f"{stack}/{at}" for at in addresses if at not in kept)
        failed = [one for one in outcome.failed_checks if one.address not in kept]
        rejected = [self._finding(r.rule_id, stack, r.address, r.details, paths) for r in failed]
        undetermined = [
            self._finding(u.rule_id, stack, u.address, [f"not known yet: {', '.join(u.attributes)}"], paths)
            for u in outcome.undetermined
            if u.address not in kept
        ]
        crashed = [one for one in outcome.crashed if one.address not in kept]
        crashes = [self._crash(c.rule_id, stack, c.address, c.cause, paths) for c in crashed]
        return Results(rejected, undetermined=undetermined, crashes=crashes)

    def synthesized(self, stack: SynthesizedStack, written: SynthesizedStack, paths: Mapping[str, str]) -> Results:
        """Results of the rules for a synthesized stack.

        Args:
            stack: the stack without resources that have no instances.
            written: the stack with them, for rules over declarations: what is written in them is in the state or in
                the repository, or takes effect without an instance.
            paths: construct path of each address.
        """
        expected = {block.address for block in stack.blocks()}
        converted = stack_as_plan.convert(stack, has_plan=True)
        unknown = unknown_values.unknown_at_synth(stack, converted.rendered, converted.undecided)
        found = self.resources(converted.document, stack.name, paths, expected, unknown, stage="synth")
        over_declarations = [rule for rule in self.rules.stack_rules if hasattr(rule, "declared_problems")]
        others = [rule for rule in self.rules.stack_rules if not hasattr(rule, "declared_problems")]
        declared = self.document(over_declarations, replace(written, has_choices=stack.has_choices), stack.name, paths)
        of_stack = self.document(others, stack, stack.name, paths)
        return Results(
            [*found.findings, *declared.findings, *of_stack.findings],
            found.undetermined,
            [*declared.warnings, *of_stack.warnings],
            [*found.crashes, *declared.crashes, *of_stack.crashes],
        )

    def written(
        self, stack: SynthesizedStack, name: str, paths: Mapping[str, str], *, of_plan: bool = False
    ) -> Results:
        """Results, in the evaluation of a plan, of the rules that need references as they are written.

        Args:
            stack: the stack of the plan, or the plan as a stack.
            name: name of the stack.
            paths: construct path of each address.
            of_plan: whether it is the plan as a stack.
        """
        only = self.rules.written_checks(stack=not of_plan)
        if not only & self._concerned(block.kind for block in stack.blocks()):
            return Results([])
        converted = stack_as_plan.convert(stack)
        unknown = unknown_values.unknown_at_synth(stack, converted.rendered, converted.undecided)
        expected = {block.address for block in stack.blocks()}
        found = self.resources(converted.document, name, paths, expected, unknown, stage="synth", only=only)
        critical = [one for one in found.undetermined if one.severity == "critical"]
        others = [one for one in found.undetermined if one.severity != "critical"]
        return Results([*found.findings, *critical], warnings=others, crashes=found.crashes)

    def stack_of_plan(
        self, stack: SynthesizedStack | None, name: str, paths: Mapping[str, str], of_plan: Results
    ) -> Results:
        """Results of the rules over a stack for the stack of a plan.

        A plan contains neither backend, ``lifecycle`` settings, local values nor defaults of variables. Rules over
        stacks and plans evaluate both; a finding that the plan has too is left out, and so is a warning, because the
        plan knows more values.

        Args:
            stack: the stack of the plan; None if it is not known.
            name: name of the stack.
            paths: construct path of each address.
            of_plan: results of the rules over the plan.
        """
        if stack is None:
            return Results([])
        found = self.document(self.rules.stack_rules, stack, name, paths)
        places = {(one.rule_id, evaluation_notes.declared_address(one.address)) for one in of_plan.findings}
        places |= {(one.rule_id, evaluation_notes.declared_address(one.address)) for one in of_plan.crashes}
        at_both = {rule.id for rule in self.rules.plan_rules}
        return Results(
            [one for one in found.findings if (one.rule_id, one.address) not in places],
            warnings=[one for one in found.warnings if one.rule_id not in at_both],
            crashes=[one for one in found.crashes if (one.rule_id, one.address) not in places],
        )

    def of_open_blocks(
        self, plan: PlanFile, places: Mapping[str, list[open_blocks.Place]], stack: str, paths: Mapping[str, str]
    ) -> Results:
        """Results that depend on dynamic blocks of which nothing is known, of the rules over declarations.

        A rule depends on a block if it would report a value in it.

        Args:
            plan: the plan with resolved values.
            places: the blocks of each resource (see ``open_blocks.find``).
            stack: name of the stack.
            paths: construct path of each address.
        """
        found = Results([])
        for resource in declarations.read(plan).resources if places else ():
            for place in places.get(resource.address, ()):
                block = ".".join(one for one in place if isinstance(one, str))
                reason = f"not known yet: {resource.address}.{block}"
                for rule_id, is_warning in self._reporting(plan, resource, place):
                    listed = found.warnings if is_warning else found.undetermined
                    listed.append(self._finding(rule_id, stack, resource.address, (reason,), paths))
        return found

    def _reporting(self, plan: PlanFile, resource: Declaration, place: open_blocks.Place) -> Iterator[tuple[str, bool]]:
        """Rules that report a value in a block and nothing without it, and whether they only warn."""
        declared = declarations.read(plan)
        arguments = open_blocks.with_content(resource.arguments, resource.type, place, probes.contents())
        known, possible = (
            {(rule.id, one.message): one.warning for rule, one in self._problems(replace(declared, resources=(body,)))}
            for body in (resource, replace(resource, arguments=arguments))
        )
        added = [(rule_id, possible[rule_id, message]) for rule_id, message in possible.keys() - known.keys()]
        for rule_id in sorted({rule_id for rule_id, _ in added}):
            yield rule_id, all(is_warning for one, is_warning in added if one == rule_id)

    def _problems(self, declared: Declarations) -> Iterator[tuple[Any, Any]]:
        """Problems of the rules over declarations; a rule that cannot evaluate a value has none."""
        for rule in self.rules.plan_rules:
            if hasattr(rule, "declared_problems"):
                with suppress(Exception), catalog.use_catalog(self._types), effort.limited(effort.PER_RULE):
                    yield from [(rule, problem) for problem in rule.declared_problems(declared)]

    def _concerned(self, kinds: Iterable[str]) -> frozenset[str]:
        """Ids of the rules for a resource that name one of these types."""
        known = frozenset(kinds)
        return frozenset(rule for rule, types in self.rules.evaluated_types() if known & types)

    def document(
        self, rules: Iterable[Any], document: SynthesizedStack | PlanFile, stack: str, paths: Mapping[str, str]
    ) -> Results:
        """Results of rules for a document."""
        found = Results([])
        for rule in rules:
            try:
                with catalog.use_catalog(self._types), effort.limited(effort.PER_RULE):
                    problems = list(rule.problems(document))
            except GateError:
                raise
            except effort.BudgetExhaustedError as error:
                found.crashes.append(self._crash(rule.id, stack, address_of(error), str(error), paths))
                continue
            except Exception as error:
                found.crashes.append(self._crash(rule.id, stack, address_of(error), repr(error), paths))
                continue
            self.evaluated.setdefault(rule.id, []).append(f"{stack}/")
            for problem in problems:
                reported = self._finding(rule.id, stack, problem.address, (problem.message,), paths)
                (found.warnings if problem.warning else found.findings).append(reported)
        return found

    def _crash(self, rule_id: str, stack: str, address: str, cause: str, paths: Mapping[str, str]) -> Finding:
        return crash_finding(self._finding(rule_id, stack, address, (), paths), cause)

    def _finding(
        self, rule_id: str, stack: str, address: str, details: Sequence[str], paths: Mapping[str, str]
    ) -> Finding:
        metadata = self.rules.metadata(rule_id)
        return Finding(
            rule_id=rule_id,
            title=metadata.title,
            severity=metadata.severity,
            stack=stack,
            address=address,
            path=paths.get(evaluation_notes.declared_address(address), ""),
            reason="; ".join(dict.fromkeys(str(detail) for detail in details)) or metadata.title,
            remedy=metadata.remedy,
            reference=metadata.reference,
        )
