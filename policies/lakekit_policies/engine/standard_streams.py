"""Undo what checkov does to the standard streams when it is imported.

Modules of checkov for its reports call `colorama.init(autoreset=True)`. After that, each text printed to a terminal is
followed by an escape sequence, and one more is printed at the end of the process, whatever `NO_COLOR` says.
"""

from __future__ import annotations

import atexit
import sys
from typing import Any


def restore() -> None:
    """Restore the streams that colorama has replaced; does nothing if it has not been imported."""
    initialise: Any = sys.modules.get("colorama.initialise")
    if initialise is None:
        return
    atexit.unregister(initialise.reset_all)
    for name in ("stdout", "stderr"):
        wrapped = getattr(initialise, f"wrapped_{name}")
        # A caller can have replaced the stream since.
        if wrapped is not None and getattr(sys, name) is wrapped:
            setattr(sys, name, getattr(initialise, f"orig_{name}"))
