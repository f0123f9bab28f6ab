"""Policy gate: rules over synthesized stacks and plans; blocks everything it cannot approve.

>>> from pathlib import Path
>>> from lakekit_policies import Gate
>>> with Gate.start() as gate:                              # doctest: +SKIP
...     verdict = gate.evaluate_synth(Path("cdktf.out"))

Names are loaded when they are first used, so that other modules of the package cost no rule engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lakekit_policies.errors import GateError
    from lakekit_policies.gate.client import Gate
    from lakekit_policies.gate.quarantine import quarantine_output
    from lakekit_policies.shared.version import __version__
    from lakekit_policies.verdict import Finding, Verdict

__all__ = ["Finding", "Gate", "GateError", "Verdict", "__version__", "quarantine_output"]

_MODULES: Final = {
    "Finding": "verdict",
    "Gate": "gate.client",
    "GateError": "errors",
    "Verdict": "verdict",
    "__version__": "shared.version",
    "quarantine_output": "gate.quarantine",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
