"""Ports of JDBC URLs."""

from __future__ import annotations

import re
from typing import Final

# Default ports of the servers (their installation guides); for other engines the URL has to contain the port.
DEFAULT_PORTS: Final = {
    "mariadb": 3306,
    "mysql": 3306,
    "oracle": 1521,
    "postgresql": 5432,
    "redshift": 5439,
    "snowflake": 443,
    "sqlserver": 1433,
}
_URL: Final = re.compile(r"jdbc:(?P<engine>[a-z0-9]+):(?:[a-z0-9+-]+:)*(?://|@|/)*(?P<hosts>[^/?;]+)", re.IGNORECASE)
_PORT: Final = re.compile(r"\A(?:\[[^\]]+\]|[^:]+):(\d{1,5})(?::|\Z)")


def ports(url: str) -> tuple[int, ...]:
    """Return the ports of the hosts of a JDBC URL, without duplicates, in order.

    Args:
        url: such as `jdbc:postgresql://one:5432,two/shop` or `jdbc:oracle:thin:@//host:1521/service`.

    Raises:
        ValueError: not a JDBC URL, or a host without a port where the engine has no known default port.
    """
    found = _URL.match(url)
    if found is None:
        raise ValueError("not a JDBC URL")
    result = []
    for host in found["hosts"].split(","):
        port = _PORT.match(host.strip())
        number = int(port[1]) if port else DEFAULT_PORTS.get(found["engine"].lower())
        if number is None or not 1 <= number <= 65_535:
            raise ValueError(f"no port for {host.strip()}, and no known default port for {found['engine']}")
        result.append(number)
    return tuple(dict.fromkeys(result))
