"""YAML and JSON blocks: each is validated as what its keys say it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from docs_code_blocks import ROOT

from lakekit.environment import Environment
from lakekit_policies.waivers import ledger

ENVIRONMENT = ROOT / "stacks" / "environments" / "local.yaml"
PUBLIC_KEY = "MII" + "A" * 389


def environment_with(fragment: Mapping[str, Any], **changes: Any) -> Environment:
    """The reference environment `local` with the keys of a fragment; sections are merged, lists replaced."""
    base = yaml.safe_load(ENVIRONMENT.read_text(encoding="utf-8"))
    return Environment.model_validate({**_merged(base, fragment), **changes})


def check(text: str, folder: Path) -> str:
    """Validate a YAML block and return what it is.

    Raises:
        ValueError: the block is nothing that is known, or is not valid.
    """
    found = yaml.load(re.sub(r"MII\w*…", PUBLIC_KEY, text), Loader=_Loader)
    if isinstance(found, dict) and set(found) <= set(Environment.model_fields):
        # A complete file stands alone; a fragment is merged into the reference environment.
        Environment.model_validate(found) if "organization" in found else environment_with(found)
        return "environment file"
    if isinstance(found, dict) and set(found) == {"waivers"}:
        file = folder / "waivers.yaml"
        file.write_text(text, encoding="utf-8")
        ledger.read_ledger(file)
        return "waivers"
    if isinstance(found, dict) and "jobs" in found:
        _check_workflow(found)
        return "GitHub workflow"
    if isinstance(found, dict) and "include" in found:
        _check_gitlab(found)
        return "GitLab CI"
    if isinstance(found, list) and all("repo" in one for one in found):
        known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
        unknown = {hook["id"] for one in found for hook in one["hooks"]} - known
        if unknown:
            raise ValueError(f"there are no pre-commit hooks {', '.join(sorted(unknown))}")
        return "pre-commit"
    raise ValueError("neither an environment file nor waivers, a workflow, a GitLab template or pre-commit hooks")


def parse_json(text: str) -> Any:
    """The value of a JSON block.

    Raises:
        json.JSONDecodeError: the block is not JSON.
    """
    return json.loads(text)


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is a string, as GitHub reads it."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if first not in "oO" or pair[0] != "tag:yaml.org,2002:bool"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _merged(base: Mapping[str, Any], fragment: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in fragment.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _check_workflow(found: Mapping[str, Any]) -> None:
    for job in found["jobs"].values():
        if "lakekit.yml" in job.get("uses", ""):
            workflow = yaml.load((ROOT / ".github/workflows/lakekit.yml").read_text(encoding="utf-8"), Loader=_Loader)
            unknown = set(job.get("with", ())) - set(workflow["on"]["workflow_call"]["inputs"])
            if unknown:
                raise ValueError(f"the workflow has no inputs {', '.join(sorted(unknown))}")


def _check_gitlab(found: Mapping[str, Any]) -> None:
    template = (ROOT / "ci/gitlab/lakekit.yml").read_text(encoding="utf-8")
    for one in found["include"]:
        if not (ROOT / one["file"]).is_file():
            raise ValueError(f"there is no {one['file']}")
    for variable in found.get("variables", ()):
        if variable.startswith("LAKEKIT_") and variable not in template:
            raise ValueError(f"the template has no variable {variable}")
