"""Errors that say what was given, where, what is allowed, and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from constructs import IConstruct


class LakekitError(Exception):
    """Base of every error a user of Lakekit can cause or has to act on.

    Args:
        problem: one sentence: what is wrong, with the value that was given.
        where: the file (and line), the construct path, or the command it concerns.
        fix: one sentence: what to do about it.
    """

    def __init__(self, problem: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.problem = problem
        self.where = where
        self.fix = fix
        lines = [f"{where}: {problem}" if where else problem]
        if fix:
            lines.append(f"Fix: {fix}")
        super().__init__("\n".join(lines))


class EnvironmentFileError(LakekitError):
    """An environment file that cannot be used."""


class ConstructError(LakekitError):
    """A construct was given something it refuses to build.

    Args:
        construct: the construct that refuses; its path is shown.
        problem: what was given and what is allowed.
        fix: what to write instead.
    """

    def __init__(self, construct: IConstruct, problem: str, *, fix: str | None = None) -> None:
        super().__init__(problem, where=construct.node.path, fix=fix)


class CollisionError(LakekitError):
    """Two constructs claim the same physical name."""


class GateRejectedError(LakekitError):
    """The policy gate refused the synthesized configuration, or could not evaluate it.

    Attributes:
        exit_code: 1 when there are findings, 3 when the gate could not evaluate.
    """

    def __init__(self, problem: str, *, exit_code: int, fix: str | None = None) -> None:
        super().__init__(problem, fix=fix)
        self.exit_code = exit_code
