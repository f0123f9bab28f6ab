"""IAM policy documents as plain data, rendered as stable JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

Statement = dict[str, Any]
MAX_TRUST_CHARACTERS: Final = 2048
"""Default quota of a role trust policy (IAM user guide, "IAM and AWS STS quotas")."""
Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


def statement(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    effect: Literal["Allow", "Deny"] = "Allow",
    principals: Mapping[str, str | Sequence[str]] | Literal["*"] | None = None,
    conditions: Conditions | None = None,
) -> Statement:
    """Return a statement of a policy.

    Args:
        sid: PascalCase id of the statement; letters and digits.
        actions: IAM actions.
        resources: literal ARNs where the name is known, so that the gate can evaluate them before the resources exist.
        effect: Allow or Deny.
        principals: in resource policies: `{"AWS": […]}`, `{"Service": […]}` or `"*"`.
        conditions: values by operator and condition key.
    """
    result: Statement = {"Sid": sid, "Effect": effect}
    if principals is not None:
        result["Principal"] = principals if principals == "*" else {k: _one_or_many(v) for k, v in principals.items()}
    result["Action"] = _one_or_many(actions)
    result["Resource"] = _one_or_many(resources)
    if conditions:
        result["Condition"] = {op: {k: _one_or_many(v) for k, v in keys.items()} for op, keys in conditions.items()}
    return result


def with_unique_sid(given: Sequence[Statement], added: Statement) -> Statement | None:
    """Return the statement with a Sid that is unique in the policy; None if the policy has an equal one."""
    known = {key: value for key, value in added.items() if key != "Sid"}
    if any(known == {key: value for key, value in other.items() if key != "Sid"} for other in given):
        return None
    taken = {other["Sid"] for other in given}
    sid, number = added["Sid"], 2
    while sid in taken:
        sid, number = f"{added['Sid']}{number}", number + 1
    return {**added, "Sid": sid}


def document(statements: Iterable[Statement]) -> str:
    """Return the policy document of statements as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def counted_characters(text: str) -> int:
    """Return the number of characters of a policy that IAM counts: those that are no white space."""
    return len("".join(text.split()))


def _one_or_many(value: str | Sequence[str]) -> str | list[str]:
    if isinstance(value, str):
        return value
    values = list(dict.fromkeys(value))
    return values[0] if len(values) == 1 else values
