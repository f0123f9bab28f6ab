"""Tables of the public names of a layer, put in place of `<!-- public-names: lakekit.storage -->`."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Sequence
from types import ModuleType

from .markdown import table, text

MARKER = re.compile(r"<!-- public-names: (?P<package>[\w.]+) -->")


def fill(markdown: str, api: str, layers: Sequence[str]) -> str:
    """Replace every marker of a page.

    Args:
        markdown: the page.
        api: relative path to the API reference pages.
        layers: dotted names of the packages that have an API page.
    """
    return MARKER.sub(lambda match: names_table(match["package"], api, layers), markdown)


def names_table(package: str, api: str, layers: Sequence[str]) -> str:
    """The classes and functions that a package exports, each with the first line of its docstring."""
    module = importlib.import_module(package)
    rows = []
    for name in sorted(module.__all__):
        member = getattr(module, name)
        if inspect.isclass(member) or inspect.isfunction(member):
            first_line = (inspect.getdoc(member) or "").partition("\n\n")[0].replace("\n", " ")
            rows.append((_linked(module, name, api, layers), text(first_line)))
    return table(("name", "purpose"), rows)


def _linked(module: ModuleType, name: str, api: str, layers: Sequence[str]) -> str:
    """The name with a link to its API page; names of other distributions have none."""
    package = module.__name__.partition(".")[0]
    if getattr(module, name).__module__.partition(".")[0] != package:
        return f"`{name}`"
    home = home_of(module, name, layers)
    return f"[`{name}`]({api}/{home}.md#{home}.{name})"


def home_of(module: ModuleType, name: str, layers: Sequence[str]) -> str:
    """The package whose API page documents a name: its layer if that exports it, else the package itself."""
    defined_in = getattr(getattr(module, name), "__module__", "")
    layer = ".".join(defined_in.split(".")[:2])
    exported = layer in layers and name in importlib.import_module(layer).__all__
    return layer if exported else module.__name__
