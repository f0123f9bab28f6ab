"""Run Terraform: its messages are read for locks, a state that it could not save, and expired AWS credentials."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.dumped import keep_dumped_state
from lakekit_cli.state.lock_message import captured, is_lock_error, read_all, streams_logs, without_hint

from .followed import errors_of_json, followed
from .process import InterruptHandler, print_stderr, write_all

# Error codes of AWS services and SDKs for a session that has ended:
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the S3 list of error codes. The provider
# prints them as `api error ExpiredToken:`, the S3 backend too.
_EXPIRED: Final = re.compile(
    r"\b(?:ExpiredToken(?:Exception)?|RequestExpired|TokenRefreshRequired)\b"
    r"|security token included in the request is expired"
)
# Provider and S3 backend, hashicorp/aws-sdk-go-base, `NoValidCredentialSourcesError`.
_NO_CREDENTIALS: Final = "No valid credential sources found"
RENEW: Final = "renew the AWS credentials (for example with `aws sso login`)"
"""What to do about expired credentials, as part of a sentence."""
_LOG_IN: Final = (
    "log in (for example with `aws sso login`) and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and the others"
)


@dataclass(frozen=True)
class TerraformEnd:
    """How Terraform ended.

    Attributes:
        code: Exit code; that of a blocked command if the state is locked.
        expired: Whether it failed because the AWS credentials had expired.
        errors: Its errors.
    """

    code: int
    expired: bool = False
    errors: str = ""


def run_terraform(
    command: Sequence[str],
    stack: str,
    working: Path,
    environ: Mapping[str, str],
    interrupts: InterruptHandler,
    *,
    relay: Callable[[Iterator[bytes]], None] | None = None,
    prints_json: bool = False,
) -> TerraformEnd:
    """Run Terraform; replace its hint to disable state locking, and state that credentials have expired.

    Args:
        command: Terraform and its arguments.
        stack: Name of the stack.
        working: Working directory of Terraform.
        environ: Environment variables of Terraform.
        interrupts: Runs it, and forwards interrupts to it.
        relay: Prints its standard output.
        prints_json: Whether its errors are in its standard output, as with `apply -json`.
    """
    logs = streams_logs(environ)
    with ExitStack() as streams:
        out = streams.enter_context(followed(sys.stdout.fileno())) if prints_json else None
        if logs:
            shown = streams.enter_context(followed(sys.stderr.fileno()))
            stderr = shown.descriptor
        else:
            stderr = streams.enter_context(captured())
        stdout = out.descriptor if out else None
        code = interrupts.run(list(command), environ, stdout=stdout, stderr=stderr, relay=relay)
        text = read_all(stderr)
        errors = text + errors_of_json(out.text) if out else text
    text = keep_dumped_state(text, working, environ)
    locked = is_lock_error(errors)
    if not logs:
        write_all(sys.stderr.fileno(), without_hint(text, stack).encode())
    expired = bool(code) and reports_expired_credentials(errors)
    if expired:
        print_stderr(f"{stack}: the AWS credentials have expired; {RENEW}.")
    elif code and _NO_CREDENTIALS in errors:
        print_stderr(f"{stack}: no AWS credentials were found; {_LOG_IN}.")
    return TerraformEnd(int(ExitCode.BLOCKED) if locked and code else code, expired, errors)


def reports_expired_credentials(text: str) -> bool:
    """Whether an error of Terraform states that the AWS credentials have expired."""
    return _EXPIRED.search(text) is not None
