"""Secrets have no business in arguments and settings: they would stand in state, in the console and in every log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit_policies.shared.secret_detection import find_in_arguments, find_in_settings


def reject_plaintext_secrets_in_arguments(scope: Construct, arguments: Iterable[str]) -> None:
    """Refuse a command line that holds a secret, or introduces one.

    `--password hunter2` and `--db.password=hunter2` are refused; `--password-secret arn:aws:secretsmanager:…` is not.

    Raises:
        ConstructError: names the argument, never its value.
    """
    _reject(scope, "", find_in_arguments(arguments))


def reject_plaintext_secrets_in_settings(
    scope: Construct, settings: Mapping[str, str], *, what: str, fix: str = ""
) -> None:
    """Refuse named values of which one is a secret, or holds one.

    Args:
        scope: whose they are.
        settings: the values by name.
        what: what the caller calls them.
        fix: what to do instead; a grant on the secret by default.

    Raises:
        ConstructError: names the setting, never its value.
    """
    _reject(scope, f"{what} ", find_in_settings(settings), fix)


def _reject(scope: Construct, what: str, problems: Iterable[str], fix: str = "") -> None:
    for problem in problems:
        raise ConstructError(
            scope,
            f"{what}{problem}, readable in the state, the console and the logs",
            fix=fix
            or "keep it in Secrets Manager, pass its ARN, and grant the job access: Secret.from_arn(…).grant_read(job)",
        )
