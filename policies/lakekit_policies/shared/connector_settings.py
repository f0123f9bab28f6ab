"""Forbidden settings of Kafka connectors, checked by constructs at synth and by the rule on connectors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.shared.java_values import trim

_PROTOCOL: Final = re.compile(r"(?:^|\.)security\.protocol\Z")
_ENCRYPTED: Final = ("SASL_SSL", "SSL")
_HOST_NAMES: Final = re.compile(r"(?:^|\.)ssl\.endpoint\.identification\.algorithm\Z")
_LOGIN: Final = re.compile(r"\b(?:Plain|Scram)LoginModule\b")
_CLEAR: Final = re.compile(r"(?i)\bhttp://(?!localhost\b|127\.)")
_TOLERANCE: Final = "errors.tolerance"
DEAD_LETTER_TOPIC: Final = "errors.deadletterqueue.topic.name"
# Auto-created tables have no owner, no classification and no maintenance.
_AUTO_CREATE_TABLES: Final = ("iceberg.tables.auto-create-enabled", "iceberg.tables.dynamic-enabled")


def weaknesses(settings: Mapping[str, Any]) -> Iterator[str]:
    """Settings that weaken a connector or let it lose records; secrets are checked elsewhere."""
    for key, value in settings.items():
        text = trim(str(value))
        if _PROTOCOL.search(key) and text.upper() not in _ENCRYPTED:
            yield f"{key} is {text}: Kafka without encryption"
        elif _HOST_NAMES.search(key) and text.lower() != "https":
            yield f"{key} is {text or 'empty'}: host names of certificates are not verified"
        elif _LOGIN.search(text):
            yield f"{key} authenticates with a password instead of the role"
        elif _CLEAR.search(text):
            yield f"{key} uses HTTP without encryption"
        elif key in _AUTO_CREATE_TABLES and text.lower() == "true":
            yield f"{key} is true: tables are created without an owner"
    if trim(str(settings.get(_TOLERANCE, ""))).lower() == "all" and not trim(
        str(settings.get(DEAD_LETTER_TOPIC) or "")
    ):
        yield f"{_TOLERANCE} is all and there is no {DEAD_LETTER_TOPIC}: failed records are lost without notice"
