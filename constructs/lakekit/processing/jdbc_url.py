"""What a JDBC URL says of where the database listens."""

from __future__ import annotations

import re
from typing import Final

# Ports that the servers come with (their installation guides); what is not here has to be written into the URL.
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
    """The ports of the hosts that a JDBC URL names, each once, in order.

    Args:
        url: such as `jdbc:postgresql://one:5432,two/shop` or `jdbc:oracle:thin:@//host:1521/service`.

    Raises:
        ValueError: it is no JDBC URL, or a host has neither a port nor an engine whose port is known.
    """
    found = _URL.match(url)
    if found is None:
        raise ValueError("is no JDBC URL")
    made = []
    for host in found["hosts"].split(","):
        port = _PORT.match(host.strip())
        number = int(port[1]) if port else DEFAULT_PORTS.get(found["engine"].lower())
        if number is None or not 1 <= number <= 65_535:
            raise ValueError(f"names no port of {host.strip()}, and {found['engine']} has none that is known")
        made.append(number)
    return tuple(dict.fromkeys(made))
