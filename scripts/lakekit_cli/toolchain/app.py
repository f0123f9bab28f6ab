"""The project's app: its interpreter, and what its exit code means."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from .errors import ToolError
from .project import Project

# Codes of the gate and of interrupts that an app passes on; the other codes of an app have no meaning for `lakekit`.
_PASSED_ON = frozenset((3, 4, 5, 130))
# POSIX, XCU 2.8.2: found and not executable; not found.
_NOT_STARTED = frozenset((126, 127))
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


def _app_key(project: Project) -> str:
    return f"{project.root / 'cdktf.json'}, key app"


def _not_started(project: Project, reason: str) -> ToolError:
    return ToolError(
        f"the app `{project.app}` cannot be started: {reason}",
        where=_app_key(project),
        fix="create the virtual environment (in this repository: make setup), or name an existing interpreter in app",
    )
