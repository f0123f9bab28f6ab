"""Read ``policies/waivers.yaml``: entries, or one error with file, line, key and the nearest allowed key."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lakekit_policies.errors import LEDGER, GateError
from lakekit_policies.shared.regular_file import read_regular_text
from lakekit_policies.shared.yaml_text import YamlProblemError, parse_yaml
from lakekit_policies.waivers.entry import Entry

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_Key = tuple[str | int, ...]
# Problems beyond these are counted: a file of another kind has hundreds.
_MAX_PROBLEMS = 20


def read_ledger(file: Path) -> list[Entry]:
    """The waivers of a ledger, in the order of the file.

    Raises:
        GateError: with the code ``ledger``: the file is missing, unreadable or not a valid ledger.
    """
    from pydantic import ValidationError  # noqa: PLC0415  # most projects have no ledger, and need not load it

    from lakekit_policies.waivers.model import WaiverFile  # noqa: PLC0415

    data, lines = _parse(file)
    try:
        ledger = WaiverFile.model_validate(data)
    except ValidationError as error:
        # Report misspelt keys first: they often explain a missing key.
        details = sorted(error.errors(), key=lambda one: (one["type"] != "extra_forbidden", _line(lines, one["loc"])))
        problems = [_describe_error(detail, file, lines) for detail in details[:_MAX_PROBLEMS]]
        if len(details) > _MAX_PROBLEMS:
            problems.append(f"and {len(details) - _MAX_PROBLEMS} more problems")
        raise GateError(LEDGER, "\n".join(problems)) from error
    shown = _relative(file)
    return [
        Entry(
            policy=waiver.policy,
            path=waiver.path.strip("/"),
            address=waiver.address,
            environment=waiver.environment,
            reason=" ".join(waiver.reason.split()),
            owner=waiver.owner,
            ticket=waiver.ticket,
            expires=waiver.expires.isoformat(),
            source=f"{shown}:{lines[('waivers', number)]}",
        )
        for number, waiver in enumerate(ledger.waivers)
    ]


def schema() -> str:
    """The JSON Schema of a ledger, for completion and validation in editors."""
    from lakekit_policies.waivers.model import WaiverFile  # noqa: PLC0415

    generated = WaiverFile.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Lakekit waivers"}
    return json.dumps({**generated, **head}, indent=2, ensure_ascii=False) + "\n"


def _parse(file: Path) -> tuple[Any, Mapping[_Key, int]]:
    try:
        text = read_regular_text(file)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise GateError(LEDGER, f"{file}: cannot be read: {reason}") from error
    try:
        node, data = parse_yaml(text)
    except YamlProblemError as error:
        raise GateError(LEDGER, f"{error.where(file)}: {error.problem}") from error
    lines: dict[_Key, int] = {}
    if isinstance(node, yaml.Node):
        _record_lines(node, (), lines, file)
    if not isinstance(data, dict):
        raise GateError(LEDGER, f"{file}: holds no mapping. Start with `waivers:` and a list below it.")
    return data, lines


def _record_lines(node: yaml.Node, at: _Key, lines: dict[_Key, int], file: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = (*at, str(key_node.value))
            if key in lines:
                line = key_node.start_mark.line + 1
                raise GateError(
                    LEDGER, f"{file}:{line}: duplicate key {key[-1]!r} (first defined on line {lines[key]})"
                )
            lines[key] = key_node.start_mark.line + 1
            _record_lines(value_node, key, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*at, number)] = item.start_mark.line + 1
            _record_lines(item, (*at, number), lines, file)


def _line(lines: Mapping[_Key, int], key: _Key) -> int:
    while key and key not in lines:
        key = key[:-1]
    return lines.get(key, 1)


def _describe_error(detail: ErrorDetails, file: Path, lines: Mapping[_Key, int]) -> str:
    from lakekit_policies.shared.invalid_values import describe, describe_value  # noqa: PLC0415  # most projects have no ledger
    from lakekit_policies.waivers.model import WaiverEntry, WaiverFile  # noqa: PLC0415

    key = detail["loc"]
    where = f"{file}:{_line(lines, key)}"
    model = WaiverEntry if len(key) > 1 else WaiverFile
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(key[-1]), model.model_fields, 1, 0.5)
        fix = f"Did you mean {near[0]!r}?" if near else f"Known keys here: {', '.join(model.model_fields)}."
        return f"{where}: unknown key {key[-1]!r}. {fix}"
    if detail["type"] == "missing":
        return f"{where}: the key {key[-1]!r} is missing. {model.model_fields[str(key[-1])].description}"
    if key and isinstance(key[-1], str) and key[-1] in model.model_fields:
        problem = describe_value(detail, str(key[-1]))
        return f"{where}: {problem}. {model.model_fields[key[-1]].description}"
    return f"{where}: {describe(detail)[0]}."


def _relative(file: Path) -> str:
    """Path as written in the project."""
    absolute = file.resolve()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(file)
