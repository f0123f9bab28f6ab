"""Compare the resource schemas of two AWS provider versions, for the resource types that constructs create.

    terraform providers schema -json > old.json
    pip download --no-deps cdktn-provider-aws
    python tests/provider_changes/compare_providers.py 5.100.0 old.json cdktn_provider_aws-*.whl \
        > tests/provider_changes/changes.json

The old schema comes from a folder whose only provider is that version. The new one is read from generated bindings,
which state for every argument whether it is computed, optional or required: no newer provider has to be installed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

STUBS: Final = Path(__file__).parents[2] / "constructs/lakekit/bindings/aws"
IGNORED: Final = frozenset({"id", "region", "timeouts"})
"""Arguments of every type: the provider handles them by itself."""
Schema = dict[str, str]
"""By dotted path, `required`, `optional`, `optional+computed` or `computed`; of a block, with ` block`."""

_FIELD: Final = re.compile(r"    // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)")
_NESTED: Final = re.compile(r"    _\w+ = new (\w+?)(?:List|Map|OutputReference)\(this, \"(\w+)\"")
_CLASS: Final = re.compile(r"class (\w+) extends cdktn\.(\w+)")
_VERSION: Final = re.compile(r"/providers/hashicorp/aws/([\d.]+)/docs")


def compared_types() -> list[str]:
    """The resource types that constructs create: those with a type stub."""
    names = (path.stem for path in STUBS.glob("*.pyi"))
    return sorted(f"aws_{name}" for name in names if not name.startswith(("__", "data_", "provider")))


def of_document(document: Mapping[str, Any], kind: str) -> Schema:
    """The schema of a type in `terraform providers schema -json`."""
    (provider,) = document["provider_schemas"].values()
    return dict(_of_block(provider["resource_schemas"][kind]["block"], ""))


def _of_block(block: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, attribute in block.get("attributes", {}).items():
        mode = _mode(*(bool(attribute.get(key)) for key in ("computed", "optional", "required")))
        nested = attribute.get("nested_type") or _as_block(attribute["type"])
        yield prefix + name, f"{mode} block" if nested else mode
        # Members of an attribute that is an object have no modes of their own.
        if "nested_type" in attribute:
            yield from _of_block(attribute["nested_type"], f"{prefix}{name}.")
        elif nested:
            yield from ((path, "") for path, _ in _of_block(nested, f"{prefix}{name}."))
    for name, child in block.get("block_types", {}).items():
        yield prefix + name, "required block" if child.get("min_items") else "optional block"
        yield from _of_block(child["block"], f"{prefix}{name}.")


def _as_block(kind: Any) -> dict[str, Any] | None:
    while isinstance(kind, list) and kind[0] in ("list", "set", "map"):
        kind = kind[1]
    if isinstance(kind, list) and kind[0] == "object":
        return {"attributes": {name: {"type": member} for name, member in kind[1].items()}}
    return None


def _mode(computed: bool, optional: bool, required: bool) -> str:
    return "required" if required else " ".join(["optional"] * optional + ["computed"] * computed).replace(" ", "+")


class Bindings:
    """Generated bindings of a provider in a wheel."""

    def __init__(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".jsii.tgz"))
            self._sources: Final = {
                member.name: package.extractfile(member).read().decode()  # type: ignore[union-attr]
                for package in [tarfile.open(fileobj=io.BytesIO(archive.read(name)))]  # noqa: SIM115
                for member in package
                if re.fullmatch(r"package/lib/[\w-]+/(index|index-structs/\w+)\.js", member.name)
            }

    def version(self) -> str:
        """The version of the provider that they were generated from."""
        return next(found[1] for text in self._sources.values() if (found := _VERSION.search(text)))

    def schema(self, kind: str) -> Schema:
        """The schema of a type."""
        folder = f"package/lib/{kind.removeprefix('aws_').replace('_', '-')}/"
        lines = [line for name, text in self._sources.items() if name.startswith(folder) for line in text.splitlines()]
        fields: dict[str, dict[str, tuple[str, str]]] = {}
        root = current = last = ""
        for line in lines:
            if found := _CLASS.match(line):
                current = found[1]
                root = current if found[2] == "TerraformResource" else root
                fields.setdefault(current, {})
            elif current and (found := _FIELD.match(line)):
                last = found[1]
                fields[current][last] = _mode(*(flag == "true" for flag in found.groups()[1:])), ""
            elif current and (found := _NESTED.match(line)) and found[2] == last:
                fields[current][last] = f"{fields[current][last][0]} block", found[1]
        return dict(self._of_class(fields, root, "", ()))

    def _of_class(
        self, fields: Mapping[str, Mapping[str, tuple[str, str]]], name: str, prefix: str, around: tuple[str, ...]
    ) -> Iterator[tuple[str, str]]:
        for field, (mode, nested) in fields[name].items():
            yield prefix + field, mode
            if nested and nested not in around:
                inner = f"{nested}OutputReference"
                yield from self._of_class(fields, inner, f"{prefix}{field}.", (*around, nested))


def changes(old: Schema, new: Schema) -> dict[str, str]:
    """What differs, as `before -> after`; of a new block only the block."""
    found: dict[str, str] = {}
    for path in sorted({*old, *new}):
        before, after = old.get(path, "absent"), new.get(path, "absent")
        steps = path.split(".")
        if (
            before in ("", after)
            or steps[0] in IGNORED
            or any(found.get(".".join(steps[:length]), "").startswith("absent") for length in range(1, len(steps)))
        ):
            continue
        found[path] = f"{before} -> {after}"
    return found


def main(version: str, old: str, wheel: str) -> None:
    """Print the changes of every compared type."""
    document, bindings = json.loads(Path(old).read_text(encoding="utf-8")), Bindings(Path(wheel))
    types = {kind: changes(of_document(document, kind), bindings.schema(kind)) for kind in compared_types()}
    result = {"old": version, "new": bindings.version(), "types": types}
    print(json.dumps(result, indent=1))  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main(*sys.argv[1:])
