"""What a job is refused for before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.secret_checks import reject_plaintext_secrets_in_arguments, reject_plaintext_secrets_in_settings
from lakekit.errors import ConstructError

_PACKED: Final = ".tar.gz"


def check_files(scope: Construct, entry_point: Path | str, archive: Path | str | None, *, on_glue: bool) -> None:
    """A Python file, and dependencies in a form that the runtime takes."""
    if Path(entry_point).suffix != ".py":
        raise ConstructError(scope, f"entry_point {entry_point} is no Python file", fix="name the .py that Spark runs")
    if archive is None:
        return
    allowed = (".zip",) if on_glue else (".zip", _PACKED)
    if not str(archive).endswith(allowed):
        raise ConstructError(
            scope,
            f"archive {archive} is none of {', '.join(allowed)}",
            fix="zip pure Python files; pack an environment with native libraries by venv-pack, on EMR Serverless",
        )


def check_arguments(scope: Construct, arguments: Sequence[str], configuration: Mapping[str, str]) -> None:
    """Text without secrets, of a length that the API takes."""
    for argument in arguments:
        if not isinstance(argument, str):
            raise ConstructError(scope, f"argument {argument!r} is no text", fix="write it in quotes")
    reject_plaintext_secrets_in_arguments(scope, arguments)
    reject_plaintext_secrets_in_settings(scope, configuration, what="configuration")


def check_limits(scope: Construct, *, retries: int, timeout_minutes: int, max_executors: int) -> None:
    """Every run ends, and every failure stops being tried."""
    for what, value, low, high in (
        ("retries", retries, 0, 10),
        ("timeout_minutes", timeout_minutes, 1, 2880),
        ("max_executors", max_executors, 1, 1000),
    ):
        if not low <= value <= high:
            raise ConstructError(scope, f"{what} {value} is not between {low} and {high}")
