"""Run checks over a plan-shaped document: checkov's plan runner that never swallows errors.

The parsing, the graph and the checks are checkov's. The loop is our own, because the stock loop
swallows a crashing check, a block that does not parse and a resource without an address, and because it reads
the document with a pure-Python YAML parser for line numbers of a generated file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
from lakekit_policies.engine.outcome import Crash, FailedCheck, Found, Outcome, Undetermined
from lakekit_policies.terraform.unset_blocks import UnsetBlocks
from lakekit_policies.wildcards import effort

_BY_PATH: Final = (BaseResourceValueCheck.scan_resource_conf, BaseResourceNegativeValueCheck.scan_resource_conf)
_NONE: Final[UnsetBlocks] = {}
_REGISTRIES: Final = (
    ("resource", resource_registry),
    ("data", data_registry),
    ("provider", provider_registry),
)


def run(
    document: Mapping[str, Any],
    label: str,
    python: Collection[str],
    graph_checks: list[Any],
    unknown: Mapping[str, Mapping[str, bool | None]],
    *,
    unset: UnsetBlocks = _NONE,
    final: bool,
) -> Outcome:
    """Run the Python checks with these ids and these graph checks over one document.

    Args:
        document: ``terraform show -json`` of a plan, or the like.
        label: file name for messages and for checkov's own caches.
        python: ids of checks registered with checkov.
        graph_checks: parsed graph checks.
        unknown: unknown attributes by address (see ``unknown_tracking.UnknownTracker``).
        unset: blocks that are not set, or dynamic (see ``unset_blocks.find``).
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
    tracker = unknown_tracking.UnknownTracker(unknown, unset)
    outcome = Outcome(addresses=addresses)
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
                    if result is CheckResult.PASSED and not tracker.read_unknown:
                        outcome.add(check.id, address, None)
                    elif result is not CheckResult.UNKNOWN or tracker.read_unknown:
                        outcome.add(check.id, address, _found(check, result, entity, tracker, final=final))
    for graph_check in graph_checks:
        for address, found in _evaluate_graph_check(graph_check, graph, tracker):
            outcome.add(graph_check.id, address, found)
        outcome.evaluated.setdefault(graph_check.id, [])
    unknown_tracking.set_tracker(None)
    return outcome


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


def _found(
    check: Any,
    result: CheckResult | Crash,
    entity: _Entity,
    tracker: unknown_tracking.UnknownTracker,
    *,
    final: bool,
) -> Found:
    """What a check has found on a resource, given the unknown values that it has read."""
    if isinstance(result, Crash):
        if result.is_exhausted or not tracker.read_unknown:
            return result
        result = CheckResult.UNKNOWN
    # A check that serves only this stage leaves nothing to the next.
    last = final or "plan" not in getattr(check, "stages", ("plan",))
    details = tuple(map(str, check.details or ())) if result is CheckResult.FAILED else ()
    unset = unknown_results.unset_blocks(check, details, tracker)
    if result is CheckResult.FAILED and tracker.read_unknown:
        rerun = partial(_run_check, check, entity, tracker)
        if last:
            result, details = unknown_results.known_problems(check, result, details, tracker, entity.address)
            if result is CheckResult.FAILED and not getattr(check, "evaluates_unknown", False):
                result, details = unknown_results.certain(check, details, tracker, rerun)
        else:
            result, details = unknown_results.stated_at_synth(check, details, tracker, entity.configuration, rerun)
    is_open = unknown_results.depends_on_unknown(check, result, tracker, final=last)
    if is_open or result is CheckResult.UNKNOWN:
        return Undetermined(check.id, entity.address, tracker.read_unknown)
    if result is CheckResult.FAILED:
        return FailedCheck(check.id, entity.address, unknown_results.qualified(details, unset, entity.address))
    return None


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
        return Crash(check.id, entity.address, str(error), is_exhausted=True)
    except Exception as error:
        return Crash(check.id, entity.address, repr(error))
    if isinstance(result, tuple):
        result = result[0]
    if isinstance(result, CheckResult):
        return result
    return Crash(check.id, entity.address, f"{result!r} instead of a result")


def _evaluate_graph_check(
    check: Any, graph: Any, tracker: unknown_tracking.UnknownTracker
) -> Iterator[tuple[str, Found]]:
    """The results of a graph check. Checkov neither passes nor fails a resource whose attribute is an expression."""
    try:
        passed, failed, unknown = map(_addresses, check.run(graph))
    except Exception as error:
        yield "", Crash(check.id, "", repr(error))
        return
    yield from ((address, None) for address in passed)
    for address in dict.fromkeys((*failed, *unknown)):
        tracker.reset()
        for attribute in attributes(check):
            tracker.read(address, attribute)
        if address in failed:
            tracker.read_references(_connected(check))
        if tracker.read_unknown:
            yield address, Undetermined(check.id, address, tracker.read_unknown)
        elif address in failed:
            unset = unknown_results.unset_blocks(check, (), tracker)
            yield address, FailedCheck(check.id, address, unknown_results.qualified((), unset, address))


def _connected(check: Any) -> frozenset[str]:
    """The resource types that a graph check looks for next to a resource."""
    own = frozenset(getattr(check, "connected_resources_types", None) or ())
    return own.union(*map(_connected, check.sub_checks))


def attributes(check: Any) -> Iterator[str]:
    """The attributes that a graph check names; it does not read them one by one."""
    if check.attribute:
        yield str(check.attribute).partition(".")[0]
    for inner in check.sub_checks:
        yield from attributes(inner)


def _addresses(vertices: list[dict[str, Any]]) -> list[str]:
    names = (v.get(CustomAttributes.TF_RESOURCE_ADDRESS) or v.get(CustomAttributes.BLOCK_NAME) for v in vertices)
    return list(dict.fromkeys(map(str, names)))
