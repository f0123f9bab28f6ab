"""Make the next synth a fast one, on a machine that has never run one.

`python -m lakekit.bindings` does it from a shell.
"""

import os
import re
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from lakekit.bindings.errors import NodeUnavailableError

PROVIDERS = {"aws": "cdktf_cdktf_provider_aws", "snowflake": "cdktf_cdktf_provider_snowflake"}

_NAMED = re.compile(r"(?<![\w.])(aws|snowflake)\.([a-z0-9_]+)\.[A-Z]")


def warm_up() -> float:
    """Fill the caches that a synth reads, in a process of its own; harmless to repeat.

    On a fresh machine jsii unpacks each provider (420 MB for AWS, in its package cache below the user's
    cache folder or in `JSII_RUNTIME_PACKAGE_CACHE_ROOT`), reads 130 MB of metadata (1.2 GB of memory for
    two seconds) and then builds an index, so that later processes read only what they name. Python's
    bytecode of what the library uses is written too, even under `PYTHONDONTWRITEBYTECODE`, since
    compiling it costs each synth as much again. Measured on two cores: 5 s the first time, 0.5 s when
    there is nothing to do.

    A tarball cut down to the submodules in use would need neither the space nor these seconds, once. It
    was measured and left out: with the index there, it saves a synth 0.05 s and 45 MB, and in exchange
    each type outside it fails until everything is loaded again from the full one. Nobody has to call
    this, for the first synth does the same; `make` and `lakekit doctor` do it where nobody waits.

    Returns:
        The seconds it took.

    Raises:
        NodeUnavailableError: there is no Node, or a provider could not be loaded; with what it printed.
    """
    begin = time.monotonic()
    # Bytecode is what this run is for, in CI too; stock imports would load everything.
    unwanted = ("PYTHONDONTWRITEBYTECODE", "CI", "LAKEKIT_STOCK_BINDINGS")
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
    """Load every installed provider into Node, and what the library names of it into Python."""
    installed = {name: package for name, package in PROVIDERS.items() if find_spec(package)}
    for package in installed.values():
        import_module(f"{package}._jsii")
    for name, submodule in sorted(_named_by_the_library()):
        # Words of a docstring may look like a module's name.
        if name in installed and find_spec(f"{installed[name]}.{submodule}"):
            import_module(f"{installed[name]}.{submodule}")


def _named_by_the_library() -> set[tuple[str, str]]:
    library = Path(__file__).parents[1]
    sources = (file.read_text(encoding="utf-8") for file in library.rglob("*.py"))
    return {found for source in sources for found in _NAMED.findall(source)}
