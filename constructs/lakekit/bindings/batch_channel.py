"""The messages of batches: what is sent to Node, which answers are read, and the end of a program after an error."""

import atexit
import contextlib
import gc
import io
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from json import JSONDecodeError
from typing import Any, Final, NamedTuple, NoReturn

from lakekit.bindings import attributes, callers, hooks, type_errors
from lakekit.bindings.kernel import no_answer_from_node

_failed: Final[list[bool]] = []
"""Not empty if the program has to end with an error although it is ending already, with another exit code."""


def _exit_if_failed() -> None:
    if _failed:
        _exit_with_error()


# Functions are called in the reverse order: this one after that of jsii and of the program.
atexit.register(_exit_if_failed)


def end_program(error: BaseException) -> NoReturn:
    """End the program as the interpreter does after an exception without a handler: exit code 1.

    What the program has done since must not continue: no handler, `finally` or exit of a `with` block that it has
    entered since runs.
    """
    show(error)
    if threading.current_thread() is threading.main_thread():
        threading._shutdown()  # type: ignore[attr-defined]  # waits for other threads
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    _exit_with_error()


def fail_at_exit(error: BaseException) -> None:
    """Show an error of a program that is ending; its exit code will be 1."""
    show(error)
    _failed.append(True)


def show(error: BaseException) -> None:
    """Show an error as the interpreter does."""
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except BaseException:  # as the interpreter: a hook may raise anything
        sys.__excepthook__(*sys.exc_info())
        sys.__excepthook__(type(error), error, error.__traceback__)


def _exit_with_error() -> NoReturn:
    # No function of `atexit` can set the exit code; what the program has written is not lost.
    files = [one for one in gc.get_objects() if isinstance(one, io.TextIOWrapper | io.BufferedWriter)]
    for stream in (*files, sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    exit_now(1)


exit_now: Final = os._exit


class Collected(NamedTuple):
    """A message that Node answers with a batch."""

    text: str
    calls: list[callers.Call]
    reference: str
    attributes: list[str]


class BatchChannel:
    """Sends batches and reads their answers.

    Args:
        process: jsii's Node process.
        greet: reads its greeting; None when it has been read.
    """

    def __init__(self, process: Any, greet: Callable[[Any], None] | None) -> None:
        self._module: Any = import_module("jsii._kernel.providers.process")
        self._kernel: Any = import_module("jsii._kernel")
        self._process = process
        self._greet = greet
        self._collected: list[Collected] = []
        self._started: list[list[Collected]] = []
        """Batches that Node has received and whose answers have not been read."""
        self._error: BaseException | None = None
        self._is_ending = False
        self._supported: bool | None = None
        """Whether Node knows batches; None before the first answer."""

    def flush(self) -> None:
        """Send what has been collected, and wait for the answers.

        If one of the messages failed, its error is printed and the program ends.

        Raises:
            NodeUnavailableError: Node ended before its first answer.
        """
        self._finish_started()
        if self._collected:
            self._start()
            self._finish_started()

    def _encode(self, message: dict[str, Any]) -> str:
        encoded: str = self._module.json.dumps(message, default=self._module.jdefault)
        return encoded

    def _start(self, last: str = "null") -> None:
        """Send what has been collected, and a last message whose answer the program needs."""
        stream = self._process._process.stdin
        texts = ",".join([one.text for one in self._collected])
        try:
            stream.write(f'{{"api":"lakekit.batch","requests":[{texts}],"last":{last}}}\n'.encode())
            stream.flush()
        except BrokenPipeError as no_reader:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
            self._error = self._no_answer([one for batch in (*self._started, self._collected) for one in batch])
            raise self._error from no_reader
        self._started.append(self._collected)
        self._collected = []

    def _finish_started(self) -> Any:
        """Read the answers to what has been sent; return that to the last message of the last batch."""
        last = None
        while self._started:
            started = self._started.pop(0)
            try:
                answer = self._read()
            except JSONDecodeError as no_answer:
                self._error = self._no_answer(started)
                raise self._error from no_answer
            except Exception as raised:
                if self._supported is None and "Invalid kernel api call" in str(raised):
                    return self._send_again([started, *self._started])
                self._error = raised
                raise
            self._supported = True
            results = answer["results"]
            for one, values in zip(started, results, strict=False):
                if values:
                    attributes.receive(one.reference, one.attributes, values)
            if error := answer.get("error"):
                self._raise(self._exception(error), started[len(results) :])
            last = answer.get("last")
        return last

    def _send_again(self, batches: list[list[Collected]]) -> None:
        """Send packages one by one to a Node that does not know batches."""
        self._supported, self._started = False, []
        for _ in batches[1:]:
            self._process._next_message()
        for message in (one for batch in batches for one in batch):
            stream = self._process._process.stdin
            stream.write(f"{message.text}\n".encode())
            stream.flush()
            self._read()

    def _raise(self, error: BaseException, remaining: list[Collected]) -> NoReturn:
        """End the program with the error of the first of some messages; without any, raise that of a last message."""
        if not remaining:
            raise error
        error.__traceback__ = callers.traceback_of(remaining[0].calls)
        self._error = SystemExit(1)
        if self._is_ending:
            fail_at_exit(error)
            raise self._error
        end_program(error)

    def _read_greeting(self) -> None:
        if self._greet is None:
            return
        greet, self._greet = self._greet, None
        try:
            greet(self._process)
        except JSONDecodeError as no_answer:
            self._error = no_answer_from_node(self._process._process)
            raise self._error from no_answer

    def end_quietly(self) -> None:
        """At the end of the program, end Node without an error if it has ended already."""
        stop = self._process.stop

        def end() -> None:
            with contextlib.suppress(BrokenPipeError):
                stop()

        # jsii registers its method for `atexit`.
        atexit.unregister(stop)
        atexit.register(end)

    def _no_answer(self, sent: list[Collected]) -> BaseException:
        """Return the error for messages during which Node ended, with the lines that sent them."""
        error = no_answer_from_node(self._process._process)
        lines = dict.fromkeys(line for one in sent if (line := callers.line_of_program(one.calls)))
        if lines and isinstance(error, Exception):
            error.add_note(f"It ended during one of these calls: {', '.join(lines)}")
        return error

    def _read(self) -> dict[str, Any]:
        self._read_greeting()
        serializer, module = self._process._serializer, self._module
        response = serializer.structure(self._process._next_message(), module._ProcessResponse)
        if isinstance(response, module._CallbackResponse):
            kernel = import_module("jsii._runtime").kernel
            answer = self._kernel._callback_till_result(kernel, response.callback, dict[str, Any])
        elif isinstance(response, module._OkayResponse):
            answer = response.ok
        else:
            raise self._exception({"error": response.error, "name": response.name, "stack": response.stack})
        found: dict[str, Any] = answer
        return found

    def _exception(self, error: dict[str, str]) -> BaseException:
        """Return an error as jsii raises it, with the translation of `type_errors`."""
        errors = import_module("jsii.errors")
        kind = errors.JSIIError if error["name"] == errors.ErrorType.JSII_FAULT.value else RuntimeError
        raised: BaseException = kind(error["error"])
        raised.__cause__ = errors.JavaScriptError(error["stack"])
        if kind is RuntimeError and hooks.enabled("type_errors") and (line := type_errors.translate(error["error"])):
            translated = TypeError(line)
            translated.__cause__ = raised
            return translated
        return raised
