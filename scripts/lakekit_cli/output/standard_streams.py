"""Standard streams that the caller has closed, whose reader has ended, or with a small character set."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Final, TextIO


def prepare_streams() -> None:
    """Connect closed standard streams to the null device, and print to the others without errors.

    Python sets a closed stream to None, and the next file that is opened would get its descriptor. A reader that ends
    early, as `head` does, does not change how a run ends. Characters that the character set of a stream lacks are
    printed as escape sequences.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            os.dup2(opened, descriptor)
            os.set_inheritable(descriptor, True)
            if opened != descriptor:
                os.close(opened)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = _tolerant(sys.stdout, 1)
    sys.stderr = _tolerant(sys.stderr, 2)


class OutputResult:
    """Whether the result of a run could be printed to standard output.

    Attributes:
        error: Why not; None if it could.
    """

    error: OSError | None = None

    def exit_code(self, code: int) -> int:
        """Return the exit code of the run, which has printed its statements.

        Raises:
            OSError: The run itself has not failed, but its result could not be printed.
        """
        if self.error is not None and not code:
            raise self.error
        return code


@contextlib.contextmanager
def printing_result() -> Iterator[OutputResult]:
    """Print the result of a run in the body; an error is kept until the run has printed what to do next."""
    result = OutputResult()
    try:
        yield result
    except OSError as error:
        result.error = error


_NAMES: Final = {1: "standard output", 2: "standard error"}


class _Tolerant(io.TextIOWrapper):
    """A stream that discards its output once its reader has ended, or its terminal was closed."""

    def write(self, text: str, /) -> int:
        with self._ignoring_closed_reader():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with self._ignoring_closed_reader():
            super().flush()

    @contextlib.contextmanager
    def _ignoring_closed_reader(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # What is still buffered is written to the null device, also when the interpreter ends.
            opened = os.open(os.devnull, os.O_WRONLY)
            os.dup2(opened, self.fileno())
            os.close(opened)
            if error.errno not in (errno.EPIPE, errno.EIO):
                raise OSError(error.errno, error.strerror, _NAMES[self.fileno()]) from error


def _tolerant(stream: TextIO | None, descriptor: int) -> TextIO:
    if stream is None:
        return os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)
    if type(stream) is not io.TextIOWrapper or stream.fileno() != descriptor:
        return stream  # replaced by a test or another program
    encoding, is_line_buffered = stream.encoding, stream.line_buffering
    return _Tolerant(stream.detach(), encoding, "backslashreplace", line_buffering=is_line_buffered)
