"""Rejection of secrets in arguments and settings: they would be readable in state, console and logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit_policies.secrets.find import find_in_arguments, find_in_settings


def reject_plaintext_secrets_in_arguments(scope: Construct, arguments: Iterable[str]) -> None:
    """Reject a command line that contains a secret or the name of one.

    `--password hunter2` and `--db.password=hunter2` are rejected; `--password-secret arn:aws:secretsmanager:…` is not.

    Raises:
        ConstructError: names the argument, never its value.
    """
    _reject(scope, "", find_in_arguments(arguments))


def reject_plaintext_secrets_in_settings(
    scope: Construct, settings: Mapping[str, str], *, what: str, fix: str = ""
) -> None:
    """Reject settings that contain a secret.

    Args:
        scope: the construct with the settings.
        settings: the values by name.
        what: term for the settings in the error.
        fix: the fix in the error; a grant on the secret by default.

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
