"""Commands and scripts in the arguments of a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.shared.encoded_text import decoded_text
from lakekit_policies.shared.json_text import read_json_text

_FOR_PEOPLE: Final = frozenset({"description", "tags", "tags_all", "comment", "lifecycle", "//"})


def program_texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every value; of JSON and base64 what they contain, of a list of words the command.

    Args:
        value: arguments of a resource.
        path: where the value stands; empty for the resource.
    """
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _FOR_PEOPLE:
                yield from program_texts(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        if len(value) > 1 and all(isinstance(part, str) for part in value):
            yield path, " ".join(value)
        else:
            for part in value:
                yield from program_texts(part, path)
    elif isinstance(value, str):
        yield from _texts(value, path)


def _texts(value: str, path: str) -> Iterator[tuple[str, str]]:
    if value.lstrip()[:1] in ("{", "["):
        try:
            document = read_json_text(value)
        except ValueError:
            document = None
        if isinstance(document, (dict, list)):
            yield from program_texts(document, path)
            return
    decoded = decoded_text(value)
    yield path, value if decoded is None else decoded
