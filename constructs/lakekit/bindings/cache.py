"""Fill the caches that a synth reads, so that the first one is fast.

`python -m lakekit.bindings` does it from a shell.
"""

import os
import re
import subprocess
import sys
import time
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from lakekit.bindings import batches, hooks
from lakekit.bindings.errors import NodeUnavailableError
from lakekit.bindings.jsii_types import ASSEMBLIES

INDEX_SECONDS = 60
"""How long to wait for jsii's indexes of the providers."""

_SUBMODULE = re.compile(r"(?<![\w.])(aws|snowflake)\.([a-z0-9_]+)")


def warm_up() -> float:
    """Fill the caches in a process of its own; idempotent.

    On a new machine jsii unpacks each provider (420 MB for AWS, into its package cache in the user's cache folder or
    in `JSII_RUNTIME_PACKAGE_CACHE_ROOT`), reads 130 MB of metadata (1.2 GB of memory for two seconds) and then builds
    an index, so that later processes read only the types they use. A process that ends before the index is written
    discards it. Python's bytecode of the submodules that the library uses is written too, even under
    `PYTHONDONTWRITEBYTECODE`, since compiling it costs each synth as much again. Measured on two cores: 5 s the first
    time, 0.5 s when the caches are filled.

    Calling it is optional, since a synth fills the same caches; `make` and `lakekit doctor` call it.

    A tarball reduced to the submodules in use would need neither the space nor these seconds. It was measured and
    rejected: with the index it saves 0.05 s and 45 MB per synth, and a type that it lacks fails until the full one is
    loaded.

    Returns:
        Elapsed seconds.

    Raises:
        NodeUnavailableError: Node is missing, or a provider could not be loaded; the message has its output.
    """
    begin = time.monotonic()
    # Bytecode has to be written, in CI too; stock imports would load all submodules.
    unwanted = ("PYTHONDONTWRITEBYTECODE", "CI", hooks.STOCK_SWITCH)
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    run = subprocess.run(
        [sys.executable, "-P", "-c", f"from {__name__} import load_all; load_all()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise NodeUnavailableError(f"the provider bindings could not be loaded:\n{run.stderr.strip()}")
    return time.monotonic() - begin


def load_all() -> None:
    """Load every installed provider into Node, and the submodules that the library uses into Python."""
    installed = {package: assembly for assembly, package in ASSEMBLIES.items() if find_spec(package)}
    for package in installed:
        import_module(f"{package}._jsii")
    for provider, submodule in sorted(_used_by_the_library()):
        package = f"cdktf_cdktf_provider_{provider}"
        # Attributes in prose and of other objects can look like submodules.
        if package in installed and find_spec(f"{package}.{submodule}"):
            import_module(f"{package}.{submodule}")
    batches.wait()
    for package, assembly in installed.items():
        _wait_for_index(assembly, version(package))


def _used_by_the_library() -> set[tuple[str, str]]:
    library = Path(__file__).parents[1]
    sources = (file.read_text(encoding="utf-8") for file in library.rglob("*.py"))
    return {found for source in sources for found in _SUBMODULE.findall(source)}


def _wait_for_index(assembly: str, release: str) -> None:
    """Keep Node alive until it has written its index of a package; return at once where jsii keeps no cache."""
    folders = [folder for folder in _package_cache().glob(f"{assembly}/{release}/*") if folder.is_dir()]
    if not folders:
        return
    newest = max(folders, key=lambda folder: folder.stat().st_mtime)
    deadline = time.monotonic() + INDEX_SECONDS
    while not any(newest.glob(".jsii.runtime.v*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)


def _package_cache() -> Path:
    """Where jsii's runtime unpacks packages (jsii 1.142, `defaultCacheRoot`)."""
    chosen = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    system = "Library/Caches/com.amazonaws.jsii" if sys.platform == "darwin" else ".cache/aws/jsii"
    return Path(chosen) if chosen else Path.home() / system / "package-cache"
