"""Imports: no cycles, type-only ones included; none against the direction of the layers; few loose modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[2]
PACKAGES: Final = {
    "lakekit_policies": PROJECT / "policies/lakekit_policies",
    "lakekit": PROJECT / "constructs/lakekit",
    "lakekit_cli": PROJECT / "scripts/lakekit_cli",
    "lakekit_local": PROJECT / "scripts/lakekit_local",
}
# benchmarks → scripts, stacks → constructs → policies: the packages that the files of a folder may import.
ALLOWED: Final = {
    "policies": {"lakekit_policies"},
    "constructs": {"lakekit_policies", "lakekit"},
    "stacks": {"lakekit", "foundation", "domains"},
    "scripts": {"lakekit_policies", "lakekit", "lakekit_cli", "lakekit_local"},
}
OURS: Final = {*PACKAGES, "foundation", "domains", "mutation"}
MOST_LOOSE_MODULES: Final = 6


def module_name(package: str, file: Path) -> str:
    parts = [package, *file.relative_to(PACKAGES[package]).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES: Final = {
    module_name(package, file): file for package, folder in PACKAGES.items() for file in sorted(folder.rglob("*.py"))
}


def imports(file: Path, name: str = "") -> Iterator[str]:
    """Every module that a file imports, at its top, in functions or for type checking."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in MODULES else base


def test_modules_are_found() -> None:
    assert {name.partition(".")[0] for name in MODULES} == set(PACKAGES)
    assert len(MODULES) > 500
    assert "lakekit_policies.verdict" in set(imports(MODULES["lakekit_policies"], "lakekit_policies"))


def test_no_import_cycles() -> None:
    graph = {name: {one for one in imports(file, name) if one in MODULES} - {name} for name, file in MODULES.items()}
    # The order exists without cycles only: otherwise CycleError names the modules of one.
    assert set(TopologicalSorter(graph).static_order()) == set(MODULES)


@pytest.mark.parametrize("folder", ALLOWED)
def test_imports_keep_the_direction_of_the_layers(folder: str) -> None:
    files = sorted((PROJECT / folder).rglob("*.py"))
    names = {file: name for name, file in MODULES.items()}
    assert files
    wrong = {
        f"{file.relative_to(PROJECT)} imports {one}"
        for file in files
        for one in imports(file, names.get(file, ""))
        if one.partition(".")[0] in OURS - ALLOWED[folder]
    }
    assert wrong == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_few_loose_modules_at_the_top_of_a_package(package: str) -> None:
    loose = [file.name for file in sorted(PACKAGES[package].glob("*.py"))]
    assert "__init__.py" in loose
    assert len(loose) - 1 <= MOST_LOOSE_MODULES, loose
