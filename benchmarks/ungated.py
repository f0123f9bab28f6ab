"""`stacks/main.py` without the gate, to measure synthesis alone; what it writes must never be deployed."""

import runpy
import sys
from pathlib import Path

from lakekit.core import app

STACKS = Path(__file__).parents[1] / "stacks"


class DisabledGate:
    """Replacement for the gate that evaluates nothing."""

    @classmethod
    def start(cls, **_: object) -> "DisabledGate":
        return cls()

    def close(self) -> None:
        """There is nothing to close."""


app.Gate = DisabledGate
app.LakehouseApp._evaluate = lambda _: None
app.LakehouseApp._require_clean = lambda *_: None
sys.path.insert(0, str(STACKS))
runpy.run_path(str(STACKS / "main.py"), run_name="__main__")
