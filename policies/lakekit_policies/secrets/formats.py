"""Secrets by their format: keys, tokens, passwords in URLs.

The formats are those of detect-secrets (a dependency of checkov) and some more; a test compares them with that library.
It is not imported: the gate's worker replaces it by a stub, and its import takes longer than evaluating a stack.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

TOKEN_PATTERNS: Final = (
    (
        re.compile(r"\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}\b"),
        "an AWS access key",
        ("a3t", "abia", "acca", "akia", "asia"),
    ),
    (
        re.compile(r"(?i)aws.{0,20}?(?:key|pwd|pw|password|pass|token).{0,20}?\b[0-9a-z/+]{40}\b"),
        "an AWS key",
        ("aws",),
    ),
    (re.compile(r"BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|PuTTY-User-Key-File-"), "a private key", ("private key", "putty")),
    (
        re.compile(r"gh[pousr]_\w{36}|github_pat_\w{40}"),
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    ),
    (re.compile(r"\bglpat-[\w-]{20}"), "a GitLab token", ("glpat-",)),
    (
        re.compile(r"(?i)xox[abposr]-(?:\d+-)+[a-z0-9]+|hooks\.slack\.com/services/T\w+/B\w+/\w+"),
        "a Slack token",
        ("xox", "slack.com"),
    ),
    (re.compile(r"[rs]k_live_[0-9a-zA-Z]{24}"), "a Stripe key", ("k_live_",)),
    (re.compile(r"\bsq0csp-[0-9A-Za-z_-]{43}"), "a Square token", ("sq0csp-",)),
    (re.compile(r"\bnpm_[0-9A-Za-z]{36}\b|//.{1,200}/:_authToken=\s*(?!\$)\S"), "an npm token", ("npm_", "_authtoken")),
    (re.compile(r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"), "a Mailchimp key", ("-us",)),
    (re.compile(r"\bSK[0-9a-f]{32}\b"), "a Twilio key", ("sk",)),
    (re.compile(r"\bAKC[A-Za-z0-9]{10,}\b"), "an Artifactory token", ("akc",)),
    (re.compile(r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}"), "a key of a model provider", ("sk-",)),
    (re.compile(r"\bhvs\.[\w-]{24,}"), "a Vault token", ("hvs.",)),
    (re.compile(r"\bSG\.[\w-]{22}\.[\w-]{43}"), "a SendGrid key", ("sg.",)),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86,88}=="), "an Azure storage key", ("==",)),
    (re.compile(r"\bAIza[\w-]{35}"), "a Google key", ("aiza",)),
    (re.compile(r"\bdapi[0-9a-f]{32}\b"), "a Databricks token", ("dapi",)),
    # Snowflake's session tokens; its programmatic ones are JSON web tokens.
    (re.compile(r"\bver:\d+-hint:\d+-\S{16}"), "a Snowflake token", ("ver:",)),
    (re.compile(r"\beyJ[\w=-]{8,}\.eyJ[\w=-]{8,}"), "a JSON web token", ("eyj",)),
    (re.compile(r"(?i)\bbearer\s+(?=\S*\d)[\w.~+/=-]{8}"), "a bearer token", ("bearer",)),
    (re.compile(r"://[^/\s:@]*:(?!\$?\$\{)[^/\s@]+@"), "a password in a URL", ("://",)),
    (re.compile(r"(?i)\bjdbc:oracle:[a-z]+:[^/\s:@]+/(?!\$?\$\{)[^@\s]+@"), "a password in a URL", ("jdbc:oracle",)),
)
"""Format, description, and texts of which one is in every match, lower case: most texts need no search."""
_BASIC_AUTH: Final = re.compile(r"(?i)\bbasic\s+([a-z0-9+/]{6,}={0,2})")


def token_kind(text: str) -> str | None:
    """Kind of secret in a text, by format."""
    lower = text.lower()
    for shape, kind, parts in TOKEN_PATTERNS:
        if any(part in lower for part in parts) and shape.search(text):
            return kind
    if "basic" in lower and any(map(_is_basic_credentials, _BASIC_AUTH.findall(text))):
        return "a password"
    return None


def _is_basic_credentials(encoded: str) -> bool:
    """Whether a word after `Basic` is `user:password` in base64, not a plain word."""
    try:
        return ":" in base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return False
