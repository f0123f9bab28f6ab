"""Worker process: loads the rule engine once, then evaluates on request.

It is a separate process because checkov takes long to load (the app synthesizes meanwhile), changes global state
of its interpreter, and pins libraries that an app may need in other versions; ``LAKEKIT_ENGINE_PYTHON`` can
name the interpreter of another environment for it.

Speaks :mod:`lakekit_policies.gate.protocol` on standard input and output; whatever libraries print goes to
standard error. It ends when its input ends.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

from lakekit_policies.boundary.read import from_dict
from lakekit_policies.errors import GateError
from lakekit_policies.gate import protocol
from lakekit_policies.shared.version import __version__
from lakekit_policies.terraform.plan_run import PlanRun
from lakekit_policies.waivers.entry import Entry

_COLLECTION: Final = (100_000, 20, 100)
"""Thresholds of the garbage collector: documents are large trees without cycles, which it would search repeatedly."""


def main(arguments: list[str]) -> int:
    """Serve until the input ends. The arguments are folders with additional rules."""
    responses = _reserve_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The app handles Ctrl-C and closes the input.
    started = time.perf_counter()
    try:
        evaluator = load([Path(argument) for argument in arguments])
    except GateError as error:
        responses.write(protocol.encode(failure(error)))
        return 0
    ready = {"type": "ready", "protocol": protocol.VERSION, "version": __version__}
    responses.write(protocol.encode({**ready, "load_seconds": round(time.perf_counter() - started, 3)}))
    for line in sys.stdin.buffer:
        responses.write(protocol.encode(respond(evaluator, protocol.decode(line))))
    return 0


def respond(evaluator: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Return the message with the verdict of a request, or with the reason why there is none."""
    try:
        verdict = _evaluate(evaluator, request)
        response = {"type": "verdict", "verdict": verdict.to_dict()}
    except GateError as error:
        response = failure(error)
    return {**response, "id": request.get("id")}


def load(folders: list[Path]) -> Any:
    """Return the evaluator with all rules and those of ``folders``.

    Raises:
        GateError: checkov is missing, or a rule cannot be loaded.
    """
    from lakekit_policies.gate.evaluator import Evaluator  # noqa: PLC0415  # a failing import must reach the gate as a message

    gc.disable()
    try:
        return _guarded(lambda: Evaluator.load(folders))
    finally:
        # Exclude everything loaded so far from garbage collection.
        gc.freeze()
        gc.set_threshold(*_COLLECTION)
        gc.enable()


def _evaluate(evaluator: Any, request: dict[str, Any]) -> Any:
    match request:
        case {"type": "synth", "directory": str(directory), "options": dict(options)}:
            return _guarded(lambda: evaluator.evaluate_synth(Path(directory), _options(options)))
        case {"type": "plan", "file": str(file), "stack": None | str() as stack, "options": dict(options)}:
            return _guarded(
                lambda: evaluator.evaluate_plan(Path(file), Path(stack) if stack else None, _options(options))
            )
    raise GateError("engine_message", f"unknown request to the rule engine: {request!r}")


def _options(sent: dict[str, Any]) -> Any:
    from lakekit_policies.gate.options import EvaluationOptions  # noqa: PLC0415

    entries = [Entry.from_dict(entry, "the waiver ledger") for entry in sent["waivers"]]
    boundary = sent["boundary"]
    return EvaluationOptions(
        entries,
        sent["environment"],
        date.fromisoformat(sent["today"]),
        fail_on=sent["fail_on"],
        evidence=sent["evidence"],
        boundary=from_dict(boundary, "the given trust boundary") if boundary is not None else None,
        run=PlanRun.from_dict(sent["run"]) if sent["run"] is not None else None,
    )


def _guarded(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except GateError:
        raise
    except Exception as error:
        # A fault of the gate itself, or unexpected input: nothing was evaluated.
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        at = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "unknown place"
        raise GateError("engine_fault", f"the gate failed: {error!r} at {at}") from error


def failure(error: GateError) -> dict[str, Any]:
    """Return the message of an error."""
    return {"type": "error", "code": error.code, "message": error.message}


def _reserve_stdout() -> IO[bytes]:
    """Keep the real standard output for messages; prints of libraries go to standard error."""
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return channel


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
