"""Credentials in the properties of Glue connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.secrets.find import is_secret

CREDENTIALS: Final = ("USERNAME", "PASSWORD", "ENCRYPTED_PASSWORD")
URL: Final = "JDBC_CONNECTION_URL"


def credentials(properties: Mapping[str, Any]) -> set[str]:
    """Keys of properties with credentials, as written: a user name or password, or a JDBC URL with a password."""
    return {
        key
        for key, value in properties.items()
        if key.upper() in CREDENTIALS or (key.upper() == URL and is_secret("url", value))
    }
