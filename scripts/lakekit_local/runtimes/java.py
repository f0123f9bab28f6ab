"""Find Java and Maven."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)|^javac (?:1\.)?(\d+)', re.MULTILINE)


def find_tool(name: str) -> str | None:
    """Path of a program: `java` and `javac` of JAVA_HOME first, then of PATH."""
    home = os.environ.get("JAVA_HOME")
    if home and name in ("java", "javac") and os.access(Path(home, "bin", name), os.X_OK):
        return str(Path(home, "bin", name))
    return shutil.which(name)


@functools.cache
def java_version(path: str) -> int:
    """Version of a `java` or `javac`; 0 if it cannot be run."""
    try:
        done = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = _VERSION.search(done.stderr + done.stdout)
    return int(found[1] or found[2]) if found and done.returncode == 0 else 0


def missing_to_run(lowest: int) -> list[str]:
    """What a machine lacks to run an engine, with the fix.

    Args:
        lowest: the lowest version of Java.
    """
    java = find_tool("java")
    if java is None:
        return [f"Java {lowest} (`java` is not on PATH, and JAVA_HOME is not set)"]
    version = java_version(java)
    return [] if version >= lowest else [f"Java {lowest} ({java} is version {version})"]


def missing_to_install(lowest: int) -> list[str]:
    """What a machine lacks to install an engine, with the fix."""
    found = missing_to_run(lowest)
    javac = find_tool("javac")
    if not found and (javac is None or java_version(javac) < lowest):
        found.append(f"a JDK {lowest} (`javac` is missing or older)")
    if find_tool("mvn") is None:
        found.append("Maven (`mvn` is not on PATH)")
    return found
