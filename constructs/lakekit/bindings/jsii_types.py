"""Lets jsii import the submodule of a type that nobody has named yet.

A value can come back from Node whose class lives in a submodule that Python never imported; jsii then
looks up the type's module in a map that newer bindings bring along and cdktf's prebuilt ones do not.
"""

import re

import jsii._reference_map as reference_map


class _SubmodulesByType(dict[str, str]):
    """jsii's map from the name of a submodule in JavaScript to the Python module that holds it.

    `@cdktf/provider-aws.s3Bucket` is `cdktf_cdktf_provider_aws.s3_bucket`. Where digits stand, the two
    spellings part at different places (47 of 2,212 names), so the separators are left out of the
    comparison; no two submodules differ by separators alone.
    """

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self._modules: dict[tuple[str, str], str] = {}

    def add(self, package: str, names: tuple[str, ...]) -> None:
        self._modules.update({(package, _bare(name)): f"{package}.{name}" for name in names})

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        assembly, _, submodule = name.partition(".")
        package = reference_map._assembly_to_module.get(assembly, "")
        return super().get(name) or self._modules.get((package, _bare(submodule)), default)

    def __bool__(self) -> bool:  # jsii skips an empty map
        return True


def resolve_on_demand(package: str, names: tuple[str, ...]) -> bool:
    """Teach jsii where the types of a lazy package are.

    Args:
        package: import name of the provider package.
        names: its submodules.

    Returns:
        False when this jsii has no such map: then the package must not be lazy, for a type of a
        submodule that was never imported would be an error.
    """
    known = getattr(reference_map, "_submodule_fqn_map", None)
    if known is None or not hasattr(reference_map, "_assembly_to_module"):
        return False
    if not isinstance(known, _SubmodulesByType):
        known = reference_map._submodule_fqn_map = _SubmodulesByType(dict(known))
    known.add(package, names)
    return True


def _bare(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
