"""Detect plaintext secrets by name, by format, or inside a text.

Constructs use it to reject arguments; rules use it for configurations that were not written with constructs.

Token formats are those of detect-secrets (a dependency of checkov) and some more; a test compares them with that
library. It is not imported: the gate's worker replaces it by a stub, and its import takes longer than evaluating a
stack.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

TOKEN_PATTERNS: Final = (
    (re.compile(r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (re.compile(r"(?i)aws.{0,20}?(?:key|pwd|pw|password|pass|token).{0,20}?\b[0-9a-z/+]{40}\b"), "an AWS key"),
    (re.compile(r"BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|PuTTY-User-Key-File-"), "a private key"),
    (re.compile(r"gh[pousr]_\w{36}|github_pat_\w{40}"), "a GitHub token"),
    (re.compile(r"\bglpat-[\w-]{20}"), "a GitLab token"),
    (re.compile(r"(?i)xox[abposr]-(?:\d+-)+[a-z0-9]+|hooks\.slack\.com/services/T\w+/B\w+/\w+"), "a Slack token"),
    (re.compile(r"[rs]k_live_[0-9a-zA-Z]{24}"), "a Stripe key"),
    (re.compile(r"\bSG\.[\w-]{22}\.[\w-]{43}"), "a SendGrid key"),
    (re.compile(r"[A-Za-z0-9+/]{86,88}=="), "an Azure storage key"),
    (re.compile(r"\bAIza[\w-]{35}"), "a Google key"),
    (re.compile(r"\bdapi[0-9a-f]{32}\b"), "a Databricks token"),
    # Snowflake's session tokens; its programmatic ones are JSON web tokens.
    (re.compile(r"\bver:\d+-hint:\d+-\S{16}"), "a Snowflake token"),
    (re.compile(r"\beyJ[\w=-]{8,}\.eyJ[\w=-]{8,}"), "a JSON web token"),
    (re.compile(r"(?i)\bbearer\s+(?=\S*\d)[\w.~+/=-]{8}"), "a bearer token"),
    (re.compile(r"://[^/\s:@]*:(?!\$?\$\{)[^/\s@]+@"), "a password in a URL"),
    (re.compile(r"(?i)\bjdbc:oracle:[a-z]+:[^/\s:@]+/(?!\$?\$\{)[^@\s]+@"), "a password in a URL"),
)
_BASIC_AUTH: Final = re.compile(r"(?i)\bbasic\s+([a-z0-9+/]{6,}={0,2})")

_HEADER: Final = re.compile(r"(?i)(?:auth|authorization)\Z")
_SCHEME: Final = re.compile(r"(?i)(?:apikey|basic|bearer|token)\s+\S")

# Last words of a name that denotes the secret itself, not its column, file, length or ARN.
_SECRET_NOUNS: Final = re.compile(
    r"(?:secrets|token|credentials?)\Z|(?:[a-z]*(?:passwords?|passwd|passphrase|passcode|pwd))\Z"
    r"|[a-z]*(?:api|access|private|secret)key\Z|(?:client|db|app|user|shared)?secret\Z"
    r"|(?:access|api|auth|bearer|id|oauth|refresh|session)token\Z"
)
_KEY_QUALIFIERS: Final = re.compile(r"(?:access|api|auth|hmac|private|secret|signing|ssh)\Z")
# `pass` and `db-pass` are secrets; `bypass` and `first-pass` are not.
_SHORT_NOUNS: Final = re.compile(r"(?:pass|pw|pat)\Z")
_OWNERS: Final = (
    r"(?:admin|database|db|ftp|git|github|jdbc|key|ldap|login|mysql|oracle|pg|postgres|redshift|root|sftp|smtp"
    r"|snowflake|sql|ssl|store|trust|user)"
)
_OWNER_PREFIX: Final = re.compile(rf"{_OWNERS}\Z")
_OWNER_AND_SHORT_NOUN: Final = re.compile(rf"{_OWNERS}(?:pass|pw)\Z")
# Suffixes for the format or the number of a secret are ignored.
_SUFFIXES: Final = re.compile(r"(?:b64|base64|clear|new|old|plain|plaintext|string|text|value|[0-9]+)\Z")
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")

# Locations of secrets and placeholders are not secrets.
_REFERENCES: Final = re.compile(
    r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+|secretsmanager:\S+|ssm:\S+|EMR\.secret@\S+"
    r"|(?:\$?\$\{[^}]+\}[:;,/ ]?)+|\{\{\s*[\w.:/ -]+\}\}|<aws\.scheduler\.[a-z-]+>"
)
_LITERALS: Final = re.compile(r"(?i)(?:|true|false|none|null|yes|no|on|off)\Z")

_NAME: Final = r"[A-Za-z][\w.-]*"
# `name=value` inside a text, as in `…;password=x` or a login module's `password="x"`; `"name": "value"` as in JSON.
_PAIR: Final = re.compile(rf"""(?<![\w.-])({_NAME})=("[^"]*"|'[^']*'|[^\s;&,"'|)]+)""")
_QUOTED: Final = re.compile(rf"""(["'])({_NAME})\1\s*:\s*(["'])(.*?)\3""")


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


def is_reference(value: str) -> bool:
    """Whether a value is the location of a secret or a boolean, and so not a secret."""
    text = value.strip()
    return bool(_LITERALS.match(text) or _REFERENCES.fullmatch(text))


def token_kind(text: str) -> str | None:
    """Kind of secret in a text, by format."""
    for shape, kind in TOKEN_PATTERNS:
        if shape.search(text):
            return kind
    return "a password" if any(map(_is_basic_credentials, _BASIC_AUTH.findall(text))) else None


def is_secret(name: str, value: Any) -> bool:
    """Whether a named value is a secret by name or format, or contains one."""
    return find_secret(name, value) is not None


def find_secret(name: str, value: Any) -> str | None:
    """Describe the secret of a named value without showing it: `--password holds a secret`."""
    text = "" if value is None else str(value)
    named = is_secret_name(name) or (_HEADER.search(name) and _SCHEME.match(text))
    if named and not is_reference(text):
        return f"{name} holds a secret"
    kind = token_kind(text)
    if kind:
        return f"{name} holds {kind}"
    inside = next(_find_in_text(text), None)
    return f"{name}: {inside}" if inside else None


def find_in_settings(settings: Mapping[str, Any]) -> Iterator[str]:
    """Problems of named values, one message each."""
    for name, value in settings.items():
        problem = find_secret(name, value)
        if problem:
            yield problem


def find_in_arguments(arguments: Iterable[Any]) -> Iterator[str]:
    """Problems of a command line: `--password x`, `--password=x`, `password=x`, or a secret by its format."""
    given = [str(argument) for argument in arguments]
    for index, argument in enumerate(given):
        name, equals, value = argument.partition("=")
        option = argument.startswith("-") and not re.search(r"\s", name)
        following = given[index + 1] if index + 1 < len(given) else ""
        if option and not equals and not following.startswith("--"):
            value = following if is_secret_name(name) or _HEADER.search(name) else ""
        problem = find_secret(name, value) if option else find_secret(f"argument {index + 1}", argument)
        if problem:
            yield problem


def find_in_document(value: Any, name: str) -> Iterator[str]:
    """Problems of a JSON document: named values at any depth, and lists that are command lines."""
    if isinstance(value, dict):
        # Environment variables of containers and parameters of steps have a name and a value.
        words = {str(key).lower(): part for key, part in value.items()}
        if isinstance(words.get("value"), str):
            yield from find_in_document(words["value"], str(words.get("name", words.get("key", name))))
        for key, part in value.items():
            if str(key).lower() != "value":
                yield from find_in_document(part, str(key))
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        if is_secret_name(name) and not all(map(is_reference, value)):
            yield f"{name} holds a secret"
        else:
            yield from find_in_arguments(value)
    elif isinstance(value, list):
        for item in value:
            yield from find_in_document(item, name)
    else:
        problem = find_secret(name, value)
        if problem:
            yield problem


def _find_in_text(text: str) -> Iterator[str]:
    """Named secrets inside a text: JSON, URL parameters, options in one string."""
    pairs = [(name, value.strip("\"'")) for name, value in _PAIR.findall(text)]
    pairs += [(name, value) for _, name, _, value in _QUOTED.findall(text)]
    for name, value in pairs:
        # A join of two tables, `t.token=s.token`, compares names.
        joined = "." in value and name.rpartition(".")[2] == value.rpartition(".")[2]
        if is_secret_name(name) and not is_reference(value) and not joined:
            yield f"{name} holds a secret"
    if text.lstrip().startswith(("{", "[")):
        try:
            yield from list(find_in_document(json.loads(text), "text"))
        except ValueError:
            return
        except RecursionError:
            yield "text is nested too deeply to be checked"
    elif re.search(r"(?:^|\s)-\S+\s", text):
        words = _split(text)
        # A single word is the text itself.
        yield from find_in_arguments(words) if len(words) > 1 else ()


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _is_basic_credentials(encoded: str) -> bool:
    """Whether a word after `Basic` is `user:password` in base64, not a plain word."""
    try:
        return ":" in base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
