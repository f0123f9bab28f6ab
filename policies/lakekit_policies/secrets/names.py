"""Names that denote a secret itself."""

from __future__ import annotations

import re
from typing import Final

# Last words of a name that denotes the secret itself, not its column, file, length or ARN.
_SECRET_NOUNS: Final = re.compile(
    r"(?:secrets|token|credentials?)\Z|(?:(?!chpasswd)[a-z]*(?:passwords?|passwd|passphrase|passcode|pwd))\Z"
    r"|[a-z]*(?:api|access|private|secret)key\Z|(?:client|db|app|user|shared)?secret\Z"
    r"|(?:access|api|auth|bearer|id|oauth|refresh|session)token\Z"
)
_KEY_QUALIFIERS: Final = re.compile(
    r"(?:access|account|api|auth|hmac|master|preshared|private|secret|shared|signing|ssh)\Z"
)
# `pass` and `db-pass` are secrets; `bypass` and `first-pass` are not.
_SHORT_NOUNS: Final = re.compile(r"(?:pass|pw|pat)\Z")
_OWNERS: Final = (
    r"(?:admin|database|db|ftp|git|github|jdbc|key|ldap|login|mysql|oracle|pg|postgres|redshift|root|sftp|smtp"
    r"|snowflake|sql|ssl|store|trust|user)"
)
_OWNER_PREFIX: Final = re.compile(rf"{_OWNERS}\Z")
_OWNER_AND_SHORT_NOUN: Final = re.compile(rf"{_OWNERS}(?:pass|pw)\Z")
# Suffixes for the format or the number of a secret are ignored.
_SUFFIXES: Final = re.compile(r"(?:b64|base64|binary|clear|new|old|plain|plaintext|string|text|value|wo|[0-9]+)\Z")
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def is_secret_name(name: str) -> bool:
    """Whether a name denotes a secret: `--db-password` and `apiKey`, not `password-column` or `secret_arn`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and _SUFFIXES.match(words[-1]):
        words.pop()
    if not words:
        return False
    *before, last = words
    previous = before[-1] if before else ""
    if _SECRET_NOUNS.match(last) or _OWNER_AND_SHORT_NOUN.match(last):
        return True
    if last == "key":
        return _KEY_QUALIFIERS.match(previous) is not None
    if _SHORT_NOUNS.match(last):
        return not before or _OWNER_PREFIX.match(previous) is not None
    # Confluent's `basic.auth.user.info` is `user:password`.
    return words[-3:] == ["auth", "user", "info"]
