"""Find assertions that may never run, and tests that cannot fail."""

from __future__ import annotations

import ast
import builtins
import contextlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from nonempty_expressions import Known, proves

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_EMPTY: Final = ("[]", "{}", "()", "set()", "''")
_EXPECTING: Final = ("raises", "warns", "fail")


@dataclass(frozen=True, slots=True)
class Problem:
    """One assertion, or one test."""

    line: int
    text: str


def problems(source: str, helpers: Collection[str] | None = None) -> list[Problem]:
    """Tests and assertions of a module that cannot fail.

    Args:
        source: the module.
        helpers: names of functions that assert (see `asserting`); those of the module alone by default.
    """
    tree = ast.parse(source)
    known = Known.of_module(tree)
    constants = _defined(tree)
    helpers = asserting([source]) if helpers is None else helpers
    found: list[Problem] = []
    for function in _functions(tree):
        found += _Scan(function, known, constants).found
        if function.name.startswith("test_") and not _asserts(function) and not _called(function) & set(helpers):
            found.append(Problem(function.lineno, f"{function.name} asserts nothing"))
    found += [
        Problem(node.lineno, f"`{always}` always holds")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "assert " in node.value
        for always in _always_within(node.value)
    ]
    return sorted(found, key=lambda one: one.line)


def asserting(sources: Iterable[str]) -> set[str]:
    """Names of the functions of some modules that assert, themselves or by one that does."""
    functions = [one for source in sources for one in _functions(ast.parse(source)) if not one.name.startswith("test_")]
    names = {one.name for one in functions if _asserts(one)}
    calls = [(one.name, _called(one)) for one in functions]
    while more := {name for name, called in calls if called & names} - names:
        names |= more
    return names


def _functions(tree: ast.AST) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def _asserts(node: ast.AST) -> bool:
    """Whether an assertion or an expected exception is in there."""
    return any(
        isinstance(one, ast.Assert)
        or (isinstance(one, ast.Attribute) and one.attr in _EXPECTING and ast.unparse(one.value) == "pytest")
        for one in ast.walk(node)
    )


def _defined(tree: ast.Module) -> set[str]:
    """Names that a module itself defines: each is the same in every case of a parametrized test."""
    functions = {node.name for node in tree.body if isinstance(node, Function | ast.ClassDef)}
    assigned = (target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets)
    return functions | {target.id for target in assigned if isinstance(target, ast.Name)}


def _called(node: ast.AST) -> set[str]:
    """Names of what is called in there: `made.done()` is `done`."""
    functions = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in functions}


class _Scan:
    """The assertions of one function."""

    def __init__(self, function: Function, known: Known, constants: set[str]) -> None:
        self.found: list[Problem] = []
        self._known = known.within(function)
        self._given = _given(function)
        self._constants = constants
        self._is_test = function.name.startswith("test_")
        shown = (proves(one.test, self._known) for one in ast.walk(function) if isinstance(one, ast.Assert))
        self._counted: frozenset[str] = frozenset().union(*shown)
        self._block(function.body)

    def _block(self, body: list[ast.stmt]) -> None:
        for at, node in enumerate(body):
            if isinstance(node, Function | ast.ClassDef):
                continue
            if isinstance(node, ast.If):
                self._if(node, body[at + 1 :])
            elif isinstance(node, ast.For):
                self._for(node)
            elif isinstance(node, ast.Try):
                self._try(node)
            elif isinstance(node, ast.With) and _suppresses(node) and _asserts(node):
                self._add(node, "an assertion under contextlib.suppress")
            if isinstance(node, ast.Assert):
                self._assertion(node)
                self._known = self._known.after(node)
            elif isinstance(node, ast.Assign):
                self._known = self._known.after(node)
            for inner in ("body", "orelse", "finalbody"):
                self._block(getattr(node, inner, []))
            for handler in getattr(node, "handlers", []):
                self._block(handler.body)

    def _if(self, node: ast.If, rest: list[ast.stmt]) -> None:
        names = {one.id for one in ast.walk(node.test) if isinstance(one, ast.Name)} - set(dir(builtins))
        if names & self._given and names <= self._given | self._constants:
            return
        one, other = (any(map(_asserts, branch)) for branch in (node.body, node.orelse))
        if one != other and not _skips(node):
            leaves = isinstance(node.body[-1], ast.Return | ast.Continue)
            if not (one and leaves and any(map(_asserts, rest))):
                self._add(node, f"an assertion under `if {ast.unparse(node.test)}`, which may never hold")
        if not one and isinstance(node.body[-1], ast.Return | ast.Continue) and any(map(_asserts, rest)):
            self._add(node, f"assertions after `if {ast.unparse(node.test)}` leaves")

    def _for(self, node: ast.For) -> None:
        if not any(map(_asserts, node.body)) or self._known.holds(node.iter):
            return
        if not set(_grown(node)) & self._counted:
            self._add(node, f"an assertion in a loop over `{ast.unparse(node.iter)}`, which may be empty")

    def _try(self, node: ast.Try) -> None:
        if node.handlers and all(
            map(any, (map(_asserts, branch) for branch in (*(h.body for h in node.handlers), node.orelse)))
        ):
            return
        for handler in node.handlers if self._is_test else []:
            if not any(isinstance(one, ast.Raise) for one in ast.walk(handler)):
                self._add(handler, "an exception is swallowed: use pytest.raises, or let it through")

    def _assertion(self, node: ast.Assert) -> None:
        test = node.test
        if always := _always(test):
            self._add(node, f"`{always}` always holds")
        for one in ast.walk(test):
            if isinstance(one, ast.Call) and _call(one) == "all":
                self._over(one.args[0], node, filters=True)
            if isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.Not):
                if isinstance(one.operand, ast.Call) and _call(one.operand) == "any":
                    self._over(one.operand.args[0], node, filters=True)
                else:
                    self._over(one.operand, node)
            if isinstance(one, ast.Compare) and len(one.ops) == 1:
                right = ast.unparse(one.comparators[0])
                if isinstance(one.ops[0], ast.Eq) and right in _EMPTY and _filters(one.left):
                    self._over(one.left, node)
                if isinstance(one.ops[0], ast.Lt | ast.LtE):
                    self._over(one.left, node, filters=True)

    def _over(self, made: ast.expr, node: ast.Assert, *, filters: bool = False) -> None:
        """A comprehension that has to be made of something; `filters`: and of what its conditions let through."""
        if isinstance(made, ast.Call) and _call(made) == "set" and len(made.args) == 1:
            made = made.args[0]
        if not isinstance(made, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
            return
        if filters and any(one.ifs for one in made.generators):
            self._add(node, f"`{ast.unparse(made)}` may be empty: wrap what it filters in nonempty()")
        elif not self._known.holds(made.generators[0].iter):
            self._add(node, f"`{ast.unparse(made.generators[0].iter)}` may be empty: wrap it in nonempty()")

    def _add(self, node: ast.stmt | ast.excepthandler, text: str) -> None:
        self.found.append(Problem(node.lineno, text))


def _always(test: ast.expr) -> str:
    """The part of an assertion that makes it hold whatever happens, or nothing."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    return next((ast.unparse(one) for one in parts if isinstance(one, ast.Tuple) or _truth(one)), "")


def _always_within(program: str) -> Iterator[str]:
    """The same of the lines of a program that a test runs in another process."""
    for line in program.splitlines():
        with contextlib.suppress(SyntaxError):
            yield from (
                _always(one.test)
                for one in ast.walk(ast.parse(line.strip()))
                if isinstance(one, ast.Assert) and _always(one.test)
            )


def _truth(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def _call(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _filters(node: ast.expr) -> bool:
    """Whether a comprehension leaves out some of its items; one that does not is empty when its source is."""
    return any(isinstance(one, ast.comprehension) and one.ifs for one in ast.walk(node))


def _grown(loop: ast.For) -> Iterator[str]:
    """What a loop counts or collects: an assertion on it afterwards shows that the loop ran."""
    for one in ast.walk(loop):
        if isinstance(one, ast.AugAssign):
            yield ast.unparse(one.target)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ("add", "append"):
            yield ast.unparse(one.func.value)


def _suppresses(node: ast.With) -> bool:
    return any("suppress(" in ast.unparse(item.context_expr) for item in node.items)


def _skips(node: ast.If) -> bool:
    return any("pytest.skip" in ast.unparse(one) for one in node.body)


def _given(function: Function) -> set[str]:
    """Names whose values are listed where the test is declared; a helper's arguments are its callers' matter."""
    if not function.name.startswith("test_"):
        return {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    names: set[str] = set()
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            given = ast.literal_eval(decorator.args[0])
            names |= {one.strip() for one in (given.split(",") if isinstance(given, str) else given)}
    return names
