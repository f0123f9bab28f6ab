"""Regular expressions of the gate take no more than linear time in runs of white space.

Two repeats that match the same white space, with nothing between them that has to be there, try every division of a
run; so does a search for an expression that begins with such a repeat, from every place in the run.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import lakekit_policies
from nonempty import nonempty

ROOT = Path(lakekit_policies.__file__).parent
SPACE = " \n\t"
SEARCHES = {"search", "finditer", "findall", "sub", "subn", "split"}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
MATCHED = {codes.CATEGORY_SPACE: True, codes.CATEGORY_NOT_WORD: True, codes.CATEGORY_NOT_DIGIT: True}
Items = Sequence[tuple[Any, Any]]


def matched(item: tuple[Any, Any], flags: int) -> set[str]:
    """The white space that an item of one character matches."""
    code, value = item
    if code is codes.LITERAL:
        return {one for one in SPACE if ord(one) == value}
    if code is codes.NOT_LITERAL:
        return {one for one in SPACE if ord(one) != value}
    if code is codes.ANY:
        return set(SPACE) if flags & re.DOTALL else set(SPACE) - {"\n"}
    if code is not codes.IN:
        return set()
    listed = {one for one in SPACE for part in value if in_class(part, ord(one))}
    return set(SPACE) - listed if value[0][0] is codes.NEGATE else listed


def in_class(part: tuple[Any, Any], character: int) -> bool:
    code, value = part
    if code is codes.LITERAL:
        return bool(value == character)
    if code is codes.RANGE:
        return bool(value[0] <= character <= value[1])
    return code is codes.CATEGORY and MATCHED.get(value, False)


def inner(item: tuple[Any, Any]) -> list[Items]:
    """The sequences inside of an item."""
    code, value = item
    if code in REPEATS:
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    return [value[1]] if code in (codes.ASSERT, codes.ASSERT_NOT) else []


def is_optional(item: tuple[Any, Any]) -> bool:
    code, value = item
    if code is codes.AT:
        return value is not codes.AT_BEGINNING
    if code in (codes.ASSERT, codes.ASSERT_NOT) or (code in REPEATS and value[0] == 0):
        return True
    return any(all(map(is_optional, one)) for one in inner(item))


def edge(items: Items, flags: int, *, last: bool = False) -> set[str]:
    """The white space that an unbounded repeat at the beginning of a sequence matches, or at its end."""
    found: set[str] = set()
    for item in reversed(items) if last else items:
        code, value = item
        if code in REPEATS and value[1] is codes.MAXREPEAT and len(value[2]) == 1 and matched(value[2][0], flags):
            found |= matched(value[2][0], flags)
        elif code not in (codes.ASSERT, codes.ASSERT_NOT):
            found |= {one for part in inner(item) for one in edge(part, flags, last=last)}
        if not is_optional(item):
            break
    return found


def is_adjacent(items: Items, flags: int) -> bool:
    """Whether two repeats that can follow each other match the same white space."""
    for index, item in enumerate(items):
        if edge([item], flags, last=True) & edge(items[index + 1 :], flags):
            return True
        if any(is_adjacent(part, flags) for part in inner(item)):
            return True
    return False


def begins_with_space(items: Items, flags: int) -> bool:
    """Whether a search tries every beginning in a run of white space."""
    rest = list(items)
    while rest and rest[0][0] is codes.AT:
        if rest[0][1] is codes.AT_BEGINNING_STRING or not flags & re.MULTILINE:
            return False
        return "\n" in edge(rest[1:], flags)
    if not rest or rest[0][0] in (codes.ASSERT, codes.ASSERT_NOT):
        return False
    if len(rest) == 1 and rest[0][0] is codes.BRANCH:
        return any(begins_with_space(part, flags) for part in inner(rest[0]))
    # A repeat alone matches the complete run at once.
    return len(rest) > 1 and bool(edge(rest, flags))


def problem(pattern: str, flags: int, *, searched: bool) -> str | None:
    tree = parser.parse(pattern, flags)
    flags |= tree.state.flags
    if is_adjacent(tree, flags):
        return "adjacent repeats"
    return "begins with white space" if searched and begins_with_space(tree, flags) else None


def expressions() -> Iterator[tuple[str, str, int, bool]]:
    """Place, pattern, flags and whether it is searched, of every expression of the package."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}
    used: dict[tuple[Path | None, str], set[str]] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.setdefault((path, node.value.id), set()).add(node.attr)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                used.setdefault((None, node.value.attr), set()).add(node.attr)
    for path, tree in trees.items():
        if not any(isinstance(node, ast.Name) and node.id == "re" for node in ast.walk(tree)):
            continue
        name = ".".join(("lakekit_policies", *path.relative_to(ROOT).with_suffix("").parts))
        module = importlib.import_module(name.removesuffix(".__init__"))
        for variable, value in vars(module).items():
            parts = [value] if isinstance(value, re.Pattern) else value if isinstance(value, tuple) else ()
            for one in parts:
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    methods = used.get((path, variable), set()) | used.get((None, variable), set())
                    methods &= {*SEARCHES, "match", "fullmatch"}
                    yield f"{name}.{variable}", one.pattern, one.flags, not methods or bool(methods & SEARCHES)
        for node in ast.walk(tree):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
            if is_call and ast.unparse(node.func).startswith("re.") and isinstance(node.args[0], ast.Constant):
                pattern = node.args[0].value
                if isinstance(pattern, str) and node.func.attr != "compile":
                    yield f"{name}:{node.lineno}", pattern, 0, node.func.attr in SEARCHES


def test_no_expression_divides_runs_of_white_space() -> None:
    found = list(nonempty(expressions()))
    assert len(found) > 200
    problems = {(place, problem(pattern, flags, searched=searched)) for place, pattern, flags, searched in found}
    assert sorted(str(one) for one in problems if one[1]) == []


@pytest.mark.parametrize(
    ("pattern", "is_linear"),
    [
        (r"a\s*(?:b)?\s*c", False),
        (r"a\s*(?:b\s*)?c", True),
        (r"a[ \t]*(.*)\n", False),
        (r"a(.*)\n", True),
        (r"\s*a", False),
        (r"(?m)^\s*a", False),
        (r"(?m)^[ \t]*a", True),
        (r"^\s*a", True),
        (r"a(?:\s+x)*\s+b", True),
        (r"\d+|\D+", True),
        (r"a\s+[\w\s]*b", False),
        (r"a[^=]*(?:=\s*b)?\s*c", False),
    ],
)
def test_expressions_that_divide_runs(pattern: str, is_linear: bool) -> None:
    assert (problem(pattern, 0, searched=True) is None) is is_linear
