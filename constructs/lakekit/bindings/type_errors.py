"""Turn jsii's errors about wrong types into one-line TypeErrors.

Bindings from the bytecode cache have no type checks in Python, so a wrong value is rejected by jsii's kernel in Node:
with a tree of a dozen lines in JavaScript names, of which the last but one holds the cause. Here that becomes a
TypeError with the Python name of the argument, and the tree as its `__cause__`.
"""

import functools
import re
from collections.abc import Callable
from typing import Any, Final

from lakekit.bindings import hooks

_TREE: Final = " │├╰─🛑🔍"
_HEAD: Final = re.compile(
    r"(?:@jsii/kernel\.SerializationError: )?"
    r"(?:Passed to parameter (?P<parameter>\S+) of (?:new |static method |method )?(?P<called>\S+)"
    r"|Assigned to (?:static )?property (?P<owner>\S+)\.(?P<property>\w+))"
    r": Unable to deserialize value as (?P<wanted>.+)"
)
_STEP: Final = re.compile(
    r"(?:\[as .+?\] )?(?P<kind>Key|Index) '?(?P<name>[^':]+)'?: Unable to deserialize value as (?P<wanted>.+)"
)
_VALUE: Final = re.compile(r"Failing value is (?:an? )?(.+)")
_OMITTED_TYPES: Final = ("undefined", "cdktf.IResolvable", "any")
_PYTHON: Final = {"boolean": "bool", "string": "str", "null": "None", "undefined": "None"}
_SHOWN: Final = ("boolean", "string", "number")


def install() -> None:
    """Translate errors of every call that passes values to Node."""
    if hooks.enabled("type_errors"):
        for name in ("create", "set", "sset", "invoke", "sinvoke"):
            hooks.wrap(name, translate_errors)


def translate_errors(call: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of jsii so that a wrong type raises TypeError instead of RuntimeError.

    Args:
        call: a function that passes values to Node.
    """

    @functools.wraps(call)
    def call_and_translate(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except RuntimeError as error:
            if line := translate(str(error)):
                raise TypeError(line) from error
            raise

    return call_and_translate


def translate(message: str) -> str | None:
    """Reduce an error message of jsii's kernel about a wrong type to one line; None for any other message.

    Args:
        message: such as ``Passed to parameter config of new @cdktf/provider-aws.s3Bucket.S3Bucket: Unable to …``.
    """
    lines = message.splitlines()
    head = _HEAD.match(lines[0]) if lines else None
    if head is None:
        return None
    path, wanted, value, depth = "", head["wanted"], "something else", -1
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        text = line.lstrip(_TREE)
        if step := _STEP.match(text):
            if len(line) - len(text) <= depth:
                break  # what follows describes another member of the union type
            depth, wanted = len(line) - len(text), step["wanted"]
            path += f".{_snake(step['name'])}" if step["kind"] == "Key" else f"[{step['name']}]"
        elif found := _VALUE.match(text):
            kind = found[1]
            value = _PYTHON.get(kind, kind) + (f" {following.lstrip(_TREE)}" if kind in _SHOWN else "")
    called = head["called"] or head["owner"]
    owner, _, method = called.rpartition(".")[2].partition("#")
    where = f"{owner}.{_snake(method)}" if method else owner
    what = path.lstrip(".") or _snake(head["parameter"] or head["property"])
    return f"{where}: {what} is {value}, expected {_types(wanted)}"


def _types(wanted: str) -> str:
    listed = [one for one in wanted.split(" | ") if one not in _OMITTED_TYPES]
    return " or ".join(_type(one) for one in listed) or "another type"


def _type(name: str) -> str:
    for collection, python in (("array", "list"), ("map", "dict[str, ")):
        if name.startswith(f"{collection}<"):
            element = _type(name[len(collection) + 1 : -1])
            return f"{python}[{element}]" if collection == "array" else f"{python}{element}]"
    return _PYTHON.get(name, name.rpartition(".")[2])


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
