"""Python bodies of procedures and functions: the SQL that they run, and code that hides what they run.

The syntax tree is read with `ast`: names in the normal form that Python compares, texts with their escapes resolved and
adjacent texts joined.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Final

# Methods of Snowpark's session and of the connector's cursor whose first argument is SQL.
RUNS: Final = frozenset({"sql", "execute", "execute_async", "executemany", "execute_string", "execute_stream"})
_CALLS: Final = frozenset({"call", "call_nowait"})
"""Methods of the session whose first argument is the name of a procedure."""
_CODE: Final = frozenset({"__import__", "breakpoint", "compile", "eval", "exec", "globals", "locals", "vars"})
_BY_NAME: Final = frozenset({"attrgetter", "delattr", "getattr", "methodcaller", "setattr"})
_LOADERS: Final = (
    *("builtins", "cloudpickle", "code", "codeop", "ctypes", "dill", "importlib", "imp", "joblib", "jsonpickle"),
    *("marshal", "multiprocessing", "pickle", "pkgutil", "pty", "runpy", "shelve", "subprocess", "zipimport"),
)
_MODULES: Final = {
    **dict.fromkeys(_LOADERS, "runs code that is not in the body"),
    "snowflake.core": "changes the account",
    "snowflake.connector": "opens a connection of its own",
}
_OS: Final = frozenset({"system", "popen", "fork", "forkpty", "startfile"})
_CHANGES: Final = frozenset(
    {
        *("add_import", "add_requirements", "create_or_replace_dynamic_table", "create_or_replace_view"),
        *("drop_table", "register_from_file", "replace_temporary_packages", "use_role", "use_secondary_roles"),
    }
)
"""Methods of Snowpark that add code, create objects or change roles:
https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/session"""
_STANDARD: Final = frozenset({"_asdict", "_fields", "_make", "_replace", "_xoptions", "_mapping"})
"""Names with an underscore that are documented: of named tuples and rows, and `sys._xoptions` of Snowflake's guide."""
_DUNDERS: Final = frozenset({"__doc__", "__init__", "__name__", "__file__", "__class__", "__enter__", "__exit__"})


def tree(body: str) -> ast.Module | None:
    """The syntax tree of a body; None if this version of Python cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def texts(body: ast.Module) -> Iterator[str]:
    """The texts of a body; parts of f-strings one by one."""
    for node in ast.walk(body):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            yield node.value.decode("latin-1")


def called(body: ast.Module) -> Iterator[str | None]:
    """The names of the procedures that a body calls; None for one that is not a literal."""
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS:
            yield _literal(node)


def problems(body: ast.Module) -> Iterator[str]:
    """What a body runs that is not in its text."""
    functions = {id(node.func): node for node in ast.walk(body) if isinstance(node, ast.Call)}
    for node in ast.walk(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import(node)
        elif isinstance(node, ast.keyword) and node.arg == "is_permanent" and not _is_false(node.value):
            yield "creates a procedure or function that stays"
        elif isinstance(node, ast.Name):
            yield from _name(node.id, functions.get(id(node)))
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node, functions.get(id(node)))


def _import(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        names = [f"{node.module or ''}.{alias.name}" for alias in node.names]
        if any(alias.name == "*" for alias in node.names):
            yield f"imports every name of {node.module}; import the names that it uses"
        yield from (f"uses {alias.name}" for alias in node.names if alias.name in _CODE | _BY_NAME)
        yield from (f"uses os.{alias.name}" for alias in node.names if node.module == "os" and _is_process(alias.name))
    for name in names:
        for module, what in _MODULES.items():
            if name == module or name.startswith(f"{module}."):
                yield f"imports {module}, which {what}"


def _name(name: str, call: ast.Call | None) -> Iterator[str]:
    if name in _CODE:
        yield f"uses {name}, which runs or finds code by an expression"
    elif name in _BY_NAME and (call is None or not _names_attribute(call)):
        yield f"uses {name} without a literal name"
    elif name.startswith("__") and name.endswith("__") and name not in _DUNDERS:
        yield f"uses {name}"


def _attribute(node: ast.Attribute, call: ast.Call | None) -> Iterator[str]:
    name = node.attr
    if name in RUNS:
        if call is None:
            yield f"uses .{name} without calling it"
        elif _literal(call) is None:
            yield f"runs SQL that is not one literal: .{name}(…)"
    elif name in _CALLS and call is not None and _literal(call) is None:
        yield f"calls a procedure that is not named by a literal: .{name}(…)"
    elif name in _CHANGES:
        yield f"uses .{name}, which adds code, creates an object or changes the role"
    elif name in _CODE or name in _BY_NAME or (_is_process(name) and _is_named(node.value, "os")):
        yield f"uses .{name}"
    elif name.startswith("_") and name not in _STANDARD | _DUNDERS and not _is_named(node.value, "self", "cls"):
        yield f"uses .{name}, which is not documented"


def _literal(call: ast.Call) -> str | None:
    """The first argument of a call, by position or name, if it is a text."""
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("query", "command", "sproc_name"))]
    first = given[0] if given else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _names_attribute(call: ast.Call) -> bool:
    """Whether a call of getattr and the like names an attribute that is not evaluated."""
    at = 0 if isinstance(call.func, ast.Name) and call.func.id in ("attrgetter", "methodcaller") else 1
    argument = call.args[at] if len(call.args) > at else None
    value = argument.value if isinstance(argument, ast.Constant) else None
    return isinstance(value, str) and value not in RUNS | _CALLS | _CHANGES | _CODE and not value.startswith("_")


def _is_process(name: str) -> bool:
    return name in _OS or name.startswith(("exec", "spawn", "posix_spawn"))


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_named(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names
