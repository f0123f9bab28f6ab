"""Checkov's checks with their silence taken away.

Some of checkov's checks wrap their work in ``except Exception: pass`` and then say PASSED. A policy whose shape they do
not expect has then passed. Nothing is logged, so nobody could notice; such handlers are therefore replaced by ``raise``
when a check is loaded, and the engine says that it could not evaluate. Handlers that say UNKNOWN stay: they say so of
what
is missing or is no document, and that is no pass.
"""

from __future__ import annotations

import ast
import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType

from lakekit_policies.errors import GateError

_MARK = "__lakekit_strict_import__"


def import_module(name: str) -> ModuleType:
    """Import a check of checkov such that what goes wrong in it is seen.

    Raises:
        GateError: it was imported before, silent as it is.
    """
    if hasattr(sys.modules.get(name), _MARK):
        return sys.modules[name]
    spec = find_spec(name)
    source = Path(spec.origin).read_bytes() if spec and spec.origin else b""
    # Few files catch anything; the others come from Python's bytecode cache, which is much faster.
    if spec is None or b"except" not in source:
        return importlib.import_module(name)
    transformer = _RaiseInsteadOfPass()
    tree = transformer.visit(ast.parse(source))
    if not transformer.replaced:
        return importlib.import_module(name)
    if name in sys.modules:
        raise GateError("engine_loaded", f"{name} is already imported and hides its own errors")
    return _execute(name, spec, ast.fix_missing_locations(tree))


def _execute(name: str, spec: ModuleSpec, tree: ast.Module) -> ModuleType:
    module = module_from_spec(spec)
    setattr(module, _MARK, True)
    sys.modules[name] = module
    try:
        exec(compile(tree, str(spec.origin), "exec"), vars(module))  # noqa: S102  # checkov's own code, pinned
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _RaiseInsteadOfPass(ast.NodeTransformer):
    """Lets handlers raise that do nothing but hide."""

    def __init__(self) -> None:
        self.replaced = 0

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        if len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
            node.body = [ast.copy_location(ast.Raise(), node.body[0])]
            self.replaced += 1
            return node
        self.generic_visit(node)
        return node
