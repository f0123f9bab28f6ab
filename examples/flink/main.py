"""Orders per minute: a PyFlink job; topic and table come from the application's properties."""

from __future__ import annotations

import json
from pathlib import Path

PROPERTIES = Path("/etc/flink/application_properties.json")


def main() -> None:
    """Run one INSERT with a tumbling window."""
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415  # installed in the service only

    groups = {group["PropertyGroupId"]: group["PropertyMap"] for group in json.loads(PROPERTIES.read_text())}
    tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    tables.get_config().set("table.local-time-zone", "UTC")
    for statement in (groups["sql"]["source"], groups["sql"]["sink"], groups["sql"]["insert"]):
        tables.execute_sql(statement)


if __name__ == "__main__":
    main()
