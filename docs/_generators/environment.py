"""The environment file reference, generated from the pydantic models."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lakekit.environment import Environment
from lakekit.environment.tiers import TIERS, Tier, TierDefaults

from .markdown import NOTICE, code, table, text

BY_TIER: Mapping[str, str] = {
    "lake.zones.<name>.noncurrent_days": "noncurrent_days",
    "lake.zones.<name>.force_destroy": "force_destroy",
    "network.zones": "zones",
    "processing.athena.scan_limit_gb": "scan_limit_gb",
    "snowflake.workloads.<name>.size": "warehouse_size",
    "snowflake.workloads.<name>.monthly_credits": "warehouse_credits",
}
"""Keys whose default comes from the tier, with the attribute of `TierDefaults` that decides."""

INTRODUCTION = """\
# Environment file reference

An environment is one YAML file, `stacks/environments/<environment>.yaml`. Unknown keys are errors; every error names
file, line, key and fix. `lakekit env new NAME` writes a file, `lakekit env schema` prints the JSON Schema for editors,
and `lakekit env validate` checks all files.
"""


def render() -> str:
    """Return the page: every section with key, type, default and description, then the defaults of each tier."""
    parts = [NOTICE, INTRODUCTION]
    for path, model in sections():
        parts.append(f"## {code(path) if path else 'Top level'}\n\n{text(_first_line(model))}\n")
        parts.append(table(("key", "type", "default", "description"), _rows(path, model)))
    parts.append(_tiers())
    return "\n".join(parts)


def sections() -> list[tuple[str, type[BaseModel]]]:
    """Every section of an environment file: its dotted path and its model, outer sections first."""
    return list(_walk("", Environment))


def _walk(path: str, model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    yield path, model
    for name, field in model.model_fields.items():
        at = f"{path}.{name}" if path else name
        models = _models(field.annotation)
        mapping = getattr(field.annotation, "__origin__", None) is dict
        for inner in models:
            suffix = ".<name>" if mapping else ("[]" if _is_sequence(field.annotation) else "")
            label = f" (kind: {_kind(inner)})" if len(models) > 1 else ""
            yield from _walk(f"{at}{suffix}{label}", inner)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in get_args(annotation):
        found += [model for model in _models(argument) if model not in found]
    return found


def _is_sequence(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in (tuple, list)


def _kind(model: type[BaseModel]) -> str:
    return str(get_args(model.model_fields["kind"].annotation)[0])


def _rows(path: str, model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    schema = model.model_json_schema()
    for name, field in model.model_fields.items():
        at = f"{path}.{name}" if path else name
        yield code(name), _type(schema["properties"][name], schema), _default(at, field), text(field.description or "")


def _type(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """A JSON Schema type in words, with its limits."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return _type(target, root) if "properties" not in target else "section"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_type(one, root) for one in schema[key]))
    if "enum" in schema:
        return ", ".join(code(str(value)) for value in schema["enum"])
    if "const" in schema:
        return code(str(schema["const"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'], root)}"
    return _map(schema, root) if schema.get("type") == "object" else _limits(schema)


def _map(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    patterns = schema.get("patternProperties", {})
    values = next(iter(patterns.values()), schema.get("additionalProperties"))
    return f"map of name to {_type(values, root)}" if isinstance(values, Mapping) else "section"


def _limits(schema: Mapping[str, Any]) -> str:
    kind = str(schema.get("type", "any"))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{kind}, {low} to {high}"
    if low is not None:
        return f"{kind}, at least {low}"
    if high is not None:
        return f"{kind}, at most {high}"
    return kind


def _default(path: str, field: FieldInfo) -> str:
    if path in BY_TIER:
        values = ", ".join(f"{tier} {_plain(getattr(TIERS[tier], BY_TIER[path]))}" for tier in Tier)
        return f"by tier: {values}"
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, Mapping) and value and all(isinstance(one, BaseModel) for one in value.values()):
        return ", ".join(code(name) for name in value)
    return code(_plain(value))


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_plain(one) for one in value) + "]"
    return value if isinstance(value, str) else json.dumps(value)


def _first_line(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")


def _tiers() -> str:
    described = dict(re.findall(r"^\s+(\w+): (.*(?:\n {12,}.*)*)", TierDefaults.__doc__ or "", re.MULTILINE))
    rows = [
        (
            code(field.name),
            *(_plain(getattr(TIERS[tier], field.name)) for tier in Tier),
            text(re.sub(r"\s+", " ", described[field.name])),
        )
        for field in dataclasses.fields(TierDefaults)
    ]
    return "## Defaults of the tiers\n\n" + table(("decision", *(str(tier) for tier in Tier), "meaning"), rows)
