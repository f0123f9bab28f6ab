"""A value of the wrong type, said as Python says it.

jsii's kernel refuses such a value with a drawing of a dozen lines in the names of JavaScript, whose last but one line
holds what matters. Here that becomes a TypeError of one line, with the drawing as its cause.
"""

import re
from collections.abc import Callable
from typing import Any, Final

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
_NOT_ONES_OWN: Final = ("undefined", "cdktf.IResolvable", "any")
_PYTHON: Final = {"boolean": "bool", "string": "str", "null": "None", "undefined": "None"}
_SHOWN: Final = ("boolean", "string", "number")


def translate_errors(send: Callable[..., Any]) -> Callable[..., Any]:
    """A way to send a message to Node that tells a wrong type in Python's words.

    Args:
        send: the way that jsii has, which raises RuntimeError.
    """

    def told(*message: Any) -> Any:
        try:
            return send(*message)
        except RuntimeError as error:
            if line := readable(str(error)):
                raise TypeError(line) from error
            raise

    return told


def readable(refusal: str) -> str | None:
    """The one line of a refusal of jsii's kernel; None where it refused something else.

    Args:
        refusal: such as ``Passed to parameter config of new @cdktf/provider-aws.s3Bucket.S3Bucket: Unable to …``.
    """
    lines = refusal.splitlines()
    head = _HEAD.match(lines[0]) if lines else None
    if head is None:
        return None
    path, wanted, value, depth = "", head["wanted"], "something else", -1
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        text = line.lstrip(_TREE)
        if step := _STEP.match(text):
            if len(line) - len(text) <= depth:
                break  # from here on it is another of the types that the value might have had
            depth, wanted = len(line) - len(text), step["wanted"]
            path += f".{_snake(step['name'])}" if step["kind"] == "Key" else f"[{step['name']}]"
        elif found := _VALUE.match(text):
            kind = found[1]
            value = _PYTHON.get(kind, kind) + (f" {following.lstrip(_TREE)}" if kind in _SHOWN else "")
    called = head["called"] or head["owner"]
    owner, _, method = called.rpartition(".")[2].partition("#")
    where = f"{owner}.{_snake(method)}" if method else owner
    what = path.lstrip(".") or _snake(head["parameter"] or head["property"])
    return f"{where}: {what} has to be {_types(wanted)}, and is {value}"


def _types(wanted: str) -> str:
    own = [one for one in wanted.split(" | ") if one not in _NOT_ONES_OWN]
    return " or ".join(_type(one) for one in own) or "of another type"


def _type(name: str) -> str:
    for collection, said in (("array", "a list of"), ("map", "a mapping to")):
        if name.startswith(f"{collection}<"):
            return f"{said} {_type(name[len(collection) + 1 : -1])}"
    return _PYTHON.get(name, name.rpartition(".")[2])


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
