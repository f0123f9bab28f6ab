"""Whether a program has a file, pipe or connection open to which it can write, or another thread.

Opening one is an audit event of Python; writing to it afterwards is not.
"""

import _thread
import contextlib
import functools
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

try:
    import _posixsubprocess
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    _posixsubprocess = ModuleType("_posixsubprocess")

_STANDARD_STREAMS: Final = range(3)
_KINDS: Final = frozenset({stat.S_IFREG, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK})
_LISTS: Final = ("/proc/self/fd", "/dev/fd")
_ACCESS: Final = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_THREADS_OF_JSII: Final = 1
"""It reads what Node prints."""

_known: Final[set[tuple[int, int]]] = set()
_NONE_LISTED: Final = -1
_UNAUDITED: Final[dict[ModuleType, tuple[str, ...]]] = {
    _posixsubprocess: ("fork_exec",),
    _thread: ("start_new_thread", "start_new"),
    os: ("_exit", "abort", "dup2", "mkfifo", "mknod"),
    signal: ("raise_signal",),
}


def are_open() -> bool:
    """Whether the program has another thread, or something of its own to which it can write.

    What a parent process has passed on does not count: a descriptor that is closed on `exec` was opened by this process
    (`FD_CLOEXEC`; Python sets it unless it is asked not to).
    """
    return has_threads() or not _open() <= _known


def has_threads() -> bool:
    """Whether the program has another thread."""
    return _thread._count() > _THREADS_OF_JSII


@contextlib.contextmanager
def known() -> Iterator[None]:
    """What is opened meanwhile belongs to the library, not to the program."""
    before = _open()
    try:
        yield
    finally:
        _known.update(_open() - before)


def before_unaudited(call: Callable[[], object]) -> None:
    """Call a function before functions that have an effect and no audit event in Python 3.11.

    A program that has imported one of them by name before keeps its own.
    """

    def waiting(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def waits(*arguments: Any, **options: Any) -> Any:
            call()
            return function(*arguments, **options)

        return waits

    for module, names in _UNAUDITED.items():
        for name in names:
            if function := getattr(module, name, None):
                setattr(module, name, waiting(function))
    threading._start_new_thread = _thread.start_new_thread  # type: ignore[attr-defined]


def number() -> int:
    """How many descriptors are open: cheaper than `are_open`, and another number after something was opened."""
    for folder in _LISTS:
        with contextlib.suppress(OSError):
            return sum(1 for _ in os.scandir(folder))
    return _NONE_LISTED


def accept(descriptor: int) -> None:
    """Something that belongs to the library, not to the program.

    Args:
        descriptor: its number.
    """
    status = os.fstat(descriptor)
    _known.add((status.st_dev, status.st_ino))


def _open() -> set[tuple[int, int]]:
    """Device and inode of what this process has opened for writing."""
    if fcntl is None:
        return set()
    found = set()
    for descriptor in _descriptors():
        with contextlib.suppress(OSError):  # closed meanwhile, as that of the list itself
            if not fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC:
                continue
            if fcntl.fcntl(descriptor, fcntl.F_GETFL) & _ACCESS:
                status = os.fstat(descriptor)
                if stat.S_IFMT(status.st_mode) in _KINDS:
                    found.add((status.st_dev, status.st_ino))
    return found


def _descriptors() -> list[int]:
    for folder in _LISTS:
        with contextlib.suppress(OSError):
            return [number for one in os.scandir(folder) if (number := int(one.name)) not in _STANDARD_STREAMS]
    return []
