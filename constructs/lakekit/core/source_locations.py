"""Source locations: the file and line that created each construct, for reports.

The stack traces of cdktf contain them too, but cost a third of the synthesis time. Here one frame is kept: the nearest
one in the project and outside of this library. Constructs created inside a library construct inherit its line.
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
# Installed packages contain no lines that users edit.
_INSTALLED: Final = ("site-packages", "dist-packages")


@dataclass(slots=True)
class _Root:
    """An app: its stacks, and the source locations of their constructs."""

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


def start_recording(app: cdktf.App) -> None:
    """Record the source location of each construct that is created in the app from now on."""
    setattr(app, _LOCATION_ATTRIBUTE, _Location(_Root(str(Path.cwd())), "", "", ""))
    on_create(_note_created)


def write_locations(app: cdktf.App) -> None:
    """Write the source locations into the metadata of every stack of the app."""
    root = getattr(app, _LOCATION_ATTRIBUTE).root
    for stack in root.stacks:
        lines = root.source_locations[getattr(stack, _LOCATION_ATTRIBUTE).stack]
        write_metadata(stack, replace(metadata_of(stack), source_locations=lines))


def stack_of(construct: Any) -> cdktf.TerraformStack | None:
    """Return the stack of a construct of a recorded app without a call to Node; None for any other construct."""
    location: _Location | None = getattr(construct, _LOCATION_ATTRIBUTE, None)
    return location.owner if location else None


def caller_location(project: Path | None = None) -> str:
    """Return file and line of the nearest caller in the project; empty if there is none."""
    return _line(_Root(str(project or Path.cwd())))


def _note_created(created: Any, arguments: list[Any]) -> None:
    parent = getattr(arguments[0], _LOCATION_ATTRIBUTE, None) if len(arguments) > 1 else None
    if parent is not None:
        _record_location(parent, created, arguments[1])


def _record_location(parent: _Location, created: Any, name: Any) -> None:
    root, line = parent.root, _line(parent.root) or parent.line
    if not parent.stack:
        stack, path = str(name), ""
        root.stacks.append(created)
    else:
        stack, path = parent.stack, f"{parent.path}/{name}".lstrip("/")
    owner = created if isinstance(created, cdktf.TerraformStack) else parent.owner
    setattr(created, _LOCATION_ATTRIBUTE, _Location(root, stack, path, line, owner))
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
    """Return the path relative to the project; empty for a file outside of it."""
    path = Path(name)
    if not path.is_absolute():
        path = Path.cwd() / path
    if name.startswith("<") or path.is_relative_to(_LIBRARY) or not path.is_relative_to(project):
        return ""
    relative = path.relative_to(project)
    return "" if any(part in _INSTALLED for part in relative.parts) else relative.as_posix()
