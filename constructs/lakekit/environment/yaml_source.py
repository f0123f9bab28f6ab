"""YAML with line numbers, for errors."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lakekit.errors import EnvironmentFileError
from lakekit_policies.shared.regular_file import read_regular_text
from lakekit_policies.shared.yaml_text import YamlProblemError, parse_yaml

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A parsed YAML file: its data and the line of every key."""

    path: Path
    data: dict[str, Any]
    lines: dict[Key, int] = field(repr=False)

    def line(self, key: Key) -> int:
        """Return the line of a key, or of the nearest parent in the file."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def read(path: Path) -> YamlSource:
    """Read a YAML mapping.

    Raises:
        EnvironmentFileError: the file is missing, not readable, not YAML, not a mapping, or has a duplicate key.
    """
    try:
        text = read_regular_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    try:
        node, data = parse_yaml(text)
    except YamlProblemError as error:
        raise EnvironmentFileError(
            error.problem, where=error.where(path), fix="correct the YAML; `lakekit env validate` checks the file"
        ) from error
    if not isinstance(node, yaml.MappingNode) or not isinstance(data, dict):
        raise EnvironmentFileError(
            "is not a YAML mapping",
            where=str(path),
            fix="start with `organization: …`; `lakekit env new` writes a complete file",
        )
    lines: dict[Key, int] = {}
    _note_lines(node, (), lines, path)
    return YamlSource(path, data, lines)


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> EnvironmentFileError:
    if isinstance(error, UnicodeDecodeError):
        return EnvironmentFileError("cannot be read: it is not UTF-8 text", where=str(path), fix="save it as UTF-8")
    if path.is_symlink():
        fix = "let the symbolic link point to a YAML file, or remove the link"
    elif isinstance(error, IsADirectoryError):
        fix = "remove or rename the folder: files of this name are environments"
    elif isinstance(error, PermissionError):
        fix = "make the file and its folders readable for this user"
    elif error.errno in (errno.EINVAL, errno.EFBIG):
        fix = "replace it by a regular file; environment files of a few kilobytes are usual"
    else:
        fix = "check that the file exists; `lakekit env new` writes one"
    return EnvironmentFileError(f"cannot be read: {error.strerror or error}", where=str(path), fix=fix)


def _note_lines(node: yaml.Node, at: Key, lines: dict[Key, int], path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = (*at, str(key_node.value))
            line = key_node.start_mark.line + 1
            if key in lines:
                raise EnvironmentFileError(
                    f"{'.'.join(map(str, key))} is a duplicate key, first in line {lines[key]}",
                    where=f"{path}:{line}",
                    fix="remove one of the two",
                )
            lines[key] = line
            _note_lines(value_node, key, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*at, index)] = item.start_mark.line + 1
            _note_lines(item, (*at, index), lines, path)
