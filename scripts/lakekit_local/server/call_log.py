"""Log of API calls: which operations were called, what answered them, and which are not implemented."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, Final, Literal

from lakekit_local.authorization.denials import Denial

_KEPT_DENIALS: Final = 100
_LOGGED_PERMISSIONS: Final = 4
AnsweredBy = Literal["lakekit", "moto", "none"]

log = logging.getLogger("lakekit.local_cloud.call_log")


class CallLog:
    """Counts calls by service, operation, handler (lakekit, moto, none) and status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[tuple[str, str, str, int]] = Counter()
        self.reasons: dict[tuple[str, str], str] = {}
        self.denials: deque[dict[str, Any]] = deque(maxlen=_KEPT_DENIALS)
        self.last = time.monotonic()

    def record(
        self,
        service: str,
        operation: str,
        by: AnsweredBy,
        *,
        status: int,
        seconds: float,
        reason: str = "",
        principal: str = "",
        permissions: Sequence[str] = (),
        denial: Denial | None = None,
    ) -> None:
        """Record one call.

        Args:
            service: the service.
            operation: its operation.
            by: what answered; ``none`` for an operation that is not implemented.
            status: HTTP status of the response.
            seconds: how long it took.
            reason: why it is not implemented.
            principal: ARN of the caller.
            permissions: the actions on resources that the operation needs.
            denial: why the caller may not call it.
        """
        with self._lock:
            if denial:
                self.denials.append(denial.as_dict())
            self.counts[service, operation, by, status] += 1
            if reason:
                self.reasons[service, operation] = reason
            self.last = time.monotonic()
        took, what = seconds * 1000, ", ".join(permissions[:_LOGGED_PERMISSIONS])
        text = denial.message if denial else reason
        log.info(
            "%s:%s %s %s %.0fms %s %s %s", service, operation, by, status, took, principal or "-", what or "-", text
        )

    def summary(self) -> dict[str, Any]:
        """Return totals, all operations, and each unanswered operation with its count and reason."""
        with self._lock:
            counts = dict(self.counts)
            reasons = dict(self.reasons)
        totals: Counter[str] = Counter()
        unanswered: Counter[tuple[str, str]] = Counter()
        for (service, operation, by, _status), number in counts.items():
            totals[by] += number
            if by == "none":
                unanswered[service, operation] += number
        return {
            "lakekit": totals["lakekit"],
            "moto": totals["moto"],
            "unanswered": [
                {"service": s, "operation": o, "times": n, "reason": reasons.get((s, o), "")}
                for (s, o), n in sorted(unanswered.items())
            ],
            "operations": [
                {"service": s, "operation": o, "by": by, "status": status, "times": n}
                for (s, o, by, status), n in sorted(counts.items())
            ],
        }

    def clear(self) -> None:
        """Reset the counters."""
        with self._lock:
            self.counts.clear()
            self.reasons.clear()
            self.denials.clear()

    def last_denials(self) -> list[dict[str, Any]]:
        """Return the denied requests, the last one first."""
        with self._lock:
            return list(reversed(self.denials))
