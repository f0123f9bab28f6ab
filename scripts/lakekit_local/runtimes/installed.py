"""Where engines are installed: once for all projects of a user.

`LAKEKIT_ENGINES` names another folder; the default is `lakekit/engines` in the cache folder of the user
(XDG Base Directory Specification).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_local.runtimes.catalog import Runtime, runtimes

VARIABLE: Final = "LAKEKIT_ENGINES"
COMPLETE: Final = ".complete"
"""The file that is written last."""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed engine.

    Attributes:
        runtime: the engine.
        folder: where it is.
    """

    runtime: Runtime
    folder: Path

    @property
    def classpath(self) -> str:
        """Class path of Java."""
        return os.pathsep.join((str(self.folder / "classes"), str(self.folder / "jars" / "*")))


def engines_folder() -> Path:
    """The folder of all engines; it need not exist."""
    if named := os.environ.get(VARIABLE):
        return Path(named).absolute()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "lakekit" / "engines"


def installed(name: str) -> Installed | None:
    """An engine, if this version of it is installed completely."""
    runtime = runtimes()[name]
    folder = engines_folder() / runtime.key
    return Installed(runtime, folder) if (folder / COMPLETE).is_file() else None
