"""Start the Node process in which jsii runs cdktf.

jsii starts Node when the first jsii package is imported and passes it a copy of the environment. The settings below
are in `os.environ` during that import only, so no other Node process of the user sees them. `start_early` starts the
same process before (see `early_start`).
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from json import JSONDecodeError
from pathlib import Path
from typing import Final

from lakekit.bindings import early_start, hooks
from lakekit.bindings.errors import NodeUnavailableError

NODE_HOOK = Path(__file__).with_name("node_hook.cjs")

SILENCED_NODE_MAJORS = ("18", "20", "22")
"""Node releases on which cdktf 0.21 runs and for which jsii prints an end-of-life banner at every start.
`lakekit doctor` reports it once instead."""


_SECONDS_TO_END: Final = 2
_early: Final[list[early_start.EarlyStart]] = []


def start_early() -> None:
    """Start Node now, for `start`; nothing happens where jsii has been started or Node is missing."""
    if "constructs._jsii" not in sys.modules and not hooks.stock():
        additions = _additions() | _hook_additions()
        variables = {name: add(os.environ.get(name, "")) for name, add in additions.items()}
        if started := early_start.start(variables):
            _early.append(started)


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
    if _early and not (hooks.enabled() and _early[-1].hand_over()):
        _early.pop().discard()
    with _environment():
        try:
            yield
        except JSONDecodeError as no_answer:
            raise no_answer_from_node() from no_answer


def no_answer_from_node(process: subprocess.Popen[bytes] | None = None) -> BaseException:
    """Return the error for a Node process that ended before it answered.

    Args:
        process: the process, if it is known. Ctrl-C ends it together with this one, sometimes earlier.
    """
    if process is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if process.wait(_SECONDS_TO_END) in (-signal.SIGINT, 128 + signal.SIGINT):
                return KeyboardInterrupt()
    return NodeUnavailableError(
        f"`{os.environ.get('JSII_NODE', 'node')}` ended before it answered; its output is above",
        fix="run `node --version` (20 or later is needed) and check NODE_OPTIONS",
    )


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    additions = _additions()
    if hooks.enabled():
        additions |= _hook_additions()
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


def _additions() -> dict[str, Callable[[str], str]]:
    return {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": _silenced}


def _hook_additions() -> dict[str, Callable[[str], str]]:
    return {"NODE_OPTIONS": _with_hook, "LAKEKIT_JSII_FOLDER": lambda _: str(Path(_jsii_file()).parent)}


def _jsii_file() -> str:
    spec = find_spec("jsii")
    return (spec.origin if spec else None) or ""


def _silenced(majors: str) -> str:
    chosen = [major.strip() for major in majors.split(",") if major.strip()]
    return ",".join([*chosen, *(major for major in SILENCED_NODE_MAJORS if major not in chosen)])


def _with_hook(options: str) -> str:
    # Node splits NODE_OPTIONS at blanks, except within quotes, where \ escapes.
    path = str(NODE_HOOK).replace("\\", "\\\\").replace('"', '\\"')
    return f'--preserve-symlinks --require "{path}" {options}'.strip()
