"""Plugin archives of connectors, checked at synth."""

from __future__ import annotations

import zipfile
from pathlib import Path

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.storage.zip_archive import create_zip


def plugin_archive(scope: Construct, plugin: Path | str) -> Path:
    """Return the plugin file for MSK Connect: a jar or zip unchanged, a folder as a zip.

    Connectors are Java classes: an archive without a `.jar` fails when the connector starts, 15 minutes into an apply.
    In a local environment this is not checked, since no connector runs there.

    Raises:
        ConstructError: the file does not exist, is neither a zip nor a jar, cannot be opened, or contains no jar.
    """
    path = Path(plugin)
    file = create_zip(scope, path) if path.is_dir() else path
    if file.suffix not in {".zip", ".jar"}:
        raise ConstructError(scope, f"plugin {path.name!r} is neither a .zip nor a .jar")
    if not file.is_file():
        raise ConstructError(scope, f"plugin {str(plugin)!r}: file not found")
    if _is_checked(scope, file) and not _jars(scope, file, path):
        raise ConstructError(
            scope,
            f"plugin {str(plugin)!r} contains no .jar",
            fix="add the connector's distribution, such as iceberg-kafka-connect-runtime of the Iceberg sink",
        )
    return file


def check_provider(scope: Construct, file: Path, given: Path | str) -> None:
    """Check that a zip contains the config provider for Secrets Manager.

    Raises:
        ConstructError: none of its jars is msk-config-providers.
    """
    if _is_checked(scope, file) and not any("config-provider" in name for name in _jars(scope, file, Path(given))):
        raise ConstructError(
            scope,
            f"plugin {str(given)!r} contains no msk-config-providers, so ${{secretsmanager:…}} cannot be resolved",
            fix="add the jar of aws-samples/msk-config-providers to the plugin",
        )


def _is_checked(scope: Construct, file: Path) -> bool:
    return file.suffix == ".zip" and not environment_of(scope).is_local


def _jars(scope: Construct, file: Path, given: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            return [name for name in archive.namelist() if name.endswith(".jar")]
    except (OSError, zipfile.BadZipFile) as error:
        raise ConstructError(
            scope,
            f"plugin {str(given)!r} cannot be opened: {error}",
            fix="download it again: the file may be truncated",
        ) from error
