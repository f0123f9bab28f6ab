"""The Node process in which jsii runs cdktf: what it is started with, and how it ends.

jsii starts Node when the first jsii package is imported and hands it a copy of the environment. Our
additions are in `os.environ` during that import only, so no later Node process of the user sees them.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from lakekit.bindings.errors import NodeUnavailableError
from lakekit.bindings.memoized_properties import memoize_properties
from lakekit.bindings.providers import stock
from lakekit.bindings.type_errors import translate_errors

HOOK = Path(__file__).with_name("lazy_entry.cjs")

SILENCED_NODE_MAJORS = ("18", "20", "22")
"""Node releases on which cdktf 0.21 runs and whose end-of-life banner jsii prints at every start.
`lakekit doctor` says it once instead."""

SEMI_SPACE_MIB = 2
"""Half of V8's space for new objects. By default it grows to 16 MiB, of which nearly all stays occupied; a
synth of 500 resources takes as long with 2 and needs 30 MiB less (measured on Node 20)."""

INDEX_SECONDS = 60
"""How long an ending process may wait for the index of a package that this machine sees for the first time."""


@contextlib.contextmanager
def started() -> Iterator[None]:
    """Import the first jsii package inside this block: Node starts with what we add to the user's settings.

    When jsii runs already, nothing happens: the provider loads slowly then, and rightly.

    Raises:
        NodeUnavailableError: there is no Node, or it ended at once.
    """
    if "constructs._jsii" in sys.modules:
        yield
        return
    node = os.environ.get("JSII_NODE", "node")
    if shutil.which(node) is None:
        raise NodeUnavailableError(
            f"cdktf runs in Node, and there is no `{node}` on the PATH",
            fix="install Node 20 or later (https://nodejs.org), or name it in JSII_NODE",
        )
    with _environment():
        try:
            yield
        except JSONDecodeError as no_answer:
            raise NodeUnavailableError(
                f"`{node}` ended before it answered; what it printed stands above",
                fix="run `node --version` (20 or later is needed) and look at NODE_OPTIONS",
            ) from no_answer
    if not stock():
        import jsii  # noqa: PLC0415 - whoever imports it first starts Node

        process = _process()
        process.send = translate_errors(process.send)
        jsii.get = memoize_properties(jsii.get)
        atexit.register(_end)  # after jsii's own, so that it runs before


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    additions: dict[str, Callable[[str], str]] = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": _silenced}
    if not stock():
        additions["NODE_OPTIONS"] = _hooked
    before = {name: os.environ.get(name) for name in additions}
    os.environ.update({name: add(before[name] or "") for name, add in additions.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _silenced(majors: str) -> str:
    chosen = [major.strip() for major in majors.split(",") if major.strip()]
    return ",".join([*chosen, *(major for major in SILENCED_NODE_MAJORS if major not in chosen)])


def _hooked(options: str) -> str:
    # Node splits NODE_OPTIONS at blanks, except within quotes, where \ escapes. Ours stand in front, so that
    # a value of the user's own wins.
    path = str(HOOK).replace("\\", "\\\\").replace('"', '\\"')
    return f'--max-semi-space-size={SEMI_SPACE_MIB} --preserve-symlinks --require "{path}" {options}'.strip()


def _end() -> None:
    """Give Node time to finish its index of a package that it saw for the first time (see the hook).

    jsii would wait five seconds, then kill it, and the next start would be as slow as this one.
    """
    with contextlib.suppress(AttributeError, OSError, subprocess.TimeoutExpired):
        node = _process()._process
        node.stdin.close()
        node.wait(timeout=INDEX_SECONDS)


def _process() -> Any:
    """jsii's object for the process; only once it runs."""
    import jsii  # noqa: PLC0415 - whoever imports it first starts Node

    provider: Any = jsii._runtime.kernel.provider
    return provider._process
