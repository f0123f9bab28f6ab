"""API reference pages: one per public package, rendered by mkdocstrings."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

from . import constructs

ROOT = Path(__file__).parents[2]
PACKAGES = (("lakekit", ROOT / "constructs"), ("lakekit_policies", ROOT / "policies"))
LAYER = """\
# {name}

::: {name}
    options:
      show_root_heading: false
      show_root_toc_entry: false
"""
TOP = """\
# lakekit

`lakekit` exports what a first stack needs. Layers with more constructs have pages of their own.

<!-- public-names: lakekit -->

::: lakekit
    options:
      show_root_heading: false
      show_root_toc_entry: false
      show_docstring_description: false
      members: {members}
"""


def pages() -> Mapping[str, str]:
    """The pages by file name: the two packages themselves, and each layer of `lakekit`."""
    layers = modules()
    top = importlib.import_module("lakekit")
    members = [name for name in sorted(top.__all__) if constructs.home_of(top, name, layers) == "lakekit"]
    return {f"{name}.md": LAYER.format(name=name) for name in layers} | {"lakekit.md": TOP.format(members=members)}


def modules() -> list[str]:
    """Dotted names of the public packages."""
    found = []
    for package, source in PACKAGES:
        found.append(package)
        if package == "lakekit":
            folders = sorted(path.parent for path in (source / package).glob("*/__init__.py"))
            found += [f"{package}.{folder.name}" for folder in folders if _is_public(folder)]
    return found


def _is_public(folder: Path) -> bool:
    return not folder.name.startswith("_") and "__all__" in (folder / "__init__.py").read_text(encoding="utf-8")
