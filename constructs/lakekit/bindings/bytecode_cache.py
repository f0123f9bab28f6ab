"""Loads the bindings' modules without what only makes them slow, from a bytecode cache of their own.

A module of a prebuilt binding evaluates each annotation of some hundred signatures when it is imported, and checks
the type of each argument against them once more when it is called; Node checks every value that reaches it anyway,
nested ones too, which Python's checks never see (and says it less well: see `type_errors.py`). Here the modules are
compiled with annotations that stay text (PEP 563) and as under `python -O`, which is where jsii put those checks.
Measured: 93 modules of one environment load in 0.15 s where they took 0.45 s, and 13 % of a synth go to the checks.

The cache lies beside Python's own (`__pycache__/x.cpython-311.opt-lakekit.pyc`); filling it costs the first synth
some 3 s. Where it is not there and cannot be written, or would be thrown away with the machine (in CI), a module loads
as it would without us, for compiling it costs more than it saves once. `python -m lakekit.bindings` fills it anywhere.
"""

import __future__

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

PACKAGES = ("constructs", "cdktf", "cdktf_cdktf_provider_aws", "cdktf_cdktf_provider_snowflake")
"""Import names of the packages that jsii made for us."""


def install() -> None:
    """Load the modules of these packages lean from now on; those that are loaded already stay as they are."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds what Python finds, and gives it our loader."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader and _cached_or_cacheable(spec.loader.path):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """A source file compiled in our way and cached under a name of our own."""

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        flags = __future__.annotations.compiler_flag
        code: CodeType = compile(data, path, "exec", flags=flags, dont_inherit=True, optimize=1)
        return code

    def get_data(self, path: str) -> bytes:
        return super().get_data(_cache_path(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        super().set_data(_cache_path(path), data, _mode=_mode)


def _cache_path(path: str) -> str:
    """The name of our cache instead of Python's; a source file keeps its own."""
    return f"{path.removesuffix('.pyc')}.opt-lakekit.pyc" if path.endswith(".pyc") else path


def _cached_or_cacheable(source: str) -> bool:
    try:
        cache = Path(_cache_path(cache_from_source(source)))
    except NotImplementedError:  # this Python keeps no bytecode
        return False
    if cache.exists():
        return True
    return (
        not sys.dont_write_bytecode and not os.environ.get("CI") and os.access(_first_existing(cache.parent), os.W_OK)
    )


def _first_existing(folder: Path) -> Path:
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
