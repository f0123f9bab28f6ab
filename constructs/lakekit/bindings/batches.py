"""Send messages whose answers a program does not need together, and do not wait for the answer.

A program creates resources one after the other and seldom uses the answers. Here Python chooses the name of a new
object, and creations, assignments and overrides are collected until there are some, or until a message needs its
answer; Node carries them out in order while Python continues. One message and one answer then replace a dozen of each.

An error of a collected message is raised by the next one, with the stack of the call that failed, and again by each
later message, so that nothing is written. Node carries out no message after one that failed. A call is therefore
collected only where no `try` or `with` of the program could catch its error (see `callers`); others are sent at once.
"""

import atexit
import contextlib
import os
import sys
from collections.abc import Callable
from importlib import import_module
from json import JSONDecodeError
from typing import Any, Final, NamedTuple, NoReturn

from lakekit.bindings import attributes, callers, hooks, type_errors
from lakekit.bindings.assignments import REQUIRED as ASSIGNMENTS
from lakekit.bindings.kernel import no_answer_from_node

REQUIRED: Final = (
    *ASSIGNMENTS,
    hooks.RequiredName("jsii._kernel.types", "LoadRequest", ("name", "version", "tarball"), "batches"),
    hooks.RequiredName("jsii._kernel.types", "LoadResponse", ("assembly", "types"), "batches"),
    hooks.RequiredName("jsii._kernel.types", "CreateResponse", ("ref", "interfaces"), "batches"),
    hooks.RequiredName("jsii._kernel.types", "GetResponse", ("value",), "batches"),
    hooks.RequiredName("jsii._kernel.types", "InvokeResponse", ("result",), "batches"),
    hooks.RequiredName("jsii._kernel.types", "Callback", None, "batches"),
    hooks.RequiredName("jsii._kernel", "_callback_till_result", ("kernel", "response", "response_type"), "batches"),
    hooks.RequiredName("jsii._kernel.providers.process", "_NodeProcess", None, "batches"),
    hooks.RequiredName("jsii._kernel.providers.process", "_ProcessResponse", None, "batches"),
    hooks.RequiredName("jsii._kernel.providers.process", "_stack_traces_enabled", (), "batches"),
    hooks.RequiredName("jsii.errors", "JSIIError", None, "batches"),
    hooks.RequiredName("jsii.errors", "JavaScriptError", None, "batches"),
    hooks.RequiredName("jsii.errors", "ErrorType", None, "batches"),
)

SIZE: Final = 12
"""How many messages to collect before Node starts with them."""

_FIRST_NUMBER: Final = 1_000_000_000
"""Node numbers its objects from 10,000."""
_PROVIDERS: Final = "@cdktf/provider-"
_COLLECTED_CLASSES: Final = frozenset({"constructs.Construct", "cdktf.TerraformOutput", "cdktf.TerraformVariable"})
_COLLECTED_METHODS: Final = frozenset({"addDependency", "addOverride"})
"""Methods of the providers' resources and of stacks that return nothing."""
_ANSWERED_METHODS: Final = frozenset({"findAll", "findChild", "tryFindChild"})
"""Methods that call no method of Python: they can be sent with what has been collected."""
_KNOWN: Final = (_PROVIDERS, "cdktf.", "constructs.")


_installed: Final[list["Batches"]] = []
_failed: Final[list[bool]] = []


def wait() -> None:
    """Wait until Node has carried out all messages.

    Raises:
        RuntimeError, JSIIError, TypeError: one of the messages failed.
    """
    for batches in _installed:
        batches.flush()


def _exit_if_failed() -> None:
    if _failed:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(1)


# Functions are called in the reverse order: this one after that of jsii and of the program.
atexit.register(_exit_if_failed)


class Collected(NamedTuple):
    """A message that Node answers with a batch."""

    text: str
    calls: list[callers.Call]
    reference: str
    attributes: list[str]


def install() -> None:
    """Collect messages of the running kernel; do not wait for its greeting and for packages that it loads."""
    if not hooks.enabled("batches") or not all(required.is_met() for required in REQUIRED):
        return
    module: Any = import_module("jsii._kernel.providers.process")
    if module._stack_traces_enabled():
        return
    kind = module._NodeProcess
    greet = kind.handshake
    started: list[Any] = []
    kind.handshake = lambda process: started.append(process)  # noqa: PLW0108 - a function becomes a method
    try:
        process = import_module("jsii._runtime").kernel.provider._process
    finally:
        kind.handshake = greet
    process.send = batches = Batches(process, greet if started else None)
    attributes.wait_with(batches.flush)
    _installed.append(batches)
    atexit.register(batches.finish)


class Batches:
    """Replaces the function of jsii that sends a message and returns the answer.

    Args:
        process: jsii's Node process.
        greet: reads its greeting; None when it has been read.
    """

    def __init__(self, process: Any, greet: Callable[[Any], None] | None) -> None:
        types = import_module("jsii._kernel.types")
        self._module: Any = import_module("jsii._kernel.providers.process")
        self._kernel: Any = import_module("jsii._kernel")
        self._process, self._send = process, process.send
        self._greet = greet
        self._types = types
        self._kinds: dict[type, Callable[[Any], Any]] = {
            types.CreateRequest: self._new_object,
            types.SetRequest: lambda sent: types.SetResponse() if self._is_resource(sent.objref.ref) else None,
            types.InvokeRequest: self._without_result,
            types.LoadRequest: lambda _: types.LoadResponse(assembly="", types=0),
        }
        self._overriding: set[str] = set()
        """References of objects whose Python class overrides members."""
        self._collected: list[Collected] = []
        self._started: list[list[Collected]] = []
        """Batches that Node has received and whose answers have not been read."""
        self._error: BaseException | None = None
        self._supported: bool | None = None
        """Whether Node knows batches; None before the first answer."""
        self._number = _FIRST_NUMBER

    def __call__(self, request: Any, response_type: Any) -> Any:
        if self._error is not None:
            raise self._error
        answer = self._collect(request)
        if answer is not None:
            return answer
        if (self._collected or self._started) and self._is_answered_alone(request):
            return self._send_with_collected(request, response_type)
        self.flush()
        self._read_greeting()
        answer = self._send(request, response_type)
        if type(request) is self._types.CreateRequest and request.overrides:
            self._overriding.add(getattr(answer, "ref", ""))
        return answer

    def flush(self) -> None:
        """Send what has been collected, and wait for the answers.

        Raises:
            RuntimeError, JSIIError, TypeError: one of the messages failed.
            NodeUnavailableError: Node ended before its first answer.
        """
        self._finish_started()
        if self._collected:
            self._start()
            self._finish_started()

    def finish(self) -> None:
        """At the end of a program that has not used the last answers: report an error among them."""
        atexit.unregister(self.finish)
        if self._error is not None or not (self._collected or self._started):
            return
        try:
            self.flush()
        except Exception:
            sys.excepthook(*sys.exc_info())
            _failed.append(True)

    def _collect(self, request: Any) -> Any:
        """Collect a message and return its answer; None for one that has to be sent now."""
        answer_of = self._kinds.get(type(request))
        answer = answer_of(request) if answer_of and self._is_supported(request) else None
        if answer is None:
            return None
        frame = _program(sys._getframe(2))
        is_package = type(request) is self._types.LoadRequest
        calls = [(frame, frame.f_lasti)] if is_package else callers.unhandled_calls(frame)
        if calls is None:
            return None
        message = self._process._serializer.unstructure(request)
        reference = ""
        if type(request) is self._types.CreateRequest:
            self._number += 1
            reference = message["lakekit.reference"] = answer.ref
        wanted = message.get(attributes.WANTED, [])
        self._collected.append(Collected(self._encode(message), calls, reference, wanted))
        if wanted:
            attributes.expect(reference)
        if is_package:
            self._start()
        elif len(self._collected) >= SIZE:
            self._finish_started()
            self._start()
        return answer

    def _is_supported(self, request: Any) -> bool:
        """Packages are loaded before anything else: whether Node knows batches is known when it has loaded one."""
        is_package = type(request) is self._types.LoadRequest
        if self._supported is None and not is_package:
            self.flush()
        return self._supported or (self._supported is None and is_package)

    def _new_object(self, request: Any) -> Any:
        name = request.fqn
        if request.overrides or not (name.startswith(_PROVIDERS) or name in _COLLECTED_CLASSES):
            return None
        return self._types.CreateResponse(f"{name}@{self._number}")

    def _without_result(self, request: Any) -> Any:
        if request.method in _COLLECTED_METHODS and self._is_resource(request.objref.ref, "cdktf.TerraformStack@"):
            return self._types.InvokeResponse(None)
        return None

    def _is_resource(self, reference: str, *others: str) -> bool:
        return reference.startswith((_PROVIDERS, *others)) and reference not in self._overriding

    def _is_answered_alone(self, request: Any) -> bool:
        """Whether Node answers a message without a call of Python, which would mix with the answers to a batch."""
        kind = type(request)
        if kind is self._types.InvokeRequest and request.method not in _ANSWERED_METHODS:
            return False
        if kind not in (self._types.GetRequest, self._types.InvokeRequest):
            return False
        reference: str = request.objref.ref
        return reference.startswith(_KNOWN) and reference not in self._overriding

    def _send_with_collected(self, request: Any, response_type: Any) -> Any:
        text = self._encode(self._process._serializer.unstructure(request))
        self._finish_started()
        self._start(text)
        return self._process._serializer.structure(self._finish_started(), response_type)

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
            self._error = no_answer_from_node()
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

    def _raise(self, error: BaseException, failed: list[Collected]) -> NoReturn:
        """Raise the error of the first of some messages; without any, that of a last message."""
        if failed:
            calls = failed[0].calls
            error.add_note(f"Failed at {callers.location(calls)}; reported with a later message to Node.")
            error.__traceback__ = callers.traceback_of(calls)
            self._error = error
        raise error

    def _read_greeting(self) -> None:
        if self._greet is None:
            return
        greet, self._greet = self._greet, None
        try:
            greet(self._process)
        except JSONDecodeError as no_answer:
            self._error = no_answer_from_node()
            raise self._error from no_answer

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


def _program(frame: Any) -> Any:
    """Return the innermost frame outside of jsii and of these hooks."""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("jsii", "lakekit.bindings")):
        frame = frame.f_back
    return frame
