"""Which line of Python made which construct, so that a report can point at it.

cdktf's own stack traces say it too, at a third of the synthesis. Here one frame is kept: the nearest one that lies in
the project and not in this library. Constructs made inside a construct of ours inherit the line of that one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from lakekit.bindings import cdktf, on_create
from lakekit.core.metadata import metadata_of, write_metadata

_LOCATION_ATTRIBUTE: Final = "__lakekit_location__"
_LIBRARY: Final = str(Path(__file__).resolve().parents[1])
# Packages of others never hold a line that somebody would edit.
_INSTALLED: Final = ("site-packages", "dist-packages")


@dataclass(slots=True)
class _Root:
    """An app: its stacks, and the lines of what is in them."""

    project: str
    stacks: list[Any] = field(default_factory=list)
    source_locations: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Location:
    root: _Root
    stack: str
    path: str
    line: str
    owner: cdktf.TerraformStack | None = None


def record(app: cdktf.App) -> None:
    """Note from now on where the constructs of this app are made."""
    setattr(app, _LOCATION_ATTRIBUTE, _Location(_Root(str(Path.cwd())), "", "", ""))
    on_create(_note_created)


def write(app: cdktf.App) -> None:
    """Write the source locations into the metadata of every stack of the app."""
    root = getattr(app, _LOCATION_ATTRIBUTE).root
    for stack in root.stacks:
        lines = root.source_locations[getattr(stack, _LOCATION_ATTRIBUTE).stack]
        write_metadata(stack, replace(metadata_of(stack), source_locations=lines))


def stack_of(construct: Any) -> cdktf.TerraformStack | None:
    """The stack that a construct of a recorded app stands in, without asking Node; None for any other construct."""
    location: _Location | None = getattr(construct, _LOCATION_ATTRIBUTE, None)
    return location.owner if location else None


def caller_location(project: Path | None = None) -> str:
    """File and line in the project that called into this library, empty when there is none."""
    return _line(_Root(str(project or Path.cwd())))


def _note_created(made: Any, arguments: list[Any]) -> None:
    parent = getattr(arguments[0], _LOCATION_ATTRIBUTE, None) if len(arguments) > 1 else None
    if parent is not None:
        _record_location(parent, made, arguments[1])


def _record_location(parent: _Location, made: Any, name: Any) -> None:
    root, line = parent.root, _line(parent.root) or parent.line
    if not parent.stack:
        stack, path = str(name), ""
        root.stacks.append(made)
    else:
        stack, path = parent.stack, f"{parent.path}/{name}".lstrip("/")
    owner = made if isinstance(made, cdktf.TerraformStack) else parent.owner
    setattr(made, _LOCATION_ATTRIBUTE, _Location(root, stack, path, line, owner))
    lines = root.source_locations.setdefault(stack, {})
    if line and line != parent.line:
        lines[path] = line


def _line(root: _Root) -> str:
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        file = root.files.get(name)
        if file is None:
            file = root.files[name] = _in_project(name, root.project)
        if file:
            return f"{file}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _in_project(name: str, project: str) -> str:
    """The file as the project names it; empty for one that is not the project's own."""
    path = Path(name)
    if not path.is_absolute():
        path = Path.cwd() / path
    if name.startswith("<") or path.is_relative_to(_LIBRARY) or not path.is_relative_to(project):
        return ""
    relative = path.relative_to(project)
    return "" if any(part in _INSTALLED for part in relative.parts) else relative.as_posix()
