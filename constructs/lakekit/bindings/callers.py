"""Find out whether an exception that is raised now would reach a handler of the program.

Python 3.11 keeps the handlers of a function in a table of its code (`co_exceptiontable`): ranges of instructions, for
`try`, `with` and `finally` alike. An exception that no range in the stack covers ends the program.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Final

Call = tuple[FrameType, int]
"""A frame, and the instruction that it executed."""

_LIBRARY: Final = f"{Path(__file__).parents[1]}{os.sep}"
_PASSING_MODULES: Final = frozenset({"runpy", "importlib", "importlib._bootstrap", "importlib._bootstrap_external"})
"""Modules whose handlers clean up and raise again."""
_ranges: Final[dict[int, tuple[CodeType, tuple[tuple[int, int], ...]]]] = {}
_ending: Final[dict[int, CodeType]] = {}


def ends_program(function: Callable[..., None]) -> None:
    """Note that the handlers of a function end the program.

    Args:
        function: written in Python.
    """
    code: CodeType = function.__code__
    _ending[id(code)] = code


def unhandled_calls(frame: FrameType | None) -> list[Call] | None:
    """Return the calls of a stack, the innermost first; None when a handler in one of them could catch an exception.

    Args:
        frame: the innermost frame.
    """
    calls: list[Call] = []
    while frame is not None:
        code, instruction = frame.f_code, frame.f_lasti
        # The interpreter ignores errors of finalizers, and those of a thread or of `atexit` end only the function.
        if code.co_name == "__del__" or (frame.f_back is None and code.co_name != "<module>"):
            return None
        if code.co_exceptiontable and _may_catch(code, instruction, frame):
            return None
        calls.append((frame, instruction))
        frame = frame.f_back
    return None if hasattr(sys, "ps1") or sys.flags.interactive else calls


def traceback_of(calls: list[Call]) -> TracebackType | None:
    """Return a traceback of calls that have ended since.

    Args:
        calls: the innermost first.
    """
    found = None
    for frame, instruction in calls:
        found = TracebackType(found, frame, instruction, _line(frame.f_code, instruction))
    return found


def line_of_program(calls: list[Call]) -> str:
    """Return file and line of the innermost call outside of installed packages and this library, or an empty text.

    Args:
        calls: the innermost first.
    """
    for frame, instruction in calls:
        file = frame.f_code.co_filename
        if not file.startswith((_LIBRARY, "<frozen")) and "-packages" + os.sep not in file:
            return f"{file}:{_line(frame.f_code, instruction)}"
    return ""


def _may_catch(code: CodeType, instruction: int, frame: FrameType) -> bool:
    known = _ranges.get(id(code))
    if known is None:
        known = _ranges[id(code)] = (code, _parse(code.co_exceptiontable))
    if not any(start <= instruction < end for start, end in known[1]):
        return False
    return id(code) not in _ending and frame.f_globals.get("__name__") not in _PASSING_MODULES


def _parse(table: bytes) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a table (CPython, `Objects/exception_handling_notes.txt`), in bytes of instructions."""
    numbers, found = iter(table), []

    def number() -> int:
        byte = next(numbers)
        value = byte & 63
        while byte & 64:
            byte = next(numbers)
            value = value << 6 | byte & 63
        return value * 2

    try:
        while True:
            start, length, _, _ = number(), number(), number(), number()
            found.append((start, start + length))
    except StopIteration:
        return tuple(found)


def _line(code: CodeType, instruction: int) -> int:
    lines = (line for start, end, line in code.co_lines() if start <= instruction < end and line is not None)
    return next(lines, code.co_firstlineno)
