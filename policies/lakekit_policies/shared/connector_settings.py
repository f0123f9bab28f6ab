"""What the settings of a Kafka connector must not say: constructs refuse it early, the rule on connectors always."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PROTOCOL: Final = re.compile(r"(?:^|\.)security\.protocol\Z")
_ENCRYPTED: Final = ("SASL_SSL", "SSL")
_HOST_NAMES: Final = re.compile(r"(?:^|\.)ssl\.endpoint\.identification\.algorithm\Z")
_LOGIN: Final = re.compile(r"\b(?:Plain|Scram)LoginModule\b")
_CLEAR: Final = re.compile(r"(?i)\bhttp://(?!localhost\b|127\.)")
_TOLERANCE: Final = "errors.tolerance"
DEAD_LETTER_TOPIC: Final = "errors.deadletterqueue.topic.name"
# Tables that nobody made have no owner, no classification and no upkeep.
_AUTO_CREATE_TABLES: Final = ("iceberg.tables.auto-create-enabled", "iceberg.tables.dynamic-enabled")


def weaknesses(settings: Mapping[str, Any]) -> Iterator[str]:
    """What opens a connector, or lets it lose records; secrets are looked for elsewhere."""
    for key, value in settings.items():
        text = str(value).strip()
        if _PROTOCOL.search(key) and text.upper() not in _ENCRYPTED:
            yield f"{key} is {text}: Kafka in clear text"
        elif _HOST_NAMES.search(key) and text.lower() != "https":
            yield f"{key} is {text or 'empty'}: any certificate will do, whoever shows it"
        elif _LOGIN.search(text):
            yield f"{key} logs in with a password, not with the role"
        elif _CLEAR.search(text):
            yield f"{key} speaks HTTP in clear text"
        elif key in _AUTO_CREATE_TABLES and text.lower() == "true":
            yield f"{key} is true: it writes tables that nobody made"
    if str(settings.get(_TOLERANCE, "")).lower() == "all" and not settings.get(DEAD_LETTER_TOPIC):
        yield f"{_TOLERANCE} is all and there is no {DEAD_LETTER_TOPIC}: what fails is lost in silence"
