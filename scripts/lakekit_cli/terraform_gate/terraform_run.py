"""Run Terraform: its messages are read for locks, a state that it could not save, and expired AWS credentials."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.diagnostics import Diagnostic, is_lock_error, json_diagnostics, printed_diagnostics
from lakekit_cli.state.dumped import DumpedStates
from lakekit_cli.state.lock_message import captured, read_all, streams_logs
from lakekit_cli.state.outcome import reports_unsaved_state

from .followed import followed
from .output_filter import KEPT, OutputFilter
from .process import InterruptHandler, print_stderr, write_all
from .stack import prints_color, without_no_color

# Error codes of AWS services and SDKs for a session that has ended:
# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the S3 list of error codes. The provider
# prints them as `api error ExpiredToken:`, the S3 backend too.
_EXPIRED: Final = re.compile(
    r"\b(?:ExpiredToken(?:Exception)?|RequestExpired|TokenRefreshRequired)\b"
    r"|security token included in the request is expired"
)
# Provider and S3 backend, hashicorp/aws-sdk-go-base, `NoValidCredentialSourcesError`.
_NO_CREDENTIALS: Final = "No valid credential sources found"
# aws-sdk-go-v2/config, `SharedConfigProfileNotExistError`.
_NO_PROFILE: Final = re.compile(r"failed to get shared config profile, ([^\s\"']+)")
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
        errors: Its diagnostics.
    """

    code: int
    expired: bool = False
    errors: tuple[Diagnostic, ...] = ()


def run_terraform(
    command: Sequence[str],
    stack: str,
    environ: Mapping[str, str],
    interrupts: InterruptHandler,
    *,
    relay: Callable[[Iterator[bytes]], None] | None = None,
    prints_json: bool = False,
    dumped: DumpedStates | None = None,
) -> TerraformEnd:
    """Run Terraform; replace its hint to disable state locking, and state that credentials have expired.

    Args:
        command: Terraform and its arguments.
        stack: Name of the stack.
        environ: Environment variables of Terraform.
        interrupts: Runs it, and forwards interrupts to it.
        relay: Prints its standard output.
        prints_json: Whether its errors are in its standard output, as with `-json`; excludes `relay`.
        dumped: Keeps the state that it prints; None for commands that print none.
    """
    text = ""
    errors: tuple[Diagnostic, ...] = ()
    styled = prints_color(command)
    # Only with colours can diagnostics be distinguished from the output of programs in them.
    forced = dumped is not None and not styled and not prints_json
    command = without_no_color(command) if forced else command

    def keep_state(state: str) -> bool:
        return dumped is not None and reports_unsaved_state(errors) and dumped.keep(state)

    logs = streams_logs(environ)
    with ExitStack() as streams:
        out = None
        if relay is None:
            # Not the descriptor itself: Terraform ends without saving its state if the reader of a pipe ends.
            outside = OutputFilter(stack, keep_state, is_json=prints_json, styled=styled, removes_style=forced)
            out = streams.enter_context(followed(sys.stdout.fileno(), outside))
        shown = OutputFilter(stack, keep_state, styled=styled, removes_style=forced)
        if logs:
            stderr = streams.enter_context(followed(sys.stderr.fileno(), shown)).descriptor
        else:
            stderr = streams.enter_context(captured())
        stdout = out.descriptor if out else None
        code = interrupts.run(list(command), environ, stdout=stdout, stderr=stderr, relay=relay)
        text = read_all(stderr)
        errors = printed_diagnostics(text, with_margins=styled or forced)
        if out and prints_json:
            errors += json_diagnostics(out.text)
    if not logs:
        write_all(sys.stderr.fileno(), shown.feed(text.encode()) + shown.end())
    if dumped is not None and dumped.file is None and reports_unsaved_state(errors) and dumped.keep_any(text):
        print_stderr(KEPT)
    stated = "\n".join(one.statement for one in errors if one.is_error)
    expired = bool(code) and reports_expired_credentials(stated)
    if expired:
        print_stderr(f"{stack}: the AWS credentials have expired; {RENEW}.")
    elif code and (profile := _NO_PROFILE.search(stated)):
        print_stderr(f"{stack}: the AWS profile {profile[1]} does not exist; set AWS_PROFILE to one of ~/.aws/config.")
    elif code and _NO_CREDENTIALS in stated:
        print_stderr(f"{stack}: no AWS credentials were found; {_LOG_IN}.")
    locked = bool(code) and is_lock_error(errors)
    return TerraformEnd(int(ExitCode.BLOCKED) if locked else code, expired, errors)


def reports_expired_credentials(text: str) -> bool:
    """Whether a statement of Terraform says that the AWS credentials have expired."""
    return _EXPIRED.search(text) is not None
