"""Who acknowledges which refused plan, and where it is recorded."""

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
    from lakekit_policies.acknowledgements import Acknowledgement

# Who a pipeline acts for: GitHub Actions, GitLab CI.
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")


class NotAcknowledgedError(LakekitError):
    """An acknowledgement that is not accepted."""

    exit_code = int(ExitCode.USAGE)


def acknowledge(root: Path, verdict: Verdict, typed: str, because: str) -> Acknowledgement:
    """Record that a refused plan is meant.

    Args:
        root: the project.
        verdict: the refusal.
        typed: the digest somebody has typed.
        because: why.

    Raises:
        NotAcknowledgedError: it is not accepted.
    """
    from lakekit_policies.acknowledgements import FILE, AcknowledgementError, Ledger

    try:
        return Ledger(root / FILE).acknowledge(
            verdict, typed, who=who(root, os.environ), because=because, now=datetime.now(UTC)
        )
    except AcknowledgementError as error:
        raise NotAcknowledgedError(str(error), where="--acknowledge", fix=_fix(verdict)) from error


def refused(root: Path, typed: str) -> Verdict:
    """A plan that was refused in this project, by its digest.

    Raises:
        NotAcknowledgedError: there is none.
    """
    from lakekit_policies.acknowledgements import REFUSED, AcknowledgementError, read_refused

    try:
        return read_refused(root / REFUSED, typed)
    except AcknowledgementError as error:
        raise NotAcknowledgedError(
            str(error), where=str(root / REFUSED), fix="run the deploy or `lakekit plan` again"
        ) from error


def keep(root: Path, verdict: Verdict) -> str:
    """Keep a refusal that may be acknowledged; returns the line that does it, empty if it may not be."""
    from lakekit_policies.acknowledgements import ACKNOWLEDGEABLE, REFUSED, keep_refused

    if not verdict.findings or not all(found.rule_id.startswith(ACKNOWLEDGEABLE) for found in verdict.findings):
        return ""
    keep_refused(root / REFUSED, verdict)
    return f'lakekit gate acknowledge {verdict.plan_digest} --because "why this is meant"'


def who(root: Path, environ: Mapping[str, str]) -> str:
    """The person: the pipeline's actor, the mail address git knows, or the login."""
    for name in _ACTORS:
        if actor := environ.get(name):
            return f"{actor} (pipeline)"
    login = f"{getpass.getuser()}@{socket.gethostname()}"
    try:
        asked = subprocess.run(
            shlex.split("git config user.email"), cwd=root, capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return login
    return f"{asked.stdout.strip()} ({login})" if asked.stdout.strip() else login


def _fix(verdict: Verdict) -> str:
    if not verdict.plan_digest:
        return "name a plan"
    return "read the report of this very plan, then decide"
