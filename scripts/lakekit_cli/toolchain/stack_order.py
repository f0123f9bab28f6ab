"""The order of the synthesized stacks, from the dependencies that the manifest states."""

from __future__ import annotations

import json
from pathlib import Path

from lakekit_policies.shared.regular_file import read_regular_bytes


def predecessors(manifest: Path, *, destroy: bool = False) -> dict[str, list[str]]:
    """Return the stacks that have to be deployed before each stack, in the order of the manifest.

    Stacks that the manifest does not list are left out.

    Args:
        manifest: `manifest.json` of a synthesized directory.
        destroy: Return the stacks that have to be destroyed before each stack instead: those that depend on it.

    Raises:
        OSError: The manifest cannot be read.
        ValueError: It is not JSON.
        KeyError: It is not a manifest.
        TypeError: It is not a manifest.
    """
    stacks = json.loads(read_regular_bytes(manifest))["stacks"]
    needs = {name: [need for need in stacks[name]["dependencies"] if need in stacks] for name in stacks}
    return {name: [other for other in stacks if name in needs[other]] for name in stacks} if destroy else needs
