"""Client of the gate: evaluates synthesized stacks and plans in another process."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Self

from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.errors import GateError
from lakekit_policies.gate import protocol, shared_engine
from lakekit_policies.gate.connections import Connection, SharedEngineConnection, WorkerProcess
from lakekit_policies.gate.evaluation_options import evaluation_options
from lakekit_policies.records.acknowledgements import AcknowledgementLedger
from lakekit_policies.shared.version import __version__
from lakekit_policies.terraform.plan_run import PlanRun
from lakekit_policies.verdict import Verdict

LOAD_TIMEOUT_SECONDS: Final = 120.0
EVALUATION_TIMEOUT_SECONDS: Final = 300.0


class Gate:
    """A running rule engine.

    >>> with Gate.start() as gate:              # loads while you synthesize
    ...     app.synth()
    ...     verdict = gate.evaluate_synth(Path("cdktf.out"))
    """

    def __init__(self, connection: Connection, load_seconds: float) -> None:
        self._load_seconds = load_seconds
        self._ready = False
        self._request_count = 0
        self._failure: GateError | None = None
        self._use(connection)

    @classmethod
    def start(
        cls, *, rules: Sequence[Path] = (), load_seconds: float = LOAD_TIMEOUT_SECONDS, shared: bool = False
    ) -> Self:
        """Start the engine and return at once; it loads in the background.

        Args:
            rules: folders with additional rules (checkov custom checks), run together with the pack.
            load_seconds: time limit for loading, in seconds.
            shared: use the engine that the programs of a run share, and start it if there is none. An engine with
                additional rules is never shared.

        Raises:
            GateError: the interpreter cannot be started.
        """
        connection = shared_engine.connect() if shared and not rules else None
        return cls(connection or WorkerProcess.start(rules), load_seconds)

    @property
    def is_shared(self) -> bool:
        """Whether the engine is shared with other programs."""
        return isinstance(self._connection, SharedEngineConnection)

    def evaluate_synth(
        self,
        directory: Path,
        *,
        waivers: Path | None = None,
        environment: str = "",
        today: date | None = None,
        fail_on: str = "",
        evidence: bool = False,
        boundary: TrustBoundary | None = None,
        seconds: float = EVALUATION_TIMEOUT_SECONDS,
    ) -> Verdict:
        """Evaluate every stack of a synthesized directory.

        Args:
            directory: the synthesized directory.
            waivers: the ledger file; ``waivers.find_ledger(project)`` returns that of a project. Without one only
                waivers in code apply.
            environment: the environment of stacks without one in their metadata, for the ledger.
            today: the date against which waivers expire; today by default.
            fail_on: lowest severity that rejects (``low``, ``medium``, ``high``); that of the environment by default.
            evidence: whether the verdict lists the resources that each rule has evaluated.
            boundary: the trust boundary of configurations without metadata; derived from the plan by default.
            seconds: time limit of the evaluation.

        Raises:
            GateError: no verdict could be reached, or the ledger cannot be used (code ``ledger``).
        """
        options = evaluation_options(waivers, environment, today, fail_on=fail_on, evidence=evidence, boundary=boundary)
        return self._request({"type": "synth", "directory": str(directory.absolute()), "options": options}, seconds)

    def evaluate_plan(
        self,
        file: Path,
        *,
        stack: Path | None = None,
        waivers: Path | None = None,
        environment: str = "",
        today: date | None = None,
        fail_on: str = "",
        evidence: bool = False,
        boundary: TrustBoundary | None = None,
        run: PlanRun | None = None,
        acknowledgements: Path | None = None,
        seconds: float = EVALUATION_TIMEOUT_SECONDS,
    ) -> Verdict:
        """Evaluate a plan, as ``terraform show -json`` prints it.

        Args:
            file: the JSON document.
            stack: the ``cdk.tf.json`` it was planned from; gives construct paths, environment and tier.
                Without it the plan is evaluated as ``prod``.
            waivers: the ledger file, as for :meth:`evaluate_synth`.
            environment: the environment of a plan without ``stack``, for the ledger.
            today: the date against which waivers expire; today by default.
            fail_on: lowest severity that rejects (``low``, ``medium``, ``high``); that of the environment by default.
            evidence: whether the verdict lists the resources that each rule has evaluated.
            boundary: the trust boundary of configurations without metadata; derived from the plan by default.
            run: how the plan was made; None if it is not known.
            acknowledgements: the file of acknowledged plans (see
                ``lakekit_policies.records.acknowledgements``).
            seconds: time limit of the evaluation.

        Raises:
            GateError: no verdict could be reached, or the ledger cannot be used (code ``ledger``).
        """
        options = evaluation_options(waivers, environment, today, fail_on=fail_on, evidence=evidence, boundary=boundary)
        options["run"] = run.to_dict() if run else None
        request = {"type": "plan", "file": str(file.absolute()), "options": options}
        verdict = self._request({**request, "stack": str(stack.absolute()) if stack else None}, seconds)
        return (
            AcknowledgementLedger(acknowledgements).apply(verdict, datetime.now(UTC)) if acknowledgements else verdict
        )

    def wait(self) -> float:
        """Wait until the engine is loaded; return the loading time in seconds.

        Raises:
            GateError: it could not be loaded.
        """
        if self._failure:
            raise self._failure
        message = self._read_ready()
        stated = (message.get("type"), message.get("protocol"), message.get("version"))
        if stated != ("ready", protocol.VERSION, __version__):
            raise self._fail(
                "engine_version",
                f"the rule engine reports {stated}, expected version {__version__} of protocol "
                f"{protocol.VERSION}. Install the same lakekit for both.",
            )
        self._ready = True
        return float(message["load_seconds"])

    def close(self) -> None:
        """Stop the worker."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _request(self, request: dict[str, Any], seconds: float) -> Verdict:
        if self._failure:
            raise self._failure
        if not self._finalizer.alive:
            raise GateError("engine_closed", "the gate is closed; start a new one")
        if not self._ready:
            self.wait()
        self._request_count += 1
        try:
            self._connection.send(protocol.encode({**request, "id": self._request_count}))
        except OSError:
            raise self._engine_died() from None
        response = self._read(seconds, "evaluate")
        if response.get("id") != self._request_count or response.get("type") != "verdict":
            raise self._fail("engine_message", f"the rule engine gave an unexpected response: {response!r:.300}")
        try:
            return Verdict.from_dict(response["verdict"])
        except (KeyError, ValueError) as error:
            raise self._fail("engine_message", f"the rule engine gave no verdict: {error}") from error

    def _use(self, connection: Connection) -> None:
        self._connection = connection
        self._finalizer = weakref.finalize(self, connection.close)

    def _read_ready(self) -> dict[str, Any]:
        """Read the first message; use an engine of this process if the shared one ends, hangs or is of other code."""
        if not self.is_shared:
            return self._read(self._load_seconds, "load")
        try:
            message = self._connection.responses.read(self._load_seconds)
        except (TimeoutError, OSError, GateError):
            message = None
        if message is not None and (message.get("type"), message.get("code")) == ("ready", self._connection.code):
            return message
        self.close()
        self._use(WorkerProcess.start(()))
        return self._read(self._load_seconds, "load")

    def _read(self, seconds: float, what: str) -> dict[str, Any]:
        try:
            message = self._connection.responses.read(seconds)
        except TimeoutError:
            raise self._fail("engine_timeout", f"the rule engine took over {seconds:g} s to {what}") from None
        except OSError:
            raise self._engine_died() from None
        except GateError as error:
            raise self._fail(error.code, error.message) from error
        if message is None:
            raise self._engine_died()
        if message.get("type") != "error":
            return message
        failure = GateError(str(message.get("code")), str(message.get("message")))
        if not self._ready or message.get("id") != self._request_count:
            self._failure = failure
        raise failure

    def _engine_died(self) -> GateError:
        return self._fail("engine_died", self._connection.ending())

    def _fail(self, code: str, message: str) -> GateError:
        """Discard a worker after a protocol error; it is not used again."""
        self._failure = GateError(code, message)
        self.close()
        return self._failure
