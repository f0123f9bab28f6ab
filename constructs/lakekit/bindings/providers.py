"""Import the submodules of a provider package on first use.

The `__init__` of a prebuilt binding imports all of its submodules (2,212 for AWS; cdktf issue 3753). An empty module of
the same name, put into `sys.modules` before the package is imported, has the same `__path__` and so the same
submodules, and imports none of them. Later imports of the provider by its own name are lazy too; when it has been
imported before, the stock package stays, which is slower and equally correct.
"""

import difflib
import importlib
import pkgutil
import sys
from functools import cache, partial
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from lakekit.bindings import hooks, jsii_types
from lakekit.bindings.errors import ProviderNotInstalledError, UnknownBindingError


def install(package: str, *, extra: str | None = None) -> "Provider":
    """Make a provider package lazy, unless it is missing or already imported, or hooks are off.

    Args:
        package: import name of the prebuilt binding, for example `cdktf_cdktf_provider_aws`.
        extra: the extra of lakekit that installs it; None for one that is always installed.

    Returns:
        The provider's submodules as attributes.
    """
    spec = None if package in sys.modules else find_spec(package)
    if spec is not None and hooks.enabled("lazy_python"):
        jsii_types.resolve_on_demand(package, partial(submodules, package))
        sys.modules[package] = _LazyPackage(spec)
    return Provider(package, extra)


def load_ahead(package: str) -> None:
    """Load a lazy provider package into Node before its first use, while Python imports other modules.

    Args:
        package: import name of the prebuilt binding.
    """
    if isinstance(sys.modules.get(package), _LazyPackage) and hooks.enabled("early_start"):
        importlib.import_module(f"{package}._jsii")


class Provider:
    """A provider's submodules as attributes: `aws.s3_bucket.S3Bucket`.

    Raises:
        UnknownBindingError: the provider has no such submodule.
        ProviderNotInstalledError: the provider's package is optional and missing.
    """

    def __init__(self, package: str, extra: str | None) -> None:
        self._package = package
        self._extra = extra

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy, pickle, inspect and doctest look for these
            raise AttributeError(name)
        if self._package not in sys.modules and find_spec(self._package) is None:
            raise ProviderNotInstalledError(
                f"`{name}` needs the package {self._package}, which is not installed",
                fix=f"pip install {f'lakekit[{self._extra}]' if self._extra else self._package}",
            )
        module = self.__dict__[name] = _submodule(self._package, name)
        return module

    def __dir__(self) -> list[str]:
        return list(submodules(self._package))

    def __repr__(self) -> str:
        return f"<provider bindings {self._package}>"


class _LazyPackage(ModuleType):
    """Replaces a provider package without running its `__init__`."""

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
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return _submodule(self.__name__, name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *submodules(self.__name__)]


@cache
def submodules(package: str) -> tuple[str, ...]:
    """The names of all submodules of an installed provider package; empty when it is not installed."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return tuple(found.name for found in pkgutil.iter_modules(folders) if not found.name.startswith("_"))


def _submodule(package: str, name: str) -> ModuleType:
    qualified = f"{package}.{name}"
    try:
        return importlib.import_module(qualified)
    except ModuleNotFoundError as missing:
        if missing.name != qualified:
            raise  # a dependency of the binding is missing; its own message says which
    known = submodules(package)
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"nearest: {', '.join(near)}" if near else f"none of its {len(known)} names is similar"
    raise UnknownBindingError(
        f"{package} has no submodule `{name}`; {hint}",
        fix="use the resource type without the provider's prefix: s3_bucket for aws_s3_bucket",
    )
