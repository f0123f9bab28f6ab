"""The archive of a connector's classes, checked before it goes anywhere."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit.stack import environment_of
from lakekit.storage.archive import packed


def plugin_archive(scope: Construct, plugin: Path | str) -> Path:
    """A plugin as the one file that MSK Connect takes: a jar or zip as it is, a folder packed.

    Connectors are Java classes, so an archive without a `.jar` makes a connector that fails when it starts, a quarter
    of an hour into an apply. The local cloud runs no connector and takes it.

    Raises:
        ConstructError: there is no such file, it is neither a zip nor a jar, cannot be opened, or holds no jar.
    """
    path = Path(plugin)
    file = packed(scope, path) if path.is_dir() else path
    if file.suffix not in {".zip", ".jar"}:
        raise ConstructError(scope, f"plugin {path.name!r} is neither a .zip nor a .jar")
    if not file.is_file():
        raise ConstructError(scope, f"plugin {str(plugin)!r}: there is no such file")
    if file.suffix == ".zip" and not environment_of(scope).is_local and not _holds_a_jar(scope, file, path):
        raise ConstructError(
            scope,
            f"plugin {str(plugin)!r} holds no .jar",
            fix="put the connector's distribution there, such as the Iceberg sink's (iceberg-kafka-connect-runtime)",
        )
    return file


def _holds_a_jar(scope: Construct, file: Path, given: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith(".jar") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise ConstructError(
            scope,
            f"plugin {str(given)!r} cannot be opened: {error}",
            fix="load it again: a download may have ended early",
        ) from error
