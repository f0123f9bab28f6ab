"""Decide whether lakekit hooks into jsii, and list every internal name of jsii that the hooks rely on.

The hooks make a synth faster and add source locations; none of them changes a resource. Tokens can have other numbers
than in stock cdktf, so that a program that sorts texts with tokens, such as `sorted(bucket.arn for bucket in buckets)`,
can get another order; in stock cdktf that order depends on the number of resources before them. When jsii lacks one of
the names below, all hooks stay off: bindings then load as their authors ship them, which is slower and equally correct.
`messages` lists the names that it needs itself, since jsii does not run without them.
"""

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

STOCK_SWITCH: Final = "LAKEKIT_STOCK_BINDINGS"
"""Environment variable: set to anything except empty or `0`, no hook is installed."""

DISABLED: Final = "LAKEKIT_DISABLED_HOOKS"
"""Environment variable for benchmarks/bindings.py: comma-separated names of single hooks to leave out."""


@dataclass(frozen=True, slots=True)
class RequiredName:
    """A name of jsii that a hook relies on and that jsii does not document.

    Args:
        module: the module that defines it.
        name: the attribute of the module.
        parameters: for a function, the names of its parameters; None for anything else.
        used_by: the hook.
    """

    module: str
    name: str
    parameters: tuple[str, ...] | None
    used_by: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" + (f"({', '.join(self.parameters)})" if self.parameters else "")

    def is_met(self) -> bool:
        """Whether the installed jsii has this name, with these parameters."""
        try:
            found = getattr(import_module(self.module), self.name)
            return self.parameters is None or tuple(inspect.signature(found).parameters) == self.parameters
        except (ImportError, AttributeError, TypeError, ValueError):
            return False


REQUIRED_NAMES: Final = (
    RequiredName("jsii._reference_map", "_submodule_fqn_map", None, "jsii_types"),
    RequiredName("jsii._reference_map", "_try_import_type_module", ("class_fqn",), "jsii_types"),
    # Generated bindings call these as attributes of the module.
    RequiredName("jsii", "create", ("klass", "obj", "args"), "creation, type_errors"),
    RequiredName("jsii", "get", ("obj", "property"), "attributes, constants"),
    RequiredName("jsii", "set", ("obj", "property", "value"), "attributes, type_errors"),
    RequiredName("jsii", "sset", ("klass", "property", "value"), "type_errors"),
    RequiredName("jsii", "invoke", ("obj", "method", "args"), "attributes, type_errors"),
    RequiredName("jsii", "sinvoke", ("klass", "method", "args"), "type_errors"),
)


def stock() -> bool:
    """Whether the user has switched all hooks off, to compare or to rule them out as a cause."""
    return os.environ.get(STOCK_SWITCH, "") not in ("", "0")


def enabled(hook: str = "") -> bool:
    """Whether hooks may be installed: not switched off, and jsii has every name they rely on.

    Args:
        hook: the hook that asks, for benchmarks that leave out a single one.
    """
    return may_be_enabled(hook) and _jsii_has_all_names()


def may_be_enabled(hook: str = "") -> bool:
    """Whether hooks are not switched off; `jsii` is not imported to find out whether it has their names.

    Args:
        hook: the hook that asks.
    """
    disabled = [name for name in os.environ.get(DISABLED, "").split(",") if name]
    return not stock() and hook not in disabled


def wrap(name: str, wrapper: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a function of the `jsii` module, which the generated bindings look up at each call.

    Args:
        name: a function of the `jsii` module that REQUIRED_NAMES lists.
        wrapper: takes the present function and returns its replacement.
    """
    jsii = import_module("jsii")
    setattr(jsii, name, wrapper(getattr(jsii, name)))


@cache
def _jsii_has_all_names() -> bool:
    missing = [str(required) for required in REQUIRED_NAMES if not required.is_met()]
    if missing:
        sys.stderr.write(
            f"lakekit: jsii {_jsii_version()} does not have {', '.join(missing)}. Synthesis is correct but slow, and "
            "findings lack source locations. Fix: install a jsii release that lakekit supports "
            f"(`pip install --upgrade lakekit`); {STOCK_SWITCH}=1 silences this message.\n"
        )
    return not missing


def _jsii_version() -> str:
    # Importing it takes 10 ms, before which Node cannot start.
    return str(import_module("importlib.metadata").version("jsii"))
