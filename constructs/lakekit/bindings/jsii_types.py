"""Let jsii import the submodule of a type on demand.

Node can return an object whose class lives in a submodule that Python has not imported. jsii then looks up the module
in a map that newer bindings provide and cdktf's prebuilt ones do not.
"""

import re
from collections.abc import Callable

import jsii._reference_map as reference_map

ASSEMBLIES = {
    "@cdktf/provider-aws": "cdktf_cdktf_provider_aws",
    "@cdktf/provider-snowflake": "cdktf_cdktf_provider_snowflake",
}
"""Python package of each provider, by the name of its jsii assembly."""


class _SubmodulesByType(dict[str, str]):
    """jsii's map from the name of a submodule in JavaScript to the Python module that holds it.

    `@cdktf/provider-aws.s3Bucket` is `cdktf_cdktf_provider_aws.s3_bucket`. Around digits the two spellings put
    separators in different places (47 of 2,212 names), so separators are left out of the comparison; no two submodules
    differ by separators alone.
    """

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self._modules: dict[tuple[str, str], str] = {}
        self._unlisted: dict[str, Callable[[], tuple[str, ...]]] = {}

    def add(self, package: str, names: Callable[[], tuple[str, ...]]) -> None:
        self._unlisted[package] = names

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        while self._unlisted:
            package, names = self._unlisted.popitem()
            self._modules.update({(package, _without_separators(one)): f"{package}.{one}" for one in names()})
        assembly, _, submodule = name.partition(".")
        key = (ASSEMBLIES.get(assembly, ""), _without_separators(submodule))
        return super().get(name) or self._modules.get(key, default)

    def __bool__(self) -> bool:  # jsii skips an empty map
        return True


def resolve_on_demand(package: str, names: Callable[[], tuple[str, ...]]) -> None:
    """Tell jsii where the types of a lazily imported package are.

    Args:
        package: import name of the provider package.
        names: returns its submodules; called when jsii asks for a type that Python has not imported, since it reads
            two thousand folders.
    """
    known = reference_map._submodule_fqn_map
    if not isinstance(known, _SubmodulesByType):
        known = reference_map._submodule_fqn_map = _SubmodulesByType(dict(known))
    known.add(package, names)


def _without_separators(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
