"""Tables of the public names of a layer, put in place of `<!-- public-names: lakekit.storage -->`."""

from __future__ import annotations

import importlib
import inspect
import re

from .markdown import table, text

MARKER = re.compile(r"<!-- public-names: (?P<package>[\w.]+) -->")


def fill(markdown: str, api: str) -> str:
    """Replace every marker of a page; `api` is the relative path to the API reference pages."""
    return MARKER.sub(lambda match: names_table(match["package"], api), markdown)


def names_table(package: str, api: str) -> str:
    """The classes and functions that a package exports, each with the first line of its docstring."""
    module = importlib.import_module(package)
    rows = []
    for name in sorted(module.__all__):
        member = getattr(module, name)
        if inspect.isclass(member) or inspect.isfunction(member):
            first_line = (inspect.getdoc(member) or "").partition("\n\n")[0].replace("\n", " ")
            rows.append((f"[`{name}`]({api}/{package}.md#{package}.{name})", text(first_line)))
    return table(("name", "purpose"), rows)
