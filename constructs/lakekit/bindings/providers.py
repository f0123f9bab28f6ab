"""Provider packages whose submodules are imported when they are named, and not before.

The `__init__` of a prebuilt binding imports every submodule it has (some 1,500 for AWS; upstream issue
3753). A bare module of the same name, put into `sys.modules` before anyone imports the package, has the
same `__path__` and therefore the same submodules, but runs none of that. Whoever imports the provider by
its own name after us gets the same benefit; whoever did so before us keeps the stock package, which is
slow but right.
"""

import difflib
import importlib
import importlib.util
import os
import pkgutil
import sys
from functools import lru_cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from lakekit.bindings.errors import ProviderNotInstalled, UnknownBinding

STOCK_SWITCH = "LAKEKIT_STOCK_BINDINGS"
"""Environment variable: when set to anything but empty or `0`, bindings load as their authors ship them."""


def stock() -> bool:
    """Whether lazy loading is switched off, for comparisons and for ruling us out as a cause."""
    return os.environ.get(STOCK_SWITCH, "") not in ("", "0")


def install(package: str, *, extra: str | None = None) -> "Provider":
    """Make a provider package lazy, unless it is missing, already imported, or lazy loading is off.

    Args:
        package: import name of the prebuilt binding, for example `cdktf_cdktf_provider_aws`.
        extra: the extra of lakekit that installs it; None for one that is always installed.

    Returns:
        The namespace through which the library names the provider's submodules.
    """
    spec = None if package in sys.modules else importlib.util.find_spec(package)
    if spec is not None and spec.submodule_search_locations and not stock():
        sys.modules[package] = _BarePackage(spec)
        _teach_jsii(package)
    return Provider(package, extra)


class Provider:
    """A provider's submodules as attributes: `aws.s3_bucket.S3Bucket`."""

    def __init__(self, package: str, extra: str | None) -> None:
        self._package = package
        self._extra = extra

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy, pickle, inspect and doctest look for these
            raise AttributeError(name)
        try:
            module = importlib.import_module(f"{self._package}.{name}")
        except ModuleNotFoundError as missing:
            if missing.name not in (self._package, f"{self._package}.{name}"):
                raise  # a dependency of the binding is missing: its own message is the right one
            raise self._explained(name) from None
        self.__dict__[name] = module
        return module

    def __dir__(self) -> list[str]:
        return list(submodules(self._package))

    def __repr__(self) -> str:
        return f"<provider bindings {self._package}>"

    def _explained(self, name: str) -> Exception:
        if self._package not in sys.modules and importlib.util.find_spec(self._package) is None:
            fix = f"pip install 'lakekit[{self._extra}]'" if self._extra else "pip install --force-reinstall lakekit"
            return ProviderNotInstalled(
                f"{name} was asked of the provider package {self._package}, which is not installed. Fix: {fix}"
            )
        return unknown(self._package, name)


class _BarePackage(ModuleType):
    """Stands in for a provider package without running its `__init__`."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__ = spec
        self.__loader__ = spec.loader
        self.__package__ = spec.name
        self.__file__ = spec.origin
        self.__path__ = list(spec.submodule_search_locations or ())

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(submodules(self.__name__))
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        try:
            return importlib.import_module(f"{self.__name__}.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"{self.__name__}.{name}":
                raise
            raise unknown(self.__name__, name) from None

    def __dir__(self) -> list[str]:
        return list(submodules(self.__name__))


@lru_cache
def submodules(package: str) -> tuple[str, ...]:
    """The names of all submodules of an installed provider package, by listing its folder."""
    spec = importlib.util.find_spec(package)
    paths = list(spec.submodule_search_locations or ()) if spec else []
    return tuple(m.name for m in pkgutil.iter_modules(paths) if not m.name.startswith("_"))


def unknown(package: str, name: str) -> UnknownBinding:
    """The error for a submodule that does not exist, with the nearest that do."""
    known = submodules(package)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"nearest: {', '.join(near)}" if near else f"dir() lists all {len(known)} names"
    return UnknownBinding(f"{package} has no submodule {name!r}; {hint}")


def _teach_jsii(package: str) -> None:
    """Let jsii import a submodule that nobody named when a value of one of its types comes back."""


