"""EC2 permissions of policy statements."""

from __future__ import annotations

from typing import Any, Final

from lakekit_policies.iam import policy_documents

_READ_ONLY_VERBS: Final = ("describe", "get", "list")


def mutating_actions(statement: dict[str, Any]) -> list[str]:
    """EC2 actions of a statement that are not read-only."""
    return [
        action
        for action in policy_documents.items(statement, "Action")
        if action.lower().startswith("ec2:") and not action.lower().partition(":")[2].startswith(_READ_ONLY_VERBS)
    ]
