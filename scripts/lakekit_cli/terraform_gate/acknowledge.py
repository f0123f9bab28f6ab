"""Record acknowledgements of rejected plans."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from lakekit_policies import Verdict
    from lakekit_policies.records.acknowledgements import Acknowledgement

# Variables that name the user of a pipeline: GitHub Actions, GitLab CI.
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")


class NotAcknowledgedError(LakekitError):
    """An acknowledgement that was rejected."""

    exit_code = int(ExitCode.USAGE)


def record_acknowledgement(
    root: Path, verdict: Verdict, typed: str, reason: str, *, digest_argument: str = "DIGEST"
) -> Acknowledgement:
    """Record that the changes of a rejected plan are intended.

    Args:
        root: Project folder.
        verdict: Verdict on the plan.
        typed: Digest that the user has entered.
        reason: Why the changes are intended.
        digest_argument: Argument of the command line that the digest comes from.

    Raises:
        NotAcknowledgedError: The digest does not match, or the findings cannot be acknowledged.
    """
    from lakekit_policies.records.acknowledgements import FILE, AcknowledgementError, AcknowledgementLedger

    arguments = {"digest": digest_argument, "reason": "--reason"}
    try:
        return AcknowledgementLedger(root / FILE).acknowledge(
            verdict, typed, who=current_actor(root, os.environ), reason=reason, now=datetime.now(UTC)
        )
    except AcknowledgementError as error:
        raise NotAcknowledgedError(str(error), where=arguments[error.argument], fix=error.fix) from error


def load_rejected_plan(root: Path, typed: str) -> Verdict:
    """Load the verdict on a rejected plan of this project by its digest.

    Raises:
        NotAcknowledgedError: No rejected plan has this digest.
    """
    from lakekit_policies.records.acknowledgements import AcknowledgementError
    from lakekit_policies.records.rejected_plans import REJECTED_FOLDER, load_rejected

    try:
        return load_rejected(root / REJECTED_FOLDER, typed)
    except AcknowledgementError as error:
        raise NotAcknowledgedError(str(error), where=str(root / REJECTED_FOLDER), fix=error.fix) from error


def save_rejected_plan(root: Path, verdict: Verdict) -> str:
    """Save a verdict that may be acknowledged; return the command that does so, or an empty string if it may not."""
    from lakekit_policies.records.acknowledgements import ACKNOWLEDGEABLE
    from lakekit_policies.records.rejected_plans import REJECTED_FOLDER, save_rejected

    if not verdict.findings or not all(found.rule_id.startswith(ACKNOWLEDGEABLE) for found in verdict.findings):
        return ""
    save_rejected(root / REJECTED_FOLDER, verdict)
    return f'lakekit gate acknowledge {verdict.plan_digest} --reason "why the changes are intended"'


def current_actor(root: Path, environ: Mapping[str, str]) -> str:
    """Return the actor: the user of the pipeline, the e-mail address of git, or the login."""
    for name in _ACTORS:
        if actor := environ.get(name):
            return f"{actor} (pipeline)"
    login = f"{getpass.getuser()}@{socket.gethostname()}"
    try:
        done = subprocess.run(
            shlex.split("git config user.email"), cwd=root, capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return login
    return f"{done.stdout.strip()} ({login})" if done.stdout.strip() else login
