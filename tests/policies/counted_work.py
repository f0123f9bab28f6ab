"""Count the function calls of evaluations; a program of its own, because checkov changes global state.

Arguments: a folder is a synthesized directory, a file a plan, and ``PLAN:STACK`` a plan with its stack.
Writes one number for each.
"""

from __future__ import annotations

import gc
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

from lakekit_policies.gate import worker
from lakekit_policies.gate.options import EvaluationOptions

_LARGE: Final = 1_000
"""Size of a cache that can hold what an evaluation has computed, rather than what the program has loaded."""


def clear_caches() -> None:
    """Forget what earlier evaluations have computed."""
    for module in [one for name, one in sys.modules.items() if name.startswith("lakekit_policies.")]:
        for member in vars(module).values():
            if hasattr(member, "cache_clear") and (member.cache_info().maxsize or 0) > _LARGE:
                member.cache_clear()


def work(evaluator: Any, given: str) -> int:
    """Number of calls of one evaluation, those of built-in functions included."""
    file, _, stack = given.partition(":")
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    options = EvaluationOptions([], "", date(2026, 1, 1))
    clear_caches()
    gc.disable()
    sys.setprofile(count)
    try:
        if Path(file).is_dir():
            evaluator.evaluate_synth(Path(file), options)
        else:
            evaluator.evaluate_plan(Path(file), Path(stack) if stack else None, options)
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


if __name__ == "__main__":
    loaded = worker.load([])
    work(loaded, sys.argv[1])  # what is loaded on first use
    sys.stdout.write(" ".join(str(work(loaded, one)) for one in sys.argv[1:]))
