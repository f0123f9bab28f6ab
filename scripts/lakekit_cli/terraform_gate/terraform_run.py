"""Run Terraform: its messages are read for locks, a state that it could not save, and expired AWS credentials."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.dumped import keep_dumped_state
from lakekit_cli.state.lock_message import captured_stderr, is_lock_error, read_all, without_hint

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
        errors: Standard error; None if it was not captured.
    """

    code: int
    expired: bool = False
    errors: str | None = None


def run_terraform(
    command: Sequence[str],
    stack: str,
    working: Path,
    environ: Mapping[str, str],
    interrupts: InterruptHandler,
    *,
    relay: Callable[[Iterator[bytes]], None] | None = None,
) -> TerraformEnd:
    """Run Terraform; replace its hint to disable state locking, and state that credentials have expired.

    Args:
        command: Terraform and its arguments.
        stack: Name of the stack.
        working: Working directory of Terraform.
        environ: Environment variables of Terraform.
        interrupts: Runs it, and forwards interrupts to it.
        relay: Prints its standard output.
    """
    with captured_stderr(environ) as captured:
        code = interrupts.run(list(command), environ, stderr=captured, relay=relay)
        text = read_all(captured) if captured is not None else ""
        is_known = captured is not None
    text = keep_dumped_state(text, working, environ)
    locked = is_lock_error(text)
    write_all(sys.stderr.fileno(), without_hint(text, stack).encode())
    expired = bool(code) and reports_expired_credentials(text)
    if expired:
        print_stderr(f"{stack}: the AWS credentials have expired; {RENEW}.")
    elif code and _NO_CREDENTIALS in text:
        print_stderr(f"{stack}: no AWS credentials were found; {_LOG_IN}.")
    return TerraformEnd(int(ExitCode.BLOCKED) if locked and code else code, expired, text if is_known else None)


def reports_expired_credentials(text: str) -> bool:
    """Whether an error of Terraform states that the AWS credentials have expired."""
    return _EXPIRED.search(text) is not None
