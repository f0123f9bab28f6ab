"""Start the Node process in which jsii runs cdktf.

jsii starts Node when the first jsii package is imported and passes it a copy of the environment. The settings below
are in `os.environ` during that import only, so no other Node process of the user sees them.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from json import JSONDecodeError
from pathlib import Path

from lakekit.bindings import hooks
from lakekit.bindings.errors import NodeUnavailableError

NODE_HOOK = Path(__file__).with_name("node_hook.cjs")

SILENCED_NODE_MAJORS = ("18", "20", "22")
"""Node releases on which cdktf 0.21 runs and for which jsii prints an end-of-life banner at every start.
`lakekit doctor` reports it once instead."""


@contextlib.contextmanager
def start() -> Iterator[None]:
    """Import the first jsii package inside this block: Node starts with these settings in addition to the user's own.

    When jsii has been started before, nothing is changed, and providers load slowly.

    Raises:
        NodeUnavailableError: Node is not installed or ended at once.
    """
    if "constructs._jsii" in sys.modules:
        yield
        return
    node = os.environ.get("JSII_NODE", "node")
    if shutil.which(node) is None:
        raise NodeUnavailableError(
            f"cdktf runs in Node, and there is no `{node}` on the PATH",
            fix="install Node 20 or later (https://nodejs.org), or set JSII_NODE to its path",
        )
    with _environment():
        try:
            yield
        except JSONDecodeError as no_answer:
            raise NodeUnavailableError(
                f"`{node}` ended before it answered; its output is above",
                fix="run `node --version` (20 or later is needed) and check NODE_OPTIONS",
            ) from no_answer


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    additions: dict[str, Callable[[str], str]] = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": _silenced}
    if hooks.enabled():
        additions |= {"NODE_OPTIONS": _with_hook, "LAKEKIT_JSII_VERSION": lambda _: version("jsii")}
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


def _with_hook(options: str) -> str:
    # Node splits NODE_OPTIONS at blanks, except within quotes, where \ escapes.
    path = str(NODE_HOOK).replace("\\", "\\\\").replace('"', '\\"')
    return f'--preserve-symlinks --require "{path}" {options}'.strip()
