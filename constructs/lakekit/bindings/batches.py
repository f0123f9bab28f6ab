"""Send messages whose answers a program does not need together, and do not wait for the answer.

A program creates resources one after the other and seldom uses the answers. Here Python chooses the name of a new
object, and creations, assignments and overrides are collected until there are some, or until a message needs its
answer; Node carries them out in order while Python continues. One message and one answer then replace a dozen of each.

A call is collected only where no `try` or `with` of the program could catch its error (see `callers`): the error would
end the program. When a later message finds it, the error is printed with the stack of the call that failed, and the
process ends as it would have then: functions of `atexit` run, but no handler that the program has entered since. Node
carries out no message after one that failed. Before the program writes a file, starts a process or a thread, or
connects, it waits for Node, so that nothing of that happens after a call that failed; while it has a file, connection
or thread that can have effects later (see `open_channels`), nothing is collected.
"""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from json import JSONDecodeError
from typing import Any, Final

from lakekit.bindings import attributes, callers, hooks, open_channels
from lakekit.bindings.assignments import REQUIRED as ASSIGNMENTS
from lakekit.bindings.batch_channel import BatchChannel, Collected, fail_at_exit
from lakekit.bindings.effects import has_effect

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
_PACKAGES: Final = frozenset({"constructs", "cdktf"})
_COLLECTED_CLASSES: Final = frozenset({"constructs.Construct", "cdktf.TerraformOutput", "cdktf.TerraformVariable"})
_COLLECTED_METHODS: Final = frozenset({"addDependency", "addOverride"})
"""Methods of the providers' resources and of stacks that return nothing."""
_ANSWERED_METHODS: Final = frozenset({"findAll", "findChild", "tryFindChild"})
"""Methods that call no method of Python: they can be sent with what has been collected."""
_KNOWN: Final = (_PROVIDERS, "cdktf.", "constructs.")


_installed: Final[list["Batches"]] = []


def wait() -> None:
    """Wait until Node has carried out all messages. If one of them failed, the program ends with its error."""
    for batches in _installed:
        batches.flush()


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
    batches.end_quietly()
    # Called before what has been registered earlier.
    atexit.register(batches.finish)
    sys.addaudithook(batches.before_effect)
    open_channels.before_unaudited(batches.finish_pending)


class Batches(BatchChannel):
    """Replaces the function of jsii that sends a message and returns the answer.

    Args:
        process: jsii's Node process.
        greet: reads its greeting; None when it has been read.
    """

    def __init__(self, process: Any, greet: Callable[[Any], None] | None) -> None:
        types = import_module("jsii._kernel.types")
        super().__init__(process, greet)
        self._send, self._types = process.send, types
        self._kinds: dict[type, Callable[[Any], Any]] = {
            types.CreateRequest: self._new_object,
            types.SetRequest: lambda sent: types.SetResponse() if self._is_resource(sent.objref.ref) else None,
            types.InvokeRequest: self._without_result,
            types.LoadRequest: self._package,
        }
        self._overriding: set[str] = set()
        """References of objects whose Python class overrides members."""
        self._number = _FIRST_NUMBER
        self._process_id, self._thread = os.getpid(), threading.get_ident()
        self._is_busy = False
        open_channels.accept(process._process.stdin.fileno())
        self._has_channels = self._had_effect = True
        """Whether the program has an open channel, and whether that has to be found out again."""
        self._descriptors = 0

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
        try:
            answer = self._send(request, response_type)
        except (BrokenPipeError, JSONDecodeError) as no_answer:
            self._error = self._no_answer([])
            raise self._error from no_answer
        if type(request) is self._types.CreateRequest and request.overrides:
            self._overriding.add(getattr(answer, "ref", ""))
        return answer

    def before_effect(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Wait for Node before the program has an effect outside of its process: an audit hook of Python."""
        if has_effect(event, arguments):
            self._had_effect = True
            self.finish_pending()

    def finish_pending(self) -> None:
        """Wait for Node if the program could not go on without: it ends with the error of a call that failed."""
        is_pending = self._collected or self._started
        if not is_pending or self._is_busy or self._error is not None or self._process_id != os.getpid():
            return
        if threading.get_ident() == self._thread:
            self._is_busy = True
            try:
                self.flush()
            finally:
                self._is_busy = False

    def finish(self) -> None:
        """At the end of a program that has not used the last answers: report an error among them."""
        atexit.unregister(self.finish)
        # Ctrl-C has ended Node, too, and the interpreter ends with the signal.
        is_interrupted = getattr(sys, "last_type", None) is KeyboardInterrupt
        if is_interrupted or self._error is not None or not (self._collected or self._started):
            return
        self._is_ending = True
        try:
            self.flush()
        except SystemExit:
            return
        except (Exception, KeyboardInterrupt) as error:
            fail_at_exit(error)

    def _collect(self, request: Any) -> Any:
        """Collect a message and return its answer; None for one that has to be sent now."""
        answer_of = self._kinds.get(type(request))
        answer = answer_of(request) if answer_of and self._is_supported(request) else None
        if answer is None or self._has_open_channel():
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
            self._had_effect |= self._descriptors != open_channels.number()
        return answer

    def _has_open_channel(self) -> bool:
        if self._had_effect or self._has_channels:
            self._had_effect, self._has_channels = False, open_channels.are_open()
            self._descriptors = open_channels.number()
        return self._has_channels or open_channels.has_threads()

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

    def _package(self, request: Any) -> Any:
        """A package that is installed with this one; a program can handle the error of another."""
        is_known = request.name in _PACKAGES or request.name.startswith(_PROVIDERS)
        return self._types.LoadResponse(assembly="", types=0) if is_known else None

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


def _program(frame: Any) -> Any:
    """Return the innermost frame outside of jsii and of these hooks."""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("jsii", "lakekit.bindings")):
        frame = frame.f_back
    return frame
