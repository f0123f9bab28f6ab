"""Metadata of our rules from their source files, without importing them: rules import checkov, which takes seconds."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import lakekit_policies

_ROOT: Final = Path(lakekit_policies.__file__).parent
_FOLDERS: Final = ("rules", "plan_rules")
_BASE_MODULE: Final = "lakekit_policies.rule"
# Attributes of `lakekit_policies.rule.Rule`; those with a default may be missing.
_ATTRIBUTES: Final = (
    *("id", "title", "severity", "pack", "stages", "resources", "rationale", "remedy", "reference", "controls"),
)
_DEFAULTS: Final[Mapping[str, Any]] = {"pack": "baseline", "controls": {}, "resources": ()}


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Metadata of one rule, see `lakekit_policies.rule.Rule`."""

    id: str
    title: str
    severity: str
    pack: str
    stages: tuple[str, ...]
    resources: tuple[str, ...]
    rationale: str
    remedy: str
    reference: str
    controls: Mapping[str, tuple[str, ...]]
    file: str
    """Path below the folder of the package."""


@cache
def rule_sources() -> dict[str, RuleSource]:
    """Return the metadata of every rule by id, in the order of the files.

    Raises:
        LookupError: an attribute of a rule cannot be evaluated from the sources.
    """
    found = {}
    for folder in _FOLDERS:
        for file in sorted((_ROOT / folder).rglob("*.py")):
            relative = file.relative_to(_ROOT)
            if not any(part.startswith("_") for part in relative.parts):
                source = _read_rule(".".join(("lakekit_policies", *relative.with_suffix("").parts)), relative)
                found[source.id] = source
    return found


def _read_rule(module: str, relative: Path) -> RuleSource:
    names = _Names(module)
    check = names.assigned.get("check")
    if not isinstance(check, ast.Call) or not isinstance(check.func, ast.Name):
        raise LookupError(f"{module} does not end in `check = TheRule()`")
    values: dict[str, Any] = {}
    for scope, definition in names.classes(check.func.id):
        for statement in definition.body:
            name, value = _assignment(statement)
            if value is not None and name in _ATTRIBUTES:
                values.setdefault(name, scope.evaluate(value))
            elif value is not None and name == "settings":
                # A table of settings: its types are the resources, see `rules/_shared/settings_rule.py`.
                types = scope.evaluate(value, Setting=lambda kind, *_path, **_requirement: kind)
                values.setdefault("resources", tuple(dict.fromkeys(types)))
    given: dict[str, Any] = {name: values.get(name, _DEFAULTS.get(name)) for name in _ATTRIBUTES}
    given["stages"], given["resources"] = tuple(given["stages"]), tuple(given["resources"])
    return RuleSource(**given, file=f"lakekit_policies/{relative.as_posix()}")


@dataclass
class _Names(Mapping[str, Any]):
    """Names of a module, evaluated from its source when they are used."""

    module: str
    assigned: dict[str, ast.expr] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    defined: dict[str, ast.ClassDef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in _parse(self.module).body:
            if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                for alias in statement.names:
                    self.imported[alias.asname or alias.name] = (statement.module, alias.name)
            elif isinstance(statement, ast.ClassDef):
                self.defined[statement.name] = statement
            else:
                name, value = _assignment(statement)
                if value is not None:
                    self.assigned[name] = value

    def evaluate(self, node: ast.expr, **given: Any) -> Any:
        """Return the value of an expression of the module, with values for names that are not evaluated."""
        try:
            return ast.literal_eval(node)
        except ValueError:
            code = compile(ast.Expression(node), self.module, "eval")
            return eval(code, _Globals(self, given))  # noqa: S307 - a file of this package

    def classes(self, name: str) -> Iterator[tuple[_Names, ast.ClassDef]]:
        """Return a class and its first base classes, with the names of their modules."""
        if name in self.defined:
            definition = self.defined[name]
            yield self, definition
            for base in definition.bases:
                inner = base.value if isinstance(base, ast.Subscript) else base
                if isinstance(inner, ast.Name):
                    yield from self.classes(inner.id)
        elif name in self.imported and self.imported[name][0].startswith("lakekit_policies"):
            module, original = self.imported[name]
            yield from _names(module).classes(original)

    def __getitem__(self, name: str) -> Any:
        if name in self.assigned:
            return self.evaluate(self.assigned[name])
        if name in self.imported and self.imported[name][0].startswith("lakekit_policies"):
            module, original = self.imported[name]
            return _names(module)[original]
        raise KeyError(f"{self.module}: {name} cannot be evaluated from the sources")

    def __iter__(self) -> Iterator[str]:
        return iter(self.assigned)

    def __len__(self) -> int:
        return len(self.assigned)


class _Globals(dict[str, Any]):
    """Globals of an expression; comprehensions have scopes of their own, which see nothing else."""

    def __init__(self, names: _Names, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self._names = names

    def __missing__(self, name: str) -> Any:
        return self._names[name]


@cache
def _names(module: str) -> _Names:
    return _Names(module)


def _parse(module: str) -> ast.Module:
    path = _ROOT.joinpath(*module.split(".")[1:])
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    if not file.exists():
        spec = find_spec(module)
        file = Path(str(spec.origin if spec else ""))
    return ast.parse(file.read_text(encoding="utf-8"))


def _assignment(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id, statement.value
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value
    return "", None
