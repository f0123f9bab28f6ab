"""Log of API calls: which operations were called, what answered them, and which are not implemented."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import Any, Literal

AnsweredBy = Literal["lakekit", "moto", "none"]

log = logging.getLogger("lakekit.local_cloud.call_log")


class CallLog:
    """Counts calls by service, operation, handler (lakekit, moto, none) and status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[tuple[str, str, str, int]] = Counter()
        self.reasons: dict[tuple[str, str], str] = {}
        self.last = time.monotonic()

    def record(
        self, service: str, operation: str, by: AnsweredBy, *, status: int, seconds: float, reason: str = ""
    ) -> None:
        """Record one call; ``by="none"`` for an operation that is not implemented."""
        with self._lock:
            self.counts[service, operation, by, status] += 1
            if reason:
                self.reasons[service, operation] = reason
            self.last = time.monotonic()
        log.info("%s:%s %s %s %.0fms %s", service, operation, by, status, seconds * 1000, reason)

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
