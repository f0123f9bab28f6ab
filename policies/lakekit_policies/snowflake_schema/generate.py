"""Condense the metadata of the prebuilt Snowflake bindings into the provider's schema.

    python -m lakekit_policies.snowflake_schema.generate > schema.json

The provider's plugin is not needed: the bindings were generated from `terraform providers schema -json` of the
version in their documentation links, and keep types, required arguments, nested blocks and, in prose, the values an
argument may have and the names of preview features.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ASSEMBLY: Final = "@cdktf/provider-snowflake"
# The Terraform name is at the end of each property's link: `…/resources/stage#storage_integration Stage#…`.
_LINK: Final = re.compile(r"/snowflake/([\d.]+)/docs(?:/(resources|data-sources)/(\w+))?#(\w+)")
_LISTED: Final = re.compile(
    r"(?:[Vv]alid (?:values|options) are(?: \(case-insensitive\))?|Available (?:values|options) are|"
    r"Allowed (?:object types|values)(?: are)?):?\s*(\S.*)",
    re.DOTALL,
)
_PREVIEW: Final = re.compile(r"Preview features that can be enabled are: (.+?)\.\s", re.DOTALL)
_META: Final = frozenset({"id"})


def condense(types: Mapping[str, Any]) -> dict[str, Any]:
    """Types of a jsii assembly as `{"version", "preview_features", "provider", "resources", "data_sources"}`."""
    found: dict[str, Any] = {"version": "", "preview_features": [], "provider": {}, "resources": {}, "data_sources": {}}
    for name, entry in sorted(types.items()):
        parts = name.removeprefix(f"{ASSEMBLY}.").split(".")
        if len(parts) != 2 or not parts[1].endswith("Config") or entry.get("kind") != "interface":
            continue
        if parts[1].lower() == "snowflakeproviderconfig":
            found["provider"] = _block(types, entry)
            found["preview_features"] = _previews(entry)
            continue
        if parts[1].lower() != f"{parts[0]}config".lower():
            continue
        where = _place(entry)
        if where is not None:
            version, kind, terraform = where
            found["version"] = version
            found["resources" if kind == "resources" else "data_sources"][f"snowflake_{terraform}"] = _block(
                types, entry
            )
    return found


def load_assembly() -> Mapping[str, Any]:
    """The types of the installed bindings' jsii assembly.

    Raises:
        FileNotFoundError: the bindings are not installed.
    """
    spec = importlib.util.find_spec("cdktf_cdktf_provider_snowflake")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("cdktf-cdktf-provider-snowflake is not installed: pip install 'lakekit[snowflake]'")
    (archive,) = (Path(spec.submodule_search_locations[0]) / "_jsii").glob("*.jsii.tgz")
    with tarfile.open(archive) as tar:
        member = tar.extractfile("package/.jsii")
        if member is None:
            raise FileNotFoundError(f"{archive} contains no .jsii")
        types: Mapping[str, Any] = json.load(member)["types"]
    return types


def _block(types: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """`{argument: {"type", "required"?, "values"?, "block"?}}` of an interface."""
    made = {}
    for prop in entry.get("properties", []):
        text = _text(prop)
        link = _LINK.search(text)
        if link is None or link[4] in _META:
            continue  # meta-arguments of cdktf: depends_on, provider, lifecycle, …
        made[link[4]] = _argument(types, prop, text.partition("Docs at Terraform")[0])
    return made


def _argument(types: Mapping[str, Any], prop: Mapping[str, Any], text: str) -> dict[str, Any]:
    kind, nested = _type(prop["type"])
    argument: dict[str, Any] = {"type": kind}
    if not prop.get("optional"):
        argument["required"] = True
    if nested is not None:
        argument["block"] = _block(types, types[nested])
    elif values := _values(text):
        argument["values"] = values
    return argument


def _type(declared: Mapping[str, Any]) -> tuple[str, str | None]:
    """(`string` …, None), or (`block` or `blocks`, the nested interface)."""
    if "primitive" in declared:
        return str(declared["primitive"]), None
    if "union" in declared:
        # IResolvable is listed with the type of arguments that may be tokens.
        (one,) = [t for t in declared["union"]["types"] if t.get("fqn") != "cdktf.IResolvable"]
        return _type(one)
    if "collection" in declared:
        inner, nested = _type(declared["collection"]["elementtype"])
        if nested is not None:
            return "blocks", nested
        return f"{'list' if declared['collection']['kind'] == 'array' else 'map'}({inner})", None
    return "block", str(declared["fqn"])


def _values(text: str) -> list[str]:
    match = _LISTED.search(text)
    if match is None:
        return []
    listed = match[1]
    if listed.startswith("["):
        return listed[1:].partition("]")[0].split()
    if listed.startswith("`"):
        # The list ends where a value is not followed by a separator.
        run = re.match(r"(?:`[^`]*`(?:\s*\|\s*|,\s*(?:and\s+)?|\s+and\s+)?)+", listed)
        return re.findall(r"`([^`]*)`", run[0]) if run else []
    word = r"[A-Z][A-Z0-9_.]*"
    run = re.match(rf"{word}(?: {word})*(?: \| {word}(?: {word})*)+", listed)
    return [value.strip().rstrip(".") for value in run[0].split("|")] if run else []


def _previews(entry: Mapping[str, Any]) -> list[str]:
    for prop in entry["properties"]:
        match = _PREVIEW.search(_text(prop))
        if match:
            return sorted(re.findall(r"`([^`]+)`", match[1]))
    return []


def _place(entry: Mapping[str, Any]) -> tuple[str, str, str] | None:
    for prop in entry.get("properties", []):
        match = _LINK.search(_text(prop))
        if match and match[2]:
            return match[1], match[2], match[3]
    return None


def _text(prop: Mapping[str, Any]) -> str:
    docs = prop.get("docs", {})
    return f"{docs.get('summary', '')} {docs.get('remarks', '')}".replace("\n", " ")


if __name__ == "__main__":
    json.dump(condense(load_assembly()), sys.stdout, indent=None, separators=(",", ":"), sort_keys=True)
    sys.stdout.write("\n")
