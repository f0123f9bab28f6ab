"""The archive of a connector's classes, checked before it goes anywhere."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.storage.zip_archive import create_zip


def plugin_archive(scope: Construct, plugin: Path | str) -> Path:
    """A plugin as the one file that MSK Connect takes: a jar or zip as it is, a folder packed.

    Connectors are Java classes, so an archive without a `.jar` makes a connector that fails when it starts, a quarter
    of an hour into an apply. The local cloud runs no connector and takes it.

    Raises:
        ConstructError: there is no such file, it is neither a zip nor a jar, cannot be opened, or holds no jar.
    """
    path = Path(plugin)
    file = create_zip(scope, path) if path.is_dir() else path
    if file.suffix not in {".zip", ".jar"}:
        raise ConstructError(scope, f"plugin {path.name!r} is neither a .zip nor a .jar")
    if not file.is_file():
        raise ConstructError(scope, f"plugin {str(plugin)!r}: there is no such file")
    if _is_read(scope, file) and not _jars(scope, file, path):
        raise ConstructError(
            scope,
            f"plugin {str(plugin)!r} holds no .jar",
            fix="put the connector's distribution there, such as the Iceberg sink's (iceberg-kafka-connect-runtime)",
        )
    return file


def check_provider(scope: Construct, file: Path, given: Path | str) -> None:
    """Refuse a zip without the classes by which workers read Secrets Manager.

    Raises:
        ConstructError: none of its jars is msk-config-providers.
    """
    if _is_read(scope, file) and not any("config-provider" in name for name in _jars(scope, file, Path(given))):
        raise ConstructError(
            scope,
            f"plugin {str(given)!r} holds no msk-config-providers, so ${{secretsmanager:…}} would stay as it is",
            fix="put the jar of aws-samples/msk-config-providers beside the connector's",
        )


def _is_read(scope: Construct, file: Path) -> bool:
    return file.suffix == ".zip" and not environment_of(scope).is_local


def _jars(scope: Construct, file: Path, given: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return [name for name in archive.namelist() if name.endswith(".jar")]
    except (OSError, zipfile.BadZipFile) as error:
        raise ConstructError(
            scope,
            f"plugin {str(given)!r} cannot be opened: {error}",
            fix="load it again: a download may have ended early",
        ) from error
