"""Secrets have no business in arguments: they would stand in state, in the console and in every log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError

_NAMED: Final = re.compile(
    r"(?i)(?:^|[-_.\s])(password|passwd|pwd|secret|api[-_]?key|access[-_]?key|private[-_]?key|token|credentials?)\s*[=:]?\s*(.*)$",
    re.DOTALL,
)
_SHAPED: Final = (
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"), "a GitHub token"),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "a password in a URL"),
)
# Where a secret is kept is no secret.
_REFERENCE: Final = re.compile(r"^(?:arn:aws[a-z-]*:secretsmanager:|secretsmanager:)")


def check_no_secrets(scope: Construct, arguments: Iterable[str], *, what: str) -> None:
    """Refuse arguments that are, or that introduce, a secret.

    `--password hunter2` and `--db.password=hunter2` are refused; `--password-secret arn:aws:secretsmanager:…` is not.

    Raises:
        ConstructError: names the argument, never its value.
    """
    values = list(arguments)
    for index, argument in enumerate(values):
        for shape, kind in _SHAPED:
            if shape.search(argument):
                raise _refusal(scope, f"{what} number {index + 1} holds {kind}")
        named = _NAMED.search(argument) if argument.startswith("-") or "=" in argument else None
        if named is None:
            continue
        option, equals, value = argument.partition("=")
        given = value if equals else (values[index + 1] if index + 1 < len(values) else "")
        if given and not given.startswith("--") and not _REFERENCE.match(given):
            raise _refusal(scope, f"{what} {option} holds a secret")


def _refusal(scope: Construct, problem: str) -> ConstructError:
    return ConstructError(
        scope,
        f"{problem}: arguments are readable in the state, the console and the logs",
        fix="keep it in Secrets Manager, pass its ARN, and let the job read it: job.grant_secret(…)",
    )
