"""Read the labels of checkov's examples: which resources a check must fail and must pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path("tests/terraform/checks/resource/aws")
CHECKS = Path("checkov/terraform/checks/resource/aws")


@dataclass(frozen=True, slots=True)
class Example:
    """A folder of Terraform files with labels.

    Attributes:
        folder: the folder.
        check: id of the check that it belongs to.
        failing: addresses of resources that the check must fail.
        passing: addresses of resources that the check must pass.
    """

    folder: Path
    check: str
    failing: frozenset[str]
    passing: frozenset[str]


def read(checkout: Path) -> Iterator[Example]:
    """Every example of AWS resources whose labels are literals."""
    for file in sorted((checkout / TESTS).glob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        named = re.search(r"\b(example_\w+)", text)
        module = re.search(r"checks\.resource\.aws\.(\w+)", text)
        if not named or not module or not (file.parent / named[1]).is_dir():
            continue
        labels = _sets(ast.parse(text))
        check = _check_id(checkout / CHECKS / f"{module[1]}.py")
        if check and labels:
            folder = file.parent / named[1]
            # A test may also read a plan with other resources.
            declared = set(re.findall(r'^resource "?(\w+)"? "?([\w-]+)"?', _text(folder), re.M))
            failing, passing = (
                frozenset(one for one in labels.get(name, ()) if tuple(one.partition("[")[0].split(".")) in declared)
                for name in ("failing_resources", "passing_resources")
            )
            yield Example(folder, check, failing, passing)


def _text(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tf")))


def _sets(tree: ast.Module) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("failing_resources", "passing_resources"):
                found[name] = found.get(name, frozenset()) | frozenset(ast.literal_eval(node.value))
    return found


def _check_id(file: Path) -> str:
    found = re.search(r"\bid\s*=\s*[\"'](CKV\w+)[\"']", file.read_text(encoding="utf-8")) if file.is_file() else None
    return found[1] if found else ""
