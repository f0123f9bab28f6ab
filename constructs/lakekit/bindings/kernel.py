"""Settings for the Node process in which jsii runs cdktf: set while it starts, gone afterwards.

jsii starts Node when the first jsii package is imported and hands it a copy of the environment. The
settings are therefore in `os.environ` during that import only; no later Node process sees them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakekit.bindings.providers import stock

HOOK = Path(__file__).with_name("lazy_entry.cjs")
SILENCED_NODE_MAJORS = ("18", "20", "22")
"""Node releases whose end-of-life banner jsii prints on every start, although cdktf 0.21 runs on them.
`lakekit doctor` says it once instead."""


@contextmanager
def options() -> Iterator[None]:
    """Start Node, inside this block, with our additions to what the user has set."""
    additions = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": _silenced}
    if not stock():
        additions["NODE_OPTIONS"] = _with_hook
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
    known = [major.strip() for major in majors.split(",") if major.strip()]
    return ",".join([*known, *(major for major in SILENCED_NODE_MAJORS if major not in known)])


def _with_hook(options: str) -> str:
    # Node splits NODE_OPTIONS at blanks; a quoted value keeps them, with \ as the escape.
    path = str(HOOK).replace("\\", "\\\\").replace('"', '\\"')
    return f'{options} --require "{path}"'.strip()
