"""Files and folders that a configuration names, and that Terraform or a provider reads."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lakekit_cli.applied.calls import Call, calls_of_template
from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.pure_functions import FILE_FUNCTIONS, PURE_FUNCTIONS
from lakekit_cli.toolchain import project_root
from lakekit_policies.shared.regular_file import read_regular_bytes, read_regular_text

MAX_FILES: Final = 10_000
"""Limit of the files of a folder that are hashed; a larger folder means deploy."""
_PATH = re.compile(r"\$\{path\.(?:module|root|cwd)\}")
_CURRENT_FOLDER = re.compile(r"\bpath\s*\.\s*cwd\b")
_SOURCE_KEY = re.compile(r"source|src|filename|(?:source|src)_(?:dir|directory|file|folder|path)")
"""Arguments of providers and provisioners that name what is read: `archive_file.source_dir`, `file.source`."""
_COMPUTED = re.compile(r"[$%]\{(?!path\.(?:module|root)\})")
_REFERENCE = re.compile(
    r"\$\{(?!(?:var|local|each|count|self|path|terraform)\.)[a-z][\w-]*(?:\.[\w-]+|\[[^\]${}]*\])+\}"
)
# Data sources of an account show what is there, like a refresh; these read the machine that Terraform runs on.
_ACCOUNT_DATA: Final = ("aws_", "snowflake_")
_FILE_DATA: Final = frozenset({"archive_file", "local_file", "local_sensitive_file"})


def named_files(blocks: Mapping[str, Any], working: Path) -> dict[str, Path]:
    """Return the files that a configuration names, by the name in it.

    Args:
        blocks: The configuration, or a part of it.
        working: Working directory of the stack.

    Raises:
        InputsUnknownError: A value depends on more than the arguments and files that are in the configuration.
    """
    found: dict[str, Path] = {}
    for key, text in _strings(blocks):
        calls = calls_of_template(text)
        literals = [_file_literal(call, text, working) for call in calls if not require_known(call, text)]
        if len(_CURRENT_FOLDER.findall(text)) > sum(len(_CURRENT_FOLDER.findall(name)) for name in literals):
            raise InputsUnknownError(f"{text}: path.cwd depends on the folder of the project")
        for name in literals:
            _require_readable(name, text, working)
        for name in (text, *literals):
            found |= _existing(key, name, working)
        for call in calls:
            if call.name.removeprefix("core::") == "templatefile" and call.literal in found:
                require_closed(found[call.literal], calls_of_template(_text(found[call.literal])))
    return found


def require_known(call: Call, shown: str) -> bool:
    """Return whether a function depends on its arguments alone; false if it also reads the file that they name.

    Raises:
        InputsUnknownError: It depends on anything else.
    """
    name = call.name.removeprefix("core::")
    if name not in PURE_FUNCTIONS | FILE_FUNCTIONS:
        raise InputsUnknownError(f"{shown}: only Terraform knows the value of {call.name}()")
    return name in PURE_FUNCTIONS


def require_closed(file: Path, calls: list[Call]) -> None:
    """Require that a template or a file of a module does not read further files.

    Raises:
        InputsUnknownError: It does, or has values that only Terraform knows.
    """
    for call in calls:
        if not require_known(call, str(file)):
            raise InputsUnknownError(f"{file}: only Terraform knows what it reads with {call.name}()")


def require_data_sources(document: Mapping[str, Any]) -> None:
    """Require that all data sources read an account, or files that the configuration names.

    Resources that read files (`archive_file`) are held to the same. Outputs of other states are compared for the stack
    itself only, so `terraform_remote_state` counts as anything else.

    Raises:
        InputsUnknownError: A data source reads anything else: a program, a URL, a computed path.
    """
    for section in ("data", "resource"):
        for kind, blocks in (document.get(section) or {}).items():
            if kind in _FILE_DATA:
                for key, text in _strings(blocks):
                    if _SOURCE_KEY.fullmatch(key) and _COMPUTED.search(text):
                        raise InputsUnknownError(f"{section}.{kind}: only Terraform knows {key} = {text}")
            elif section == "data" and not kind.startswith(_ACCOUNT_DATA):
                raise InputsUnknownError(f"data.{kind}: only its provider knows what it reads")


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, also through symbolic links, as providers read it.

    Raises:
        InputsUnknownError: There are too many of them.
        OSError: A folder cannot be read.
    """
    count = 0
    for root, folders, files in os.walk(folder, onerror=_raise, followlinks=True):
        folders.sort()
        count += len(files) + len(folders)
        if count > MAX_FILES:
            raise InputsUnknownError(f"{folder} has more than {MAX_FILES:,} files")
        yield from (Path(root, name) for name in sorted(files))


def digest(file: Path, *, permissions: bool = False) -> str:
    """Return the SHA-256 of a file; an executable file has another one.

    Args:
        file: The file.
        permissions: Whether all permission bits count: an archive contains them.
    """
    mode = file.stat().st_mode
    executable = b"x" if mode & stat.S_IXUSR else b""
    bits = f"{stat.S_IMODE(mode):o}".encode() if permissions else executable
    return hashlib.sha256(read_regular_bytes(file) + bits).hexdigest()


def _file_literal(call: Call, text: str, working: Path) -> str:
    name = call.literal
    plain = None if name is None else _plain(name, working)
    if name is None or plain is None or plain.startswith("~") or "\\" in plain:
        raise InputsUnknownError(f"{text}: only Terraform knows the file")
    return name


def _require_readable(name: str, text: str, working: Path) -> None:
    """Require that a file that a function reads is regular, or missing.

    Raises:
        InputsUnknownError: It is a pipe or a device.
    """
    kind = _kind(working / (_plain(name, working) or "."))
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise InputsUnknownError(f"{text}: {name} is not a regular file")


def _existing(key: str, name: str, working: Path) -> dict[str, Path]:
    """Return the file or the files of the folder that a text names, if it does."""
    if _SOURCE_KEY.fullmatch(key) and _COMPUTED.search(name) and not _REFERENCE.fullmatch(name):
        raise InputsUnknownError(f"{key} = {name}: only Terraform knows the path")
    plain = _plain(name, working)
    if not plain:
        return {}
    candidate = working / plain
    kind = _kind(candidate)
    if not stat.S_ISDIR(kind):
        return {name: candidate} if stat.S_ISREG(kind) else {}
    # Other texts are paths in a cloud or in a container, such as `/` or `/tmp`, or separators, such as `.`.
    if not (
        _SOURCE_KEY.fullmatch(key)
        or name.startswith(("./", "../", "${path."))
        or (name.strip("./") and not name.startswith("/"))
        or _in_project(Path(plain), working)
    ):
        return {}
    if working.resolve().is_relative_to(candidate.resolve()):
        raise InputsUnknownError(f"{key} = {name}: Terraform writes to this folder")
    return {f"{name}:{file.relative_to(candidate)}": file for file in files_of(candidate)}


def _in_project(folder: Path, working: Path) -> bool:
    root = project_root(working, {}) if folder.is_absolute() else None
    return root is not None and folder.resolve().is_relative_to(root.resolve())


def _plain(name: str, working: Path) -> str | None:
    """Return a path without expressions; None if the text is not one."""
    plain = _PATH.sub(str(working), name)
    return plain if 0 < len(plain) < 1024 and not any(mark in plain for mark in ("\n", "\0", "${", "%{")) else None


def _kind(candidate: Path) -> int:
    """Return the type of a file, 0 if there is none; policies and SQL are longer than a name may be."""
    try:
        return candidate.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return 0
        raise


def _text(file: Path) -> str:
    return read_regular_text(file, errors="replace")


def _raise(error: OSError) -> None:
    raise error


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    """Yield all texts with the name of their argument, and keys that are expressions."""
    pending = [("", value)]
    while pending:
        name, item = pending.pop()
        if isinstance(item, str):
            yield name, item
        elif isinstance(item, dict):
            pending.extend(item.items())
            pending.extend((name, key) for key in item if "${" in key or "%{" in key)
        elif isinstance(item, list):
            pending.extend((name, one) for one in item)
