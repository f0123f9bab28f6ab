"""Small plans that create resources, as Terraform writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PROVIDER = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "5.100.0"}


def write_plan(
    path: Path,
    resources: Mapping[str, Mapping[str, Any]],
    expressions: Mapping[str, Mapping[str, Any]] | None = None,
    unknown: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Write a plan that creates these resources, by address.

    Args:
        path: file to write.
        resources: values of each resource.
        expressions: expressions of the arguments that are not written as their value, by address.
        unknown: arguments that are not known before apply, by address.
    """
    planned, changes, configured = [], [], []
    for address, values in resources.items():
        kind, _, name = address.partition(".")
        head = {"address": address, "mode": "managed", "type": kind, "name": name}
        provider = {**head, "provider_name": _PROVIDER["full_name"]}
        planned.append({**provider, "schema_version": 0, "values": values, "sensitive_values": {}})
        change = {
            "actions": ["create"],
            "before": None,
            "after": values,
            "after_unknown": (unknown or {}).get(address, {}),
        }
        changes.append({**provider, "change": {**change, "before_sensitive": False, "after_sensitive": {}}})
        computed = {"arn"} if address.startswith("aws_sqs_queue.") else set()
        written = {key: {"constant_value": value} for key, value in values.items() if key not in computed}
        written |= (expressions or {}).get(address, {})
        configured.append({**head, "provider_config_key": "aws", "expressions": written, "schema_version": 0})
    document = {
        "format_version": "1.2",
        "terraform_version": "1.12.0",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"provider_config": {"aws": _PROVIDER}, "root_module": {"resources": configured}},
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
