"""Errors with the given value, the location, the allowed values and the fix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from constructs import IConstruct


class LakekitError(Exception):
    """Base class of all errors that users of Lakekit see.

    Args:
        problem: one sentence with the given value and the allowed ones.
        where: file and line, construct path, or command.
        fix: one sentence with the fix.
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
    """An environment file is missing or not valid.

    Args:
        problem: the first problem.
        where: file and line.
        fix: one sentence with the fix.
        others: the other problems of the file, each with its line.
    """

    def __init__(
        self, problem: str, *, where: str | None = None, fix: str | None = None, others: Sequence[str] = ()
    ) -> None:
        super().__init__(problem, where=where, fix=fix)
        self.others = tuple(others)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *self.others])


class ConstructError(LakekitError):
    """A construct has arguments that are not valid.

    Args:
        construct: the construct; the message starts with its path.
        problem: the given value and the allowed ones.
        fix: the fix.
    """

    def __init__(self, construct: IConstruct, problem: str, *, fix: str | None = None) -> None:
        super().__init__(problem, where=construct.node.path, fix=fix)


class CollisionError(LakekitError):
    """Two constructs have the same physical name."""


class RunInProgressError(LakekitError):
    """Another run uses the output folder or one of its stacks.

    Attributes:
        exit_code: 7.
    """

    exit_code = 7


class GateRejectedError(LakekitError):
    """The policy gate rejected the synthesized configuration or could not evaluate it.

    Attributes:
        exit_code: 1 for findings, 3 if the gate could not evaluate.
    """

    def __init__(self, problem: str, *, exit_code: int, fix: str | None = None) -> None:
        super().__init__(problem, fix=fix)
        self.exit_code = exit_code
