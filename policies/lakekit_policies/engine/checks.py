"""Find and load the checks to run: curated ids of checkov, and additional rule files."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from checkov.common.checks.base_check import BaseCheck
from checkov.common.checks_infra.checks_parser import GraphCheckParser
from checkov.common.checks_infra.registry import Registry
from checkov.terraform.checks.resource.registry import resource_registry

from lakekit_policies.engine import strict_imports
from lakekit_policies.errors import GateError

_FOLDERS: Final = (
    ("terraform", "checks", "resource", "aws"),
    ("terraform", "checks", "data", "aws"),
    ("terraform", "checks", "provider", "aws"),
    ("terraform", "checks", "graph_checks", "aws"),
)
_ID: Final = re.compile(rb"[\"'](CKV2?_AWS_\d+)[\"']")


def locate(ids: Iterable[str], checkov: Path) -> dict[str, list[Path]]:
    """The files that define each id.

    Raises:
        GateError: checkov has no such id. Stock checkov runs nothing and exits 0.
    """
    wanted = set(ids)
    found: dict[str, list[Path]] = {rule: [] for rule in sorted(wanted)}
    for parts in _FOLDERS:
        for file in sorted(checkov.joinpath(*parts).iterdir()):
            if file.suffix in (".py", ".json"):
                for match in {match.decode() for match in _ID.findall(file.read_bytes())} & wanted:
                    found[match].append(file)
    if missing := [rule for rule, files in found.items() if not files]:
        raise GateError(
            "unknown_rule", f"checkov has no rule {', '.join(missing)}: correct the curated list of the pack."
        )
    return found


def load_curated(ids: Iterable[str], checkov: Path) -> tuple[set[str], list[Any]]:
    """Import the checks of these ids; returns the ids of Python checks and the graph checks.

    Raises:
        GateError: an id is unknown, or its file loads without defining it.
    """
    python, graph = set(), []
    parser = GraphCheckParser()
    for rule, files in locate(ids, checkov).items():
        for file in files:
            if file.suffix == ".json":
                graph.append(_graph_check(parser, rule, file))
            else:
                module = ".".join(("checkov", *file.relative_to(checkov).with_suffix("").parts))
                if _import(module, rule) is None:
                    raise GateError("unknown_rule", f"{file.name} does not define {rule}")
                python.add(rule)
    return python, graph


def evaluated_types(ids: Collection[str]) -> list[tuple[str, frozenset[str]]]:
    """Resource types of the registered Python checks with these ids, wildcards included."""
    found: dict[str, set[str]] = {}
    for checks in (resource_registry.checks, resource_registry.wildcard_checks):
        for kind, registered in checks.items():
            for check in registered:
                if check.id in ids:
                    found.setdefault(check.id, set()).add(kind)
    return [(rule_id, frozenset(kinds)) for rule_id, kinds in found.items()]


def _import(module: str, rule: str) -> BaseCheck | None:
    try:
        loaded = strict_imports.import_module(module)
    except GateError:
        raise
    except Exception as error:
        raise GateError("rule_import", f"checkov's {rule} ({module}) cannot be imported: {error!r}") from error
    return next((value for value in vars(loaded).values() if isinstance(value, BaseCheck) and value.id == rule), None)


def _graph_check(parser: GraphCheckParser, rule: str, file: Path) -> Any:
    raw = json.loads(file.read_text(encoding="utf-8"))
    if not parser.validate_check_config(file_path=str(file), raw_check=raw):
        raise GateError("rule_import", f"checkov's {rule} ({file.name}) is not a valid graph check")
    types = Registry._get_resource_types(raw)
    check = parser.parse_raw_check(raw, resources_types=types, check_path=str(file))
    if check.id != rule:
        raise GateError("unknown_rule", f"{file.name} defines {check.id}, expected {rule}")
    return check


def load_folder(folder: Path) -> Iterator[BaseCheck]:
    """Load a folder of checkov custom checks, one ``check`` per file.

    Raises:
        GateError: the folder is missing or empty, or a file cannot be imported or defines no check. Stock
            checkov logs that and continues without it.
    """
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_")) if folder.is_dir() else []
    if not files:
        raise GateError("rule_import", f"{folder}: no rule files there; a rule is a .py file with a `check`")
    for file in files:
        name = f"lakekit_team_rules.{file.stem}"
        spec = importlib.util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            raise GateError("rule_import", f"{file}: cannot be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise GateError("rule_import", f"{file}: cannot be imported: {error!r}") from error
        check = getattr(module, "check", None)
        if not isinstance(check, BaseCheck):
            raise GateError("rule_import", f"{file}: defines no `check`; a rule file ends in `check = TheRule()`")
        yield check
