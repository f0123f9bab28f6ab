"""A client of Athena that waits for its queries."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Rows = list[list[str | None]]


@dataclass
class Athena:
    """Queries of one client; `start` are further arguments of StartQueryExecution."""

    client: Any
    start: dict[str, Any] = field(default_factory=dict)

    def run(self, sql: str, database: str) -> Rows | str:
        """The rows of a query, or the reason why it failed."""
        context = {"QueryExecutionContext": {"Database": database}} if database else {}
        started = self.client.start_query_execution(QueryString=sql, **context, **self.start)["QueryExecutionId"]
        found = self.results(started)
        if isinstance(found, str):
            return found
        return [[one.get("VarCharValue") for one in row["Data"]] for row in found["Rows"][1:]]

    def results(self, started: str) -> Any:
        """The result set of a query that has been started, or the reason why it failed."""
        while True:
            status = self.client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] != "RUNNING":
                break
            time.sleep(0.05)
        if status["State"] == "FAILED":
            return str(status["StateChangeReason"])
        return self.client.get_query_results(QueryExecutionId=started)["ResultSet"]
