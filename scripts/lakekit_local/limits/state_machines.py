"""Definitions of state machines.

Sources: Amazon States Language specification (https://states-language.net/spec.html): fields by type, transitions,
retriers and catchers, names; AWS Step Functions API reference, "CreateStateMachine" (``InvalidDefinition``) and
"ValidateStateMachineDefinitionDiagnostic" (codes). Values of paths, payload templates and JSONata are not checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_local.limits.registry import limits
from lakekit_local.limits.state_fields import CHOICE_RULE, MACHINE, TYPES, WAITS, allowed
from lakekit_local.requests.registry import Call, ServiceError

MAX_NAME: Final = 80
_ALL: Final = "States.ALL"
_SCHEMA, _TARGET = "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET"


@limits("stepfunctions", "CreateStateMachine", "UpdateStateMachine")
def definition(call: Call) -> None:
    """The definition of a state machine."""
    text = call.get("definition")
    if text is None:
        return
    try:
        document = json.loads(str(text))
    except ValueError:
        document = None
    found = _Definition()
    if isinstance(document, dict):
        found.machine(document, "", str(document.get("QueryLanguage", "JSONPath")), MACHINE)
    else:
        found.problems.append("INVALID_JSON_DESCRIPTION: The definition is not a JSON object at /")
    if found.problems:
        listed = ", ".join(f"'{one}'" for one in found.problems)
        raise ServiceError("InvalidDefinition", f"Invalid State Machine Definition: {listed}", 400)


@dataclass
class _Definition:
    """What is wrong with a definition; names of states are unique in all of it."""

    problems: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def _bad(self, path: str, text: str, code: str = _SCHEMA) -> None:
        self.problems.append(f"{code}: {text} at {path or '/'}")

    def machine(self, document: Any, path: str, language: str, fields: frozenset[str]) -> None:
        """A state machine, a branch or the processor of items."""
        if not isinstance(document, Mapping):
            self._bad(path, "Expected value of type Object")
            return
        self._fields(document, fields, path)
        states = document.get("States")
        if not isinstance(states, Mapping) or not states:
            self._bad(f"{path}/States", "The value for the field 'States' must be a non-empty object")
            return
        for name, state in states.items():
            place = f"{path}/States/{name}"
            if name in self.names:
                self._bad(place, f"Duplicate state name: {name}", "DUPLICATE_STATE_NAME")
            if len(name) > MAX_NAME:
                self._bad(place, f"State name exceeds {MAX_NAME} characters")
            self.names.add(name)
            self._state(state, place, language)
        self._transitions(document, states, path)

    def _transitions(self, document: Mapping[str, Any], states: Mapping[str, Any], path: str) -> None:
        start = document.get("StartAt")
        if start not in states:
            self._bad(f"{path}/StartAt", f"Missing 'Next' target: {start}", _TARGET)
            return
        seen, waiting = {str(start)}, [str(start)]
        while waiting:
            name = waiting.pop()
            for place, target in _targets(states[name], f"{path}/States/{name}"):
                if target not in states:
                    self._bad(place, f"Missing 'Next' target: {target}", _TARGET)
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)
        for name in states:
            if name not in seen:
                self._bad(f"{path}/States/{name}", f'State "{name}" is not reachable.', _TARGET)
        if not any(_is_terminal(states[name]) for name in seen):
            self._bad(f"{path}/States", "No terminal state found")

    def _state(self, state: Any, path: str, language: str) -> None:
        kind = state.get("Type") if isinstance(state, Mapping) else None
        if not isinstance(kind, str) or kind not in TYPES:
            self._bad(f"{path}/Type", f"Value is not one of {', '.join(TYPES)}")
            return
        own = str(state.get("QueryLanguage", language))
        if own not in ("JSONPath", "JSONata") or (language, own) == ("JSONata", "JSONPath"):
            self._bad(f"{path}/QueryLanguage", f"The query language {own} is not admitted")
        self._fields(state, allowed(kind, own), path)
        for one in TYPES[kind].required:
            if one not in state:
                self._bad(path, f"The field '{one}' is required")
        if TYPES[kind].moves:
            ends = state.get("End") is True
            if ends == ("Next" in state):
                self._bad(path, "Exactly one of 'Next' and 'End' is required")
        if kind == "Wait" and len(WAITS & set(state)) != 1:
            self._bad(path, f"Exactly one of {', '.join(sorted(WAITS))} is required")
        if kind == "Task" and not str(state.get("Resource", "arn:")).startswith("arn:"):
            self._bad(f"{path}/Resource", "Value is not a valid resource ARN")
        self._handlers(state, path)
        self._inner(state, kind, path, own)

    def _inner(self, state: Mapping[str, Any], kind: str, path: str, language: str) -> None:
        if kind == "Choice":
            rules = _objects(state.get("Choices"))
            if not rules:
                self._bad(f"{path}/Choices", "The value must be a non-empty array")
            for number, one in enumerate(rules):
                if "Next" not in one:
                    self._bad(f"{path}/Choices[{number}]", "The field 'Next' is required")
                if not CHOICE_RULE[language] & set(one):
                    names = ", ".join(sorted(CHOICE_RULE[language]))
                    self._bad(f"{path}/Choices[{number}]", f"One of {names} is required")
        elif kind == "Parallel":
            branches = state.get("Branches")
            if not isinstance(branches, list) or not branches:
                self._bad(f"{path}/Branches", "The value must be a non-empty array")
                return
            for number, one in enumerate(branches):
                self.machine(one, f"{path}/Branches[{number}]", language, MACHINE)
        elif kind == "Map":
            given = [name for name in ("ItemProcessor", "Iterator") if name in state]
            if len(given) != 1:
                self._bad(path, "The field 'ItemProcessor' is required")
            for name in given:
                self.machine(state[name], f"{path}/{name}", language, MACHINE | {"ProcessorConfig"})

    def _handlers(self, state: Mapping[str, Any], path: str) -> None:
        for name in ("Retry", "Catch"):
            given = state.get(name, [])
            listed = _objects(given)
            if not isinstance(given, list) or len(listed) != len(given):
                self._bad(f"{path}/{name}", "The value must be an array of objects")
            for number, one in enumerate(listed):
                place, errors = f"{path}/{name}[{number}]", one.get("ErrorEquals")
                if not isinstance(errors, list) or not errors:
                    self._bad(place, "The field 'ErrorEquals' must be a non-empty array")
                elif _ALL in errors and (len(errors) > 1 or number < len(listed) - 1):
                    self._bad(place, f"{_ALL} must appear alone and in the last element")
                if name == "Catch" and "Next" not in one:
                    self._bad(place, "The field 'Next' is required")

    def _fields(self, document: Mapping[str, Any], known: frozenset[str], path: str) -> None:
        for name in document:
            if name not in known:
                self._bad(f"{path}/{name}", f"Field '{name}' is not supported")


def _targets(state: Any, path: str) -> Iterator[tuple[str, str]]:
    """The transitions of a state, each with its place."""
    if not isinstance(state, Mapping):
        return
    for name in ("Next", "Default"):
        if name in state:
            yield f"{path}/{name}", str(state[name])
    for name in ("Choices", "Catch"):
        for number, one in enumerate(_objects(state.get(name))):
            if "Next" in one:
                yield f"{path}/{name}[{number}]/Next", str(one["Next"])


def _is_terminal(state: Any) -> bool:
    return isinstance(state, Mapping) and (state.get("Type") in ("Succeed", "Fail") or state.get("End") is True)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
