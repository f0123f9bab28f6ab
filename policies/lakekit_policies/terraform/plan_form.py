"""Check the form of a plan before it is evaluated: every part that rules read has the expected type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.errors import GateError

_NAMED: Final = ("address", "type", "name")


def check_form(document: Mapping[str, Any], file: object) -> None:
    """Check a plan document.

    Raises:
        GateError: a part does not have the form that ``terraform show -json`` prints; names the part.
    """
    for at, problem in _problems(document):
        raise GateError(
            "plan_form",
            f"{file}: {at}: {problem}. Give the unchanged output of `terraform show -json PLAN`.",
        )


def _problems(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    planned = document.get("planned_values")
    yield from _object(planned, "planned_values")
    if isinstance(planned, Mapping):
        yield from _module(planned.get("root_module", {}), "planned_values.root_module")
        yield from _object(planned.get("outputs", {}), "planned_values.outputs")
    yield from _changes(document.get("resource_changes"))
    prior = document.get("prior_state")
    if prior is not None:
        yield from _object(prior, "prior_state")
        values = prior.get("values") if isinstance(prior, Mapping) else None
        if values is not None:
            yield from _object(values, "prior_state.values")
            if isinstance(values, Mapping):
                yield from _module(values.get("root_module", {}), "prior_state.values.root_module")
    configuration = document.get("configuration")
    if configuration is None:
        return
    yield from _object(configuration, "configuration")
    if isinstance(configuration, Mapping):
        yield from _configured(configuration.get("root_module", {}), "configuration.root_module")
        providers = configuration.get("provider_config", {})
        yield from _object(providers, "configuration.provider_config")
        for name, entry in providers.items() if isinstance(providers, Mapping) else ():
            yield from _object(entry, f"configuration.provider_config.{name}")
            if isinstance(entry, Mapping):
                yield from _object(entry.get("expressions", {}), f"configuration.provider_config.{name}.expressions")


def _module(module: Any, at: str) -> Iterator[tuple[str, str]]:
    yield from _object(module, at)
    if not isinstance(module, Mapping):
        return
    for place, entry in _entries(module.get("resources"), f"{at}.resources"):
        yield from _resource(entry, place)
        if isinstance(entry, Mapping) and entry.get("values") is not None:
            yield from _object(entry["values"], f"{place}.values")
    for place, child in _entries(module.get("child_modules"), f"{at}.child_modules"):
        yield from _module(child, place)
    for name in ("resources", "child_modules"):
        yield from _list(module.get(name), f"{at}.{name}")


def _changes(changes: Any) -> Iterator[tuple[str, str]]:
    yield from _list(changes, "resource_changes")
    for at, entry in _entries(changes, "resource_changes"):
        yield from _resource(entry, at)
        change = entry.get("change") if isinstance(entry, Mapping) else None
        yield from _object(change, f"{at}.change")
        if not isinstance(change, Mapping):
            continue
        actions = change.get("actions")
        if not isinstance(actions, list) or not actions or not all(isinstance(action, str) for action in actions):
            yield f"{at}.change.actions", "expected a list of actions"
        for side in ("before", "after"):
            if change.get(side) is not None:
                yield from _object(change[side], f"{at}.change.{side}")


def _configured(module: Any, at: str) -> Iterator[tuple[str, str]]:
    yield from _object(module, at)
    if not isinstance(module, Mapping):
        return
    yield from _list(module.get("resources"), f"{at}.resources")
    for place, entry in _entries(module.get("resources"), f"{at}.resources"):
        yield from _resource(entry, place)
        if isinstance(entry, Mapping):
            yield from _object(entry.get("expressions", {}), f"{place}.expressions")
    calls = module.get("module_calls", {})
    yield from _object(calls, f"{at}.module_calls")
    for name, call in calls.items() if isinstance(calls, Mapping) else ():
        yield from _object(call, f"{at}.module_calls.{name}")
        if isinstance(call, Mapping):
            yield from _object(call.get("expressions", {}), f"{at}.module_calls.{name}.expressions")
            yield from _configured(call.get("module", {}), f"{at}.module_calls.{name}.module")


def _resource(entry: Any, at: str) -> Iterator[tuple[str, str]]:
    yield from _object(entry, at)
    if not isinstance(entry, Mapping):
        return
    for key in _NAMED:
        if not isinstance(entry.get(key), str) or not entry[key]:
            yield f"{at}.{key}", "expected a text"
    if not isinstance(entry.get("mode", "managed"), str):
        yield f"{at}.mode", "expected a text"


def _entries(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    for number, entry in enumerate(value if isinstance(value, list) else ()):
        yield f"{at}[{number}]", entry


def _list(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if value is not None and not isinstance(value, list):
        yield at, f"expected a list, got {type(value).__name__}"


def _object(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield at, f"expected an object, got {type(value).__name__}"
