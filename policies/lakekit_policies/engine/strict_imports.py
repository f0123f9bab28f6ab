"""Import checkov checks with ``except: pass`` rewritten to re-raise.

Some checks wrap their work in ``except Exception: pass`` and then return PASSED, so that a policy of an unexpected
shape passes without a log entry. Such handlers are replaced by ``raise`` when a check is loaded, and the engine
reports that it could not evaluate. Handlers that return UNKNOWN stay: they do so for missing values and for values
that are not documents, which does not count as a pass.
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
    """Import a check of checkov so that its exceptions propagate.

    Raises:
        GateError: it is already imported unmodified.
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
    """Replace exception handlers that only hide the error by ``raise``."""

    def __init__(self) -> None:
        self.replaced = 0

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        if len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
            node.body = [ast.copy_location(ast.Raise(), node.body[0])]
            self.replaced += 1
            return node
        self.generic_visit(node)
        return node
