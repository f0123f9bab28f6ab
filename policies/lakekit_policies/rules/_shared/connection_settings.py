"""Settings of providers and backends that send requests to another host, or let one read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

CONNECTION_SETTINGS: Final = (
    "custom_ca_bundle",
    "ec2_metadata_service_endpoint",
    "endpoints",
    "http_proxy",
    "https_proxy",
    "insecure",
)
UNSET: Final[tuple[Any, ...]] = (None, False, "false", "", [], {}, [{}])
"""Values of a setting that has no effect."""


def changed_connections(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name of each such setting that is set, with a message."""
    for key in CONNECTION_SETTINGS:
        if settings.get(key) not in UNSET:
            yield key, f"{key} is set; requests to AWS can go to another host or be read by it"
