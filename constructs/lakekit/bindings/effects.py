"""Which audit events of Python are effects outside of the process."""

import os
from typing import Any, Final

_EFFECTS: Final = frozenset(
    {"ctypes.dlopen", "fcntl.flock", "fcntl.lockf", "http.client.send", "mmap.__new__", "os.chflags", "os.chmod",
     "os.chown", "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.lchown", "os.link", "os.lockf",
     "os.mkdir", "os.posix_spawn", "os.remove", "os.removexattr", "os.rename", "os.rmdir", "os.setxattr", "os.spawn",
     "os.symlink", "os.system", "os.truncate", "os.utime", "pty.spawn", "shutil.chown", "shutil.copyfile",
     "shutil.copytree", "shutil.make_archive", "shutil.move", "shutil.rmtree", "shutil.unpack_archive",
     "signal.pthread_kill", "smtplib.send", "socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto",
     "sqlite3.connect", "sqlite3.connect/handle", "subprocess.Popen", "syslog.openlog", "syslog.syslog",
     "tempfile.mkdtemp", "tempfile.mkstemp", "webbrowser.open"}
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
