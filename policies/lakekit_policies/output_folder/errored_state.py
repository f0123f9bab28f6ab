"""Errored state: what Terraform writes to `errored.tfstate` if it cannot save state to the backend.

The file is the only record of resources that exist. It is moved from the stack's working directory, which synthesis
replaces, to `.lakekit/errored-state/<stack>/`. While a file is there, no plan or apply of the stack starts.
https://developer.hashicorp.com/terraform/cli/commands/state/push
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from lakekit_policies.output_folder.move import move_file, private_folder
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE, selected_workspace
from lakekit_policies.shared.regular_file import read_regular_bytes

FILE: Final = "errored.tfstate"
FOLDER: Final = "errored-state"
_STATE_VERSION: Final = 4
RESERVED: Final = ".reserved-"
"""Prefix of the name of a file that reserves space for a state; the workspace follows `@`, as in kept files."""
_MAX_STACK_NAME: Final = 255
"""Bytes in the name of a folder of common file systems."""
_PRIOR: Final = re.compile(r"-from-([0-9]+)$")
_STACK_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class ErroredState:
    """A state file that Terraform could not save.

    Attributes:
        stack: name of the stack.
        file: where it is kept.
        problem: why it cannot be read; empty if it can.
        serial: its serial number.
        lineage: its lineage; empty for a first apply to a remote backend, which assigns one when it saves.
        document: its content; contains secrets.
    """

    stack: str
    file: Path
    problem: str = ""
    serial: int = -1
    lineage: str = ""
    document: dict[str, Any] | None = None

    @property
    def workspace(self) -> str:
        """Workspace whose state could not be saved; it is in the name of the kept file."""
        return unquote(self.file.stem.partition("@")[2]) or DEFAULT_WORKSPACE

    @property
    def prior_serial(self) -> int | None:
        """Serial of the state that the run started from, in the name of the kept file; None if it is not known."""
        return _prior_serial(self.file)

    @classmethod
    def read(cls, stack: str, file: Path) -> ErroredState:
        """Read a file; never raise for its content."""
        try:
            document = json.loads(state_text(file))
            version, serial, lineage = document["version"], document["serial"], document["lineage"]
        except OSError as error:
            return cls(stack, file, f"cannot be read: {error.strerror}")
        except (ValueError, RecursionError):
            return cls(stack, file, "is not JSON: it was not written completely, or has been changed")
        except (KeyError, TypeError):
            return cls(stack, file, "is not a Terraform state: version, serial or lineage is missing")
        if version != _STATE_VERSION or type(serial) is not int or not isinstance(lineage, str):
            return cls(stack, file, f"is not a Terraform state of version {_STATE_VERSION} with serial and lineage")
        if serial < 0 or (serial and not lineage) or not _is_resource_list(document.get("resources", [])):
            return cls(stack, file, "is not a Terraform state: serial, lineage or resources are not valid")
        return cls(stack, file, "", serial, lineage, document)


def state_text(file: Path) -> str:
    """Return a kept state as text, without the zeros that follow it in reserved space.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is not text.
    """
    return read_regular_bytes(file).rstrip(b"\0").decode()


def _is_resource_list(resources: Any) -> bool:
    """Whether these are resources with instances, as far as they are read."""
    return isinstance(resources, list) and all(
        isinstance(resource, dict)
        and isinstance(resource.get("instances", []), list)
        and all(
            isinstance(instance, dict) and isinstance(instance.get("attributes") or {}, dict)
            for instance in resource.get("instances", [])
        )
        for resource in resources
    )


def keep_errored_state(working: Path, data: Path) -> Path | None:
    """Move `errored.tfstate` of a stack's working directory to the data folder; return the new path, or None.

    Args:
        working: working directory; its name is the name of the stack.
        data: the data folder `.lakekit`.

    Raises:
        OSError: the file cannot be moved; it is still in the working directory.
    """
    source = working / FILE
    if not source.is_file():
        return None
    name = working.resolve().name
    if source.stat().st_size == 0 and (any((data / FOLDER / name).glob(f"{RESERVED}*")) or pending(data, name)):
        # The file that `lakekit-terraform` makes before an apply; Terraform has not written to it, or has printed the
        # state, which is kept.
        source.unlink()
        return None
    serial = ErroredState.read(name, source).serial
    return move_file(source, kept_file(working, data, serial))


def workspace_suffix(working: Path) -> str:
    """Return what names the selected workspace in the name of a kept file; empty for the default workspace."""
    workspace = selected_workspace(working, os.environ)
    return "" if workspace == DEFAULT_WORKSPACE else f"@{quote(workspace, safe='')}"


def prior_suffix(serial: int | None) -> str:
    """Return what names the serial of the prior state in the name of a file; empty if there is none."""
    return "" if serial is None else f"-from-{serial}"


def _prior_serial(file: Path) -> int | None:
    found = _PRIOR.search(file.stem.partition("@")[0])
    return int(found[1]) if found else None


def kept_file(working: Path, data: Path, serial: int) -> Path:
    """Return where an errored state is kept; its folder exists."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    suffix = workspace_suffix(working)
    private_folder(data / FOLDER)
    folder = private_folder(data / FOLDER / working.resolve().name)
    # Of the run that ends now, or of one that was killed: one run of a stack is active at a time.
    known = {_prior_serial(file) for file in folder.glob(f"{RESERVED}*")}
    prior = prior_suffix(known.pop()) if len(known) == 1 else ""
    return folder / f"{moment}-{serial if serial >= 0 else 'unreadable'}{prior}{suffix}.tfstate"


def is_stack_name(text: str) -> bool:
    """Whether a text can be the name of a stack, which is that of its folder."""
    return len(text) <= _MAX_STACK_NAME and _STACK_NAME.fullmatch(text) is not None


def pending(data: Path, stack: str) -> list[Path]:
    """Return the errored states of a stack that are not recovered, oldest first.

    Reserved space that contains a state, or a part of one, is such a file: the run that wrote it was killed, or could
    not rename it.
    """
    if not is_stack_name(stack):
        return []
    folder = data / FOLDER / stack
    kept = sorted(file for file in folder.glob("*.tfstate") if file.is_file())
    return [*kept, *(file for file in sorted(folder.glob(f"{RESERVED}*")) if contains_state(file))]


def contains_state(file: Path) -> bool:
    """Whether a state was written to reserved space, which consists of zeros otherwise."""
    try:
        with file.open("rb") as stream:
            return stream.read(1) not in (b"", b"\0")
    except OSError:
        return False


def stacks_with_errored_state(data: Path) -> dict[str, list[Path]]:
    """Return the stacks with errored states, and the files of each."""
    folder = data / FOLDER
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    found = {name: pending(data, name) for name in names}
    return {name: files for name, files in found.items() if files}
