"""Plans in which every argument that a rule reads is unknown until apply: ``python all_unknown.py FOLDER``.

A process of its own, because the rules load checkov in part.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lakekit_policies import Verdict
from lakekit_policies.gate.evaluator import Evaluator
from lakekit_policies.terraform import block_schema, schema

Document = dict[str, Any]

SOURCE = "data.external.x"
COMMON = {
    *("allocation_id", "bucket", "configuration", "connectivity_type", "description", "instance", "key_id", "policy"),
    *("resource_id", "secret_id", "storage_encrypted", "subnet_id", "tags", "target_key_id", "vpc_id"),
}
"""Arguments that rules ask for later, or of other resources."""
EXPRESSION = {"references": [f"{SOURCE}.result", SOURCE]}
QUEUE = "aws_sqs_queue.y"
COMPUTED = {"references": [f"{QUEUE}.id", QUEUE]}
"""Of `length(aws_sqs_queue.y.id) > 3`: a plan lists the reference, not the comparison."""
FORMS = ("dynamic", "written", "computed")
"""Blocks that are dynamic, or written with unknown arguments; booleans and numbers computed from the id of a queue."""


class _Asked(dict[str, Any]):
    """An empty configuration that records which arguments a check asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return False

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return default


def _arguments(evaluator: Evaluator) -> dict[str, set[str]]:
    """The arguments of each AWS type that the rules of a resource ask for first."""
    # After the gate has prepared checkov for its import.
    registry = import_module("checkov.terraform.checks.resource.registry").resource_registry
    attributes = import_module("lakekit_policies.engine.runner").attributes
    ids = evaluator.rules.python_checks("synth") | evaluator.rules.python_checks("plan")
    found: dict[str, set[str]] = {}
    for kind, checks in registry.checks.items():
        for check in checks:
            if check.id not in ids or not kind.startswith("aws_"):
                continue
            names = _names(check, kind)
            found.setdefault(kind, set()).update(
                one for one in names if one.isidentifier() and not one.startswith("__") and not one.endswith("_")
            )
    for graph_check in evaluator.rules.graph_checks:
        for kind in graph_check.resource_types:
            found.setdefault(kind, set()).update(attributes(graph_check))
    for kind, names in found.items():
        names.update(block_schema.of_type(kind))
    return {kind: (names | COMMON) - {"count"} for kind, names in sorted(found.items())}


def _names(check: Any, kind: str) -> set[str]:
    asked = _Asked()
    if hasattr(check, "get_inspected_key"):
        asked.names.add(str(check.get_inspected_key()).partition("/")[0])
    problems = getattr(check, "problems", None)
    check.entity_type = kind
    try:
        if problems is not None:
            list(problems(asked))
        else:
            check.scan_entity_conf(asked, kind)
    except Exception:  # an empty configuration is no configuration
        return asked.names
    return asked.names


def _write(path: Path, of_types: dict[str, set[str]], form: str) -> Path:
    """Write a plan with one resource of each type in one of ``FORMS``."""
    planned, changes, configured = [], [], []
    for kind, names in of_types.items():
        head = {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x"}
        values, later, expressions = _block(kind, (), names, form)
        planned.append({**head, "values": values})
        change = {"actions": ["create"], "before": None, "after": values, "after_unknown": later}
        changes.append({**head, "change": change})
        configured.append({**head, "provider_config_key": "aws", "expressions": expressions})
    queue = {"address": QUEUE, "mode": "managed", "type": "aws_sqs_queue", "name": "y"}
    planned.append({**queue, "values": {}})
    change = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"id": True}}
    changes.append({**queue, "change": change})
    configured.append({**queue, "provider_config_key": "aws", "expressions": {}})
    source = {"address": SOURCE, "mode": "data", "type": "external", "name": "x", "provider_config_key": "external"}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.12.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": [*configured, {**source, "expressions": {}}]}},
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _block(kind: str, path: tuple[str, ...], names: set[str], form: str) -> tuple[Document, Document, Document]:
    """Values, unknown values and expressions of a resource or a block."""
    values: Document = {}
    later: Document = {}
    expressions: Document = {}
    for name in sorted(names):
        place = (*path, name)
        found = block_schema.find(kind, place)
        if found is None:
            is_computed = form == "computed" and schema.load().takes_no_identity(kind, name)
            later[name], expressions[name] = True, COMPUTED if is_computed else EXPRESSION
        elif form == "dynamic":
            later[name] = True
        elif path.count(name) < 2:
            inner = _block(kind, place, {*found.arguments, *found.blocks}, form)
            values[name], later[name], expressions[name] = ([one] for one in inner)
    return values, later, expressions


def _write_stack(folder: Path, of_types: dict[str, set[str]]) -> Path:
    """Write a stack with one resource of each type, whose arguments are all expressions."""
    resources: Document = {"aws_sqs_queue": {"y": {}}}
    for kind, names in of_types.items():
        resources.setdefault(kind, {})["x"] = _arguments_of(kind, (), names)
    folder.mkdir()
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": resources}), encoding="utf-8")
    return folder


def _arguments_of(kind: str, path: tuple[str, ...], names: set[str]) -> Document:
    """Expressions of a resource or a block: booleans and numbers computed from an id, other values of variables."""
    written: Document = {}
    for name in sorted(names):
        place = (*path, name)
        found = block_schema.find(kind, place)
        if found is not None and path.count(name) < 2:
            written[name] = [_arguments_of(kind, place, {*found.arguments, *found.blocks})]
        elif found is None:
            is_computed = schema.load().takes_no_identity(kind, name)
            written[name] = f"${{length({QUEUE}.id) > 3}}" if is_computed else "${var.given}"
    return written


def _stated(verdict: Verdict) -> Iterator[tuple[str, str, str]]:
    """Rule, type and reason of what is reported as a fact."""
    for one in (*verdict.findings, *verdict.warnings):
        unknown = ("not known", "unless a dynamic block", "unless by a dynamic block", "known after apply")
        if one.address.endswith(".x") and not any(text in one.reason for text in unknown):
            yield one.rule_id, one.address.partition(".")[0], one.reason


def main(folder: Path) -> None:
    """Print the number of types and what is stated in each form."""
    evaluator = Evaluator.load()
    of_types = _arguments(evaluator)
    found = {
        form: list(_stated(evaluator.evaluate_plan(_write(folder / "plan.json", of_types, form)))) for form in FORMS
    }
    found["stack"] = list(_stated(evaluator.evaluate_synth(_write_stack(folder / "out", of_types))))
    sys.stdout.write(json.dumps({"types": len(of_types), "stated": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
