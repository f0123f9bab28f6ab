"""The public API as a type checker and `help()` see it: types, signatures, one place to import from."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import re
import resource
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import lakekit
from lakekit.bindings import Construct

LAYERS: Final = (
    "iam",
    "storage",
    "network",
    "monitoring",
    "catalog",
    "governance",
    "processing",
    "streaming",
    "snowflake",
)
_SECONDS: Final = 60
"""Processor time with a cold cache, which the load of other tests hardly changes; 12 seconds were measured."""

TEAM: Final = """
from lakekit import Environment, LakehouseApp, TeamStack, Zone
from lakekit.iam import ServiceRole

class ShopStack(TeamStack):
    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "shop", owner="shop@acme.example")
        self.zone = Zone(self, "Shop")
        self.zone.grant_read(ServiceRole(self, "Job", service="glue", description="Reads orders"), "orders/")
        reveal_type(self.zone.bucket.resource)
        reveal_type(self.zone.bucket.resource.arn)
        Zone(self, "Wrong", nmae="wrong")
"""


def modules(layer: str) -> list[ModuleType]:
    package = importlib.import_module(f"lakekit.{layer}")
    names = [f"{package.__name__}.{found.name}" for found in pkgutil.walk_packages(package.__path__)]
    return [importlib.import_module(name) for name in names]


def constructs(layer: str) -> list[type[Construct]]:
    return [
        member
        for module in modules(layer)
        for name, member in vars(module).items()
        if inspect.isclass(member)
        and issubclass(member, Construct)
        and member.__module__ == module.__name__
        and not name.startswith("_")
    ]


def attributes(construct: type[Construct]) -> set[str]:
    """Public attributes: what `__init__` and other methods assign to self, and properties."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(construct)))
    assigned = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    properties = {name for name, member in vars(construct).items() if isinstance(member, property)}
    return {name for name in assigned | properties if not name.startswith("_")}


PUBLIC: Final = [construct for layer in LAYERS for construct in constructs(layer)]


def attribute_program() -> list[str]:
    """A program that reveals the type of every attribute, with its name as a comment."""
    lines = []
    for number, construct in enumerate(PUBLIC):
        lines.append(f"from {construct.__module__} import {construct.__name__} as C{number}")
        lines.append(f"def f{number}(x: C{number}) -> None:")
        lines += [f"    reveal_type(x.{name})  # {construct.__name__}.{name}" for name in sorted(attributes(construct))]
        lines.append("    return None")
    return lines


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float]:
    """Output of mypy --strict, with a cold cache and no configuration, for a team's file and every attribute."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "team.py").write_text(TEAM)
    (folder / "attributes.py").write_text("\n".join(attribute_program()) + "\n")
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "team.py", "attributes.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.stdout.splitlines(), ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime


def test_there_are_constructs_and_attributes_to_check() -> None:
    assert len(PUBLIC) >= 20
    assert sum(len(attributes(construct)) for construct in PUBLIC) >= 80


def test_mypy_checks_a_team_file_in_seconds_with_resource_types(checked: tuple[list[str], float]) -> None:
    lines, seconds = checked
    assert seconds < _SECONDS
    said = [line.split(": ", 1)[1] for line in lines if line.startswith("team.py")]
    assert said[:2] == [
        'note: Revealed type is "lakekit.bindings.aws.s3_bucket.S3Bucket"',
        'note: Revealed type is "builtins.str"',
    ] or said[:2] == [
        'note: Revealed type is "lakekit.bindings.aws.s3_bucket.S3Bucket"',
        'note: Revealed type is "str"',
    ]
    assert 'error: Unexpected keyword argument "nmae" for "Zone"' in said[2]


def test_no_public_attribute_is_any(checked: tuple[list[str], float]) -> None:
    source = [line.partition("  # ")[2] for line in attribute_program()]
    revealed = {}
    for line in checked[0]:
        match = re.match(r'attributes\.py:(\d+): note: Revealed type is "(.*)"', line)
        if match:
            revealed[source[int(match[1]) - 1]] = match[2]
    assert set(revealed) == {name for name in source if name}
    # A policy statement is JSON.
    untyped = {name: kind for name, kind in revealed.items() if "Any" in kind.replace("dict[str, Any]", "")}
    assert not untyped


@pytest.mark.parametrize("layer", LAYERS)
def test_every_construct_is_importable_from_its_layer_package(layer: str) -> None:
    package = importlib.import_module(f"lakekit.{layer}")
    missing = [one.__name__ for one in constructs(layer) if getattr(package, one.__name__, None) is not one]
    assert not missing
    assert set(package.__all__) <= set(dir(package))


def test_help_shows_the_signature_of_a_construct() -> None:
    from lakekit import TeamStack, Zone

    assert list(inspect.signature(TeamStack).parameters)[:4] == ["app", "environment", "name", "owner"]
    assert list(inspect.signature(Zone).parameters)[:2] == ["scope", "id"]
    assert "(*args" not in str(inspect.signature(Zone))


def test_every_name_of_lakekit_is_importable() -> None:
    assert len(lakekit.__all__) > 40
    assert all(getattr(lakekit, name) is not None for name in lakekit.__all__)


def test_reference_stacks_import_only_public_modules() -> None:
    files = sorted((Path(__file__).resolve().parents[2] / "stacks").rglob("*.py"))
    assert len(files) >= 12
    imported: dict[str, str] = {}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lakekit":
                imported.setdefault(node.module or "", file.name)
    layers = (*LAYERS, "environment")
    public = {"lakekit", *(f"lakekit.{layer}" for layer in layers)}
    assert len(imported) >= 5
    assert set(imported) <= public, imported
