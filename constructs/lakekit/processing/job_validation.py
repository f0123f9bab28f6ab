"""Validation of a job's arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.secret_checks import reject_plaintext_secrets_in_arguments, reject_plaintext_secrets_in_settings
from lakekit.errors import ConstructError

_PACKED: Final = ".tar.gz"


def check_files(scope: Construct, entry_point: Path | str, archive: Path | str | None, *, on_glue: bool) -> None:
    """Check that the entry point is a Python file and that the runtime accepts the archive.

    Raises:
        ConstructError: another file extension.
    """
    if Path(entry_point).suffix != ".py":
        raise ConstructError(
            scope, f"entry_point {entry_point} is not a Python file", fix="pass the .py file that Spark runs"
        )
    if archive is None:
        return
    allowed = (".zip",) if on_glue else (".zip", _PACKED)
    if not str(archive).endswith(allowed):
        raise ConstructError(
            scope,
            f"archive {archive} does not end in {' or '.join(allowed)}",
            fix="zip pure Python files; pack native libraries with venv-pack, for EMR Serverless only",
        )


def check_arguments(scope: Construct, arguments: Sequence[str], configuration: Mapping[str, str]) -> None:
    """Check that arguments are strings and that neither they nor the configuration contain secrets.

    Raises:
        ConstructError: another type, or a secret.
    """
    for argument in arguments:
        if not isinstance(argument, str):
            raise ConstructError(scope, f"argument {argument!r} is not a string", fix="write it in quotes")
    reject_plaintext_secrets_in_arguments(scope, arguments)
    reject_plaintext_secrets_in_settings(scope, configuration, what="configuration")


def check_limits(scope: Construct, *, retries: int, timeout_minutes: int, max_executors: int) -> None:
    """Check that retries, timeout and executors are within the limits.

    Raises:
        ConstructError: a value out of range.
    """
    for what, value, low, high in (
        ("retries", retries, 0, 10),
        ("timeout_minutes", timeout_minutes, 1, 2880),
        ("max_executors", max_executors, 1, 1000),
    ):
        if not low <= value <= high:
            raise ConstructError(scope, f"{what} {value} is not between {low} and {high}")
