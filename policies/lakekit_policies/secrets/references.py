"""Values that are not secrets: locations of secrets, expressions and placeholders."""

from __future__ import annotations

import re
from typing import Final

# Locations of secrets: ARNs, config providers of Kafka, EMR and CloudFormation, expressions, shell variables.
_REFERENCES: Final = re.compile(
    r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+|secretsmanager:\S+|ssm:\S+|EMR\.secret@\S+"
    r"|(?:\$?\$\{[^}]+\}[:;,/ ]?)+|\{\{.+\}\}|<aws\.scheduler\.[a-z-]+>"
    r"|\$(?:[A-Z_][A-Z0-9_]*|[a-z_]+|[0-9@*])|\$\(.*|`.*|%[A-Za-z_]\w*%|\${1,2}\.[\w.\[\]$-]+"
)
_PLACEHOLDERS: Final = re.compile(r"(?i)\*+|x{3,}|\.{3}|<[^<>]*>|redacted|placeholder|\(sensitive[^)]*\)")
_LITERALS: Final = re.compile(r"(?i)(?:|true|false|none|null|yes|no|on|off)\Z")
# The name of a secret in Secrets Manager or the path of a parameter: /prod/orders/db, shop/db.
_PATH: Final = re.compile(r"/?(?:[a-z][a-z0-9_.-]*/)+[a-z][a-z_.-]*\Z")


def is_reference(value: str) -> bool:
    """Whether a value is the location of a secret, a placeholder or a boolean, and so not a secret."""
    text = value.strip()
    return bool(_LITERALS.match(text) or _REFERENCES.fullmatch(text) or _PLACEHOLDERS.fullmatch(text))


def is_secret_path(value: str) -> bool:
    """Whether a value has the form of a secret's name with a folder: `prod/orders/db`."""
    return _PATH.match(value.strip()) is not None
