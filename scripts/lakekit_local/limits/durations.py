"""Durations that service models admit and services refuse.

Sources: Amazon CloudWatch Logs API reference, "PutRetentionPolicy" (possible values); AWS KMS API reference,
"ScheduleKeyDeletion" (7 to 30 days).
"""

from __future__ import annotations

from typing import Final

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

RETENTION_DAYS: Final = frozenset(
    {
        *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
        *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
    }
)
DELETION_DAYS: Final = range(7, 31)


@limits("logs", "PutRetentionPolicy")
def retention(call: Call) -> None:
    """The retention of a log group."""
    if int(call["retentionInDays"]) not in RETENTION_DAYS:
        admitted = ", ".join(map(str, sorted(RETENTION_DAYS)))
        text = f"The retentionInDays is {call['retentionInDays']}; the valid values are {admitted}."
        raise ServiceError("InvalidParameterException", text, 400)


@limits("kms", "ScheduleKeyDeletion")
def deletion(call: Call) -> None:
    """The waiting period before a key is deleted."""
    if int(call.get("PendingWindowInDays", 30)) not in DELETION_DAYS:
        text = "PendingWindowInDays must be between 7 and 30 (inclusive)"
        raise ServiceError("ValidationException", text, 400)
