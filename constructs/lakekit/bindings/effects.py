"""Which audit events of Python are effects outside of the process."""

import os
from typing import Any, Final

_EFFECTS: Final = frozenset(
    {"ctypes.dlopen", "os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty",
     "os.kill", "os.link", "os.mkdir", "os.posix_spawn", "os.remove", "os.rename", "os.rmdir", "os.symlink",
     "os.system", "os.truncate", "os.utime", "shutil.copyfile", "shutil.copytree", "shutil.move", "shutil.rmtree",
     "socket.connect", "socket.sendmsg", "socket.sendto", "sqlite3.connect", "subprocess.Popen", "tempfile.mkdtemp",
     "tempfile.mkstemp", "webbrowser.open"}
)  # fmt: skip

_WRITING_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_WRITING_MODES: Final = frozenset("wax+")


def has_effect(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event writes, starts a process or connects.

    Args:
        event: its name (https://docs.python.org/3/library/audit_events.html).
        arguments: its arguments; for `open`, path, mode and flags.
    """
    return event in _EFFECTS or (event == "open" and _writes(arguments))


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    return not _WRITING_MODES.isdisjoint(mode) if isinstance(mode, str) else bool(flags & _WRITING_FLAGS)
