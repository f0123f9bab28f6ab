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
    from lakekit_policies.records.acknowledgements import Acknowledgement

# Who a pipeline acts for: GitHub Actions, GitLab CI.
_ACTORS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")


class NotAcknowledgedError(LakekitError):
    """An acknowledgement that is not accepted."""

    exit_code = int(ExitCode.USAGE)


def record_acknowledgement(root: Path, verdict: Verdict, typed: str, reason: str) -> Acknowledgement:
    """Record that a refused plan is meant.

    Args:
        root: the project.
        verdict: the refusal.
        typed: the digest somebody has typed.
        reason: why.

    Raises:
        NotAcknowledgedError: it is not accepted.
    """
    from lakekit_policies.records.acknowledgements import FILE, AcknowledgementError, AcknowledgementLedger

    try:
        return AcknowledgementLedger(root / FILE).acknowledge(
            verdict, typed, who=current_actor(root, os.environ), reason=reason, now=datetime.now(UTC)
        )
    except AcknowledgementError as error:
        raise NotAcknowledgedError(str(error), where="--acknowledge", fix=_fix(verdict)) from error


def load_rejected_plan(root: Path, typed: str) -> Verdict:
    """A plan that was refused in this project, by its digest.

    Raises:
        NotAcknowledgedError: there is none.
    """
    from lakekit_policies.records.acknowledgements import REJECTED_FOLDER, AcknowledgementError, load_rejected

    try:
        return load_rejected(root / REJECTED_FOLDER, typed)
    except AcknowledgementError as error:
        raise NotAcknowledgedError(
            str(error), where=str(root / REJECTED_FOLDER), fix="run the deploy or `lakekit plan` again"
        ) from error


def save_rejected_plan(root: Path, verdict: Verdict) -> str:
    """Keep a refusal that may be acknowledged; returns the line that does it, empty if it may not be."""
    from lakekit_policies.records.acknowledgements import ACKNOWLEDGEABLE, REJECTED_FOLDER, save_rejected

    if not verdict.findings or not all(found.rule_id.startswith(ACKNOWLEDGEABLE) for found in verdict.findings):
        return ""
    save_rejected(root / REJECTED_FOLDER, verdict)
    return f'lakekit gate acknowledge {verdict.plan_digest} --reason "why this is meant"'


def current_actor(root: Path, environ: Mapping[str, str]) -> str:
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
