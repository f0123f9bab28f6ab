"""Run checks over a plan-shaped document: checkov's plan runner that never swallows errors.

The parsing, the graph and the checks are checkov's. The loop is our own, because the stock loop
swallows a crashing check, a block that does not parse and a resource without an address, and because it reads
the document with a pure-Python YAML parser for line numbers of a generated file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from checkov.common.graph.graph_builder import CustomAttributes
from checkov.common.models.enums import CheckResult
from checkov.terraform.checks.data.registry import data_registry
from checkov.terraform.checks.provider.registry import provider_registry
from checkov.terraform.checks.resource.base_resource_negative_value_check import BaseResourceNegativeValueCheck
from checkov.terraform.checks.resource.base_resource_value_check import BaseResourceValueCheck
from checkov.terraform.checks.resource.registry import resource_registry

from lakekit_policies.engine import checkov_patches, plan_graph, unknown_results, unknown_tracking
from lakekit_policies.wildcards import effort

_BY_PATH: Final = (BaseResourceValueCheck.scan_resource_conf, BaseResourceNegativeValueCheck.scan_resource_conf)
_REGISTRIES: Final = (
    ("resource", resource_registry),
    ("data", data_registry),
    ("provider", provider_registry),
)


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that failed on a resource."""

    rule_id: str
    address: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A check whose result depends on a value that is not known yet."""

    rule_id: str
    address: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that raised an exception on a resource, or gave no result."""

    rule_id: str
    address: str
    """Empty for a graph check, which evaluates the whole configuration."""
    cause: str


@dataclass(frozen=True, slots=True)
class Outcome:
    failed_checks: list[FailedCheck]
    undetermined: list[Undetermined]
    crashed: list[Crash]
    addresses: frozenset[str]
    """Every resource and data source that was evaluated."""
    evaluated: dict[str, list[str]]
    """Rule id to the addresses it has passed or failed."""


def run(
    document: Mapping[str, Any],
    label: str,
    python: Collection[str],
    graph_checks: list[Any],
    unknown: Mapping[str, Mapping[str, bool | None]],
    *,
    final: bool,
) -> Outcome:
    """Run the Python checks with these ids and these graph checks over one document.

    Args:
        document: ``terraform show -json`` of a plan, or the like.
        label: file name for messages and for checkov's own caches.
        python: ids of checks registered with checkov.
        graph_checks: parsed graph checks.
        unknown: unknown attributes by address (see ``unknown_tracking.UnknownTracker``).
        final: there is no later stage. Otherwise a failed check on a fully unknown value is left to the next
            stage.

    Raises:
        GateError: checkov lost a resource on the way.
    """
    checkov_patches.clear_policy_cache()
    definitions = plan_graph.definitions(document)
    entities = {kind: list(plan_graph.entities(definitions[kind], registry)) for kind, registry in _REGISTRIES}
    addresses = frozenset(address for kind in ("resource", "data") for *_, address in entities[kind])
    graph = plan_graph.graph(definitions, label, addresses)
    failed_checks: list[FailedCheck] = []
    undetermined: list[Undetermined] = []
    crashed: list[Crash] = []
    evaluated: dict[str, list[str]] = {}
    tracker = unknown_tracking.UnknownTracker(unknown)
    unknown_tracking.set_tracker(tracker)
    for kind, registry in _REGISTRIES:
        checks = _Checks(registry, python)
        for type_, name, conf, address in entities[kind]:
            entity = _Entity(type_, address, unknown_tracking.track(conf, address), f"{label}:{type_}:{name}")
            with effort.limited(effort.PER_RESOURCE):
                for check in checks.of(type_):
                    check.graph = graph
                    tracker.reset()
                    result = _run_check(check, entity, tracker)
                    if isinstance(result, Crash):
                        crashed.append(result)
                        continue
                    # A check that serves only this stage leaves nothing to the next.
                    last = final or "plan" not in getattr(check, "stages", ("plan",))
                    details = tuple(map(str, check.details or ())) if result is CheckResult.FAILED else ()
                    if last and result is CheckResult.FAILED and tracker.read_unknown:
                        result, details = unknown_results.known_problems(check, result, details, tracker, address)
                        if result is CheckResult.FAILED and not getattr(check, "evaluates_unknown", False):
                            rerun = partial(_run_check, check, entity, tracker)
                            result, details = unknown_results.certain(check, details, tracker, rerun)
                    elif result is CheckResult.FAILED and tracker.read_unknown:
                        rerun = partial(_run_check, check, entity, tracker)
                        result, details = unknown_results.stated_at_synth(
                            check, details, tracker, entity.configuration, rerun
                        )
                    if unknown_results.depends_on_unknown(check, result, tracker, final=last):
                        undetermined.append(Undetermined(check.id, address, tracker.read_unknown))
                        continue
                    if result is not CheckResult.UNKNOWN:
                        evaluated.setdefault(check.id, []).append(address)
                    if result is CheckResult.FAILED:
                        failed_checks.append(FailedCheck(check.id, address, details))
    for check in graph_checks:
        try:
            passed, failed = _run_graph_check(check, graph)
        except Exception as error:
            crashed.append(Crash(check.id, "", repr(error)))
            continue
        evaluated[check.id] = [*passed, *failed]
        failed_checks += [FailedCheck(check.id, address, ()) for address in failed]
    unknown_tracking.set_tracker(None)
    return Outcome(failed_checks, undetermined, crashed, addresses, evaluated)


@dataclass(frozen=True, slots=True)
class _Entity:
    """A block as checks receive it."""

    type: str
    address: str
    configuration: dict[str, Any]
    path: str


class _Checks:
    """The checks of a registry that are to be run, by type."""

    def __init__(self, registry: Any, ids: Collection[str]) -> None:
        self._registry = registry
        self._ids = ids
        self._of_types: dict[str, list[Any]] = {}

    def of(self, type_: str) -> list[Any]:
        """The checks of a type, those of wildcards included."""
        if type_ not in self._of_types:
            self._of_types[type_] = [check for check in self._registry.get_checks(type_) if check.id in self._ids]
        return self._of_types[type_]


def _run_check(check: Any, entity: _Entity, tracker: unknown_tracking.UnknownTracker) -> CheckResult | Crash:
    """Result of a check, without the messages that ``BaseCheck.run`` formats for a log of each result."""
    check.details, check.evaluated_keys, check.entity_path = [], [], entity.path
    try:
        result = check.scan_entity_conf(entity.configuration, entity.type)
        if hasattr(check, "get_inspected_key"):
            # Checks of this form search the configuration by a path instead of asking for its keys.
            path = str(check.get_inspected_key())
            if type(check).scan_resource_conf in _BY_PATH:
                tracker.read_path(entity.address, path, entity.configuration)
            else:
                tracker.read(entity.address, path.partition("/")[0])
    except effort.BudgetExhaustedError as error:
        return Crash(check.id, entity.address, str(error))
    except Exception as error:
        if tracker.read_unknown:
            return CheckResult.UNKNOWN
        return Crash(check.id, entity.address, repr(error))
    if isinstance(result, tuple):
        result = result[0]
    if isinstance(result, CheckResult):
        return result
    return Crash(check.id, entity.address, f"{result!r} instead of a result")


def _run_graph_check(check: Any, graph: Any) -> tuple[list[str], list[str]]:
    """Addresses that pass a graph check, and those that fail."""
    passed, failed, _ = check.run(graph)
    return _addresses(passed), _addresses(failed)


def _addresses(vertices: list[dict[str, Any]]) -> list[str]:
    names = (v.get(CustomAttributes.TF_RESOURCE_ADDRESS) or v.get(CustomAttributes.BLOCK_NAME) for v in vertices)
    return list(dict.fromkeys(map(str, names)))
