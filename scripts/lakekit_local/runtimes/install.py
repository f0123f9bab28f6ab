"""Install an engine: Maven fetches its jars, their checksums are compared with ours, and its sources are compiled.

Maven uses the settings of the user (mirrors, proxies, credentials). Nothing but the listed jars is resolved. An engine
that is not complete is never seen: it is made in a folder of its own, which is renamed at the end.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from lakekit_local.errors import LocalCloudError
from lakekit_local.runtimes.catalog import Runtime, runtimes
from lakekit_local.runtimes.installed import COMPLETE, Installed, engines_folder, installed
from lakekit_local.runtimes.java import find_tool, missing_to_install

_PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_LAST_LINES: Final = 12


def install(name: str) -> Installed:
    """Install an engine; return it at once if it is installed.

    Raises:
        LocalCloudError: a tool is missing, Maven fails, or a jar is not the one that is pinned. Nothing is installed.
    """
    runtime = runtimes()[name]
    with _locked():
        found = installed(name)
        if found is not None:
            return found
        if missing := missing_to_install(runtime.java):
            raise LocalCloudError(
                f"{name} needs {' and '.join(missing)}",
                where=f"lakekit local engines install {name}",
                fix="install what is missing, or set JAVA_HOME; then run the command again",
            )
        target = engines_folder() / runtime.key
        with tempfile.TemporaryDirectory(prefix=f".{runtime.key}-", dir=engines_folder()) as made:
            folder = Path(made)
            _fetch(runtime, folder)
            _verify(runtime, folder / "jars")
            _compile(runtime, folder)
            (folder / COMPLETE).write_text("")
            if target.exists():  # left by an older version of this command
                shutil.rmtree(target)
            folder.rename(target)
            folder.mkdir()  # for the end of the context
        target.chmod(0o755)
    return Installed(runtime, target)


def remove(name: str) -> list[Path]:
    """Remove an engine, in all versions; return the removed folders."""
    with _locked():
        found = [one for one in engines_folder().glob(f"{name}-*") if one.is_dir()]
        for folder in found:
            shutil.rmtree(folder)
    return found


@contextmanager
def _locked() -> Iterator[None]:
    folder = engines_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / "lock").open("w")
    except OSError as error:
        raise LocalCloudError(
            error.strerror or str(error), where=str(folder), fix="make it writable, or set LAKEKIT_ENGINES"
        ) from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _fetch(runtime: Runtime, folder: Path) -> None:
    (folder / "pom.xml").write_text(_pom(runtime), encoding="utf-8")
    maven = str(find_tool("mvn"))
    command = [maven, "-q", "-B", "-f", str(folder / "pom.xml"), _PLUGIN]
    _run([*command, f"-DoutputDirectory={folder / 'jars'}"], f"Maven could not fetch the jars of {runtime.name}")


def _pom(runtime: Runtime) -> str:
    """A project with exactly the jars: what they depend on is excluded, because the list has it."""
    every = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    dependencies = "".join(
        f"<dependency><groupId>{escape(group)}</groupId><artifactId>{escape(artifact)}</artifactId>"
        f"<version>{escape(version)}</version>{every}</dependency>"
        for group, artifact, version in (one.split(":") for one in runtime.jars)
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>lakekit</groupId><artifactId>{escape(runtime.name)}</artifactId><version>1</version>"
        f"<packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>"
    )


def _verify(runtime: Runtime, folder: Path) -> None:
    expected = {"{1}-{2}.jar".format(*coordinates.split(":")): coordinates for coordinates in runtime.jars}
    found = {file.name for file in folder.iterdir()}
    if found != set(expected):
        different = ", ".join(sorted(found ^ set(expected)))
        problem = f"Maven did not fetch exactly the jars of {runtime.name}: {different}"
        raise LocalCloudError(problem, where="mvn", fix="check the settings of Maven, then run the command again")
    for name, coordinates in sorted(expected.items()):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if digest != runtime.jars[coordinates]:
            raise LocalCloudError(
                f"{coordinates} has the SHA-256 {digest}; pinned is {runtime.jars[coordinates]}",
                where=f"lakekit local engines install {runtime.name}",
                fix="the repository that Maven uses serves another file: check its settings, and remove the file from "
                "the local repository of Maven",
            )


def _compile(runtime: Runtime, folder: Path) -> None:
    classes = folder / "classes"
    classes.mkdir()
    if sources := runtime.source_files():
        command = [str(find_tool("javac")), "--release", str(runtime.java), "-Werror", "-d", str(classes)]
        jars = str(folder / "jars" / "*")
        _run([*command, "-cp", jars, *map(str, sources)], f"the classes of {runtime.name} could not be compiled")


def _run(command: list[str], problem: str) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=dict(os.environ)
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
        raise LocalCloudError(f"{problem}\n{last}", where=Path(command[0]).name, fix="see the message above")
