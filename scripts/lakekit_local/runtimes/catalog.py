"""The engines that can be installed, with their jars and checksums."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_JARS: Final = Path(__file__).parent / "jars"


@dataclass(frozen=True, slots=True)
class Runtime:
    """An engine.

    Attributes:
        name: its name, such as `kafka`.
        version: its version.
        title: what it is for.
        java: the lowest version of Java.
        sources: folders of Java sources that are compiled against the jars.
        megabytes: size of the jars.
        jars: SHA-256 of each jar by its Maven coordinates, `group:artifact:version`.
    """

    name: str
    version: str
    title: str
    java: int
    sources: tuple[Path, ...]
    megabytes: int
    jars: Mapping[str, str]

    @property
    def key(self) -> str:
        """Name of its folder: another one after a change of jars or sources."""
        digest = hashlib.sha256(repr(sorted(self.jars.items())).encode())
        for source in self.source_files():
            digest.update(source.read_bytes())
        return f"{self.name}-{self.version}-{digest.hexdigest()[:12]}"

    def source_files(self) -> list[Path]:
        """The Java sources."""
        return sorted(file for folder in self.sources for file in folder.glob("*.java"))


@functools.cache
def runtimes() -> Mapping[str, Runtime]:
    """All engines by name."""
    found = (_read(file) for file in sorted(_JARS.glob("*.toml")))
    return {one.name: one for one in found}


def _read(file: Path) -> Runtime:
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return Runtime(
        name=document["name"],
        version=document["version"],
        title=document["title"],
        java=document["java"],
        sources=tuple(Path(__file__).parent / one for one in document.get("compiled", ())),
        megabytes=document["megabytes"],
        jars=document["jars"],
    )
