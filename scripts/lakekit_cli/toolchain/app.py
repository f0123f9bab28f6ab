"""The project's app: its interpreter, and what its exit code means."""

from __future__ import annotations

import re
import shlex
import signal
from pathlib import Path

from lakekit.errors import LakekitError

from .errors import ToolError
from .project import Project

# Codes of the gate and of interrupts that an app passes on; the other codes of an app have no meaning for `lakekit`.
_PASSED_ON = frozenset((3, 4, 5, 130))
# POSIX, XCU 2.8.2: found and not executable; not found.
_NOT_STARTED = frozenset((126, 127))
# POSIX, XCU 2.8.2: the exit code of a shell for a command that a signal has ended is larger than this.
_SIGNALS = 128
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


def require_interpreter(project: Project) -> None:
    """Check that the program of `app` in cdktf.json exists, if it is a path.

    Raises:
        ToolError: It does not exist, or `app` has an open quotation.
    """
    try:
        words = shlex.split(project.app)
    except ValueError as error:
        raise ToolError(
            f"the app `{project.app}` cannot be started: {str(error).lower()}",
            where=_app_key(project),
            fix="close the quotation in app",
        ) from error
    program = next((word for word in words if not _ASSIGNMENT.match(word)), "")
    if "/" in program and "$" not in program and not (project.root / Path(program).expanduser()).exists():
        raise _not_started(project, f"{program} does not exist")


def app_exit_code(code: int, project: Project) -> int:
    """Return the exit code of `lakekit` for that of the app: 1 unless it is a code of the gate or of an interrupt.

    Raises:
        ToolError: The shell could not start the app.
    """
    if code in _NOT_STARTED:
        raise _not_started(project, f"the shell ended with exit code {code}, see above")
    return code if code in _PASSED_ON else int(code != 0)


def modified_at(file: Path) -> int | None:
    """Return the time of the last change of a file in nanoseconds; None if it does not exist."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None


class AppEndedError(LakekitError):
    """The app has failed.

    Attributes:
        exit_code: The code of the gate or of an interrupt that the app passes on; else 1.
    """

    exit_code = 1


def app_error(code: int, project: Project) -> AppEndedError:
    """Return the error for an app that has failed: its own messages may not say what ended."""
    code = code if code >= 0 else _SIGNALS - code
    if code > _SIGNALS:
        try:
            ended = f"was ended by the signal {signal.Signals(code - _SIGNALS).name}"
        except ValueError:
            ended = f"ended with exit code {code}"
    else:
        ended = f"ended with exit code {code}, see its messages above"
    error = AppEndedError(
        f"the app `{project.app}` {ended}; the stacks were not synthesized",
        where=_app_key(project),
        fix="correct what the app reports, then run the command again",
    )
    error.exit_code = code if code in _PASSED_ON else 1
    return error


def wrote_nothing(project: Project) -> LakekitError:
    """Return the error for an app that has ended without an error and without a manifest of its own."""
    return LakekitError(
        f"the app `{project.app}` has written no stacks to {project.output}",
        where=_app_key(project),
        fix="name a program that calls `app.synth()`, and that writes to the folder of CDKTF_OUTDIR",
    )


def _app_key(project: Project) -> str:
    return f"{project.root / 'cdktf.json'}, key app"


def _not_started(project: Project, reason: str) -> ToolError:
    return ToolError(
        f"the app `{project.app}` cannot be started: {reason}",
        where=_app_key(project),
        fix="create the virtual environment (in this repository: make setup), or name an existing interpreter in app",
    )
