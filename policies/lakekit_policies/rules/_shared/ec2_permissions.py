"""Rights on EC2."""

from __future__ import annotations

from typing import Any, Final

from lakekit_policies.iam import policy_documents

_READING: Final = ("describe", "get", "list")


def mutating_actions(statement: dict[str, Any]) -> list[str]:
    """EC2's actions of a statement that do more than look."""
    return [
        action
        for action in policy_documents.items(statement, "Action")
        if action.lower().startswith("ec2:") and not action.lower().partition(":")[2].startswith(_READING)
    ]
