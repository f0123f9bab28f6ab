"""Parse YAML of people: every problem is one sentence with a line, and no text takes long or exhausts memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml
from yaml.reader import Reader, ReaderError

MAX_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 50
MAX_SHOWN: Final = 80
MAX_DIGITS: Final = 400
"""Python converts integers of at most 4,300 digits to text; a double has at most 309 digits."""
MAX_NODES: Final = 100_000
"""Nodes after aliases are expanded: nine levels of nine aliases are a billion ("billion laughs")."""

# Lines of YAML, which has fewer line breaks than `splitlines`.
_LINE_BREAK: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_KEY_TAGS: Final = frozenset(("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"))
_KINDS: Final = {
    "bool": "true or false",
    "float": "a number",
    "int": "a number",
    "null": "nothing",
    "timestamp": "a date",
}
# The parser of libyaml takes a hundredth of the time.
_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlProblemError(ValueError):
    """The text is not usable YAML.

    Attributes:
        problem: What is wrong, without the file.
        line: Line, counted from 1; None if it is the whole text.
    """

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line

    def where(self, file: object) -> str:
        """Return file and line."""
        return f"{file}:{self.line}" if self.line else str(file)


def parse_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """Parse one YAML document with the safe types.

    Returns:
        Its root node, for line numbers, and its data.

    Raises:
        YamlProblemError: It is not valid, too long, nested too deeply, or an alias refers to what contains it.
    """
    if len(text) > MAX_CHARACTERS:
        raise YamlProblemError(f"{len(text):,} characters; at most {MAX_CHARACTERS:,} are read")
    try:
        _check_structure(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _of_parser(error, text) from error
    _require_short_numbers(node)
    _require_text_keys(node)
    try:
        # pyyaml's constructors raise other exceptions for values that match a type and are none, such as 2026-02-31.
        return node, None if node is None else _construct(node)
    except yaml.YAMLError as error:
        raise _of_parser(error, text) from error
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError) as error:
        raise _of_value(node, error) from error


def _construct(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_document(node)


def _check_structure(text: str) -> None:
    open_anchors: list[str | None] = []
    weights: dict[str, int] = {}
    counts = [0]
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in open_anchors:
                raise YamlProblemError(f"the alias *{event.anchor} refers to a value that contains it", line)
            counts[-1] += weights.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            counts[-1] += 1
            if event.anchor:
                weights[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_anchors.append(event.anchor)
            counts.append(1)
            if len(open_anchors) > MAX_DEPTH:
                raise YamlProblemError(f"nested more than {MAX_DEPTH} levels deep", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            weight, anchor = counts.pop(), open_anchors.pop()
            counts[-1] += weight
            if anchor:
                weights[anchor] = weight
        if counts[-1] > MAX_NODES:
            raise YamlProblemError(f"more than {MAX_NODES:,} values, aliases included", line)


def _require_short_numbers(node: yaml.Node | None) -> None:
    for scalar in _scalars(node):
        if scalar.tag == "tag:yaml.org,2002:int" and len(scalar.value) > MAX_DIGITS:
            problem = f"the number {scalar.value[:MAX_SHOWN]}… is too long: {len(scalar.value):,} characters"
            raise YamlProblemError(f"{problem}; quote it if it is text", scalar.start_mark.line + 1)


def _require_text_keys(node: yaml.Node | None) -> None:
    """YAML reads `5`, `yes`, `null` and `2026-01-01` as other types; no file of people has keys of these."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _require_text_keys(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag not in _KEY_TAGS:
                shown = key.value[:MAX_SHOWN]
                kind = _KINDS.get(key.tag.rpartition(":")[2], f"a value of the type {key.tag}")
                problem = f"the key {shown or 'without a name'} is {kind}, not text"
                raise YamlProblemError(f'{problem}; write it in quotes: "{shown}"', key.start_mark.line + 1)
            _require_text_keys(value)


def _of_parser(error: yaml.YAMLError, text: str) -> YamlProblemError:
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, ReaderError) and (found := Reader.NON_PRINTABLE.search(text)):
        reason = f"not valid YAML: the character U+{ord(found[0]):04X} is not allowed"
        return YamlProblemError(reason, len(_LINE_BREAK.split(text[: found.start()])))
    lines = _LINE_BREAK.split(text)
    if mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        return YamlProblemError("not valid YAML: tabs are not allowed for indentation, use spaces", mark.line + 1)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return YamlProblemError(f"not valid YAML: {problem}", mark.line + 1 if mark else None)


def _of_value(node: yaml.Node | None, error: Exception) -> YamlProblemError:
    for scalar in _scalars(node):
        try:
            _construct(scalar)
        except (ValueError, TypeError, OverflowError, AttributeError, KeyError) as found:
            kind = scalar.tag.rpartition(":")[2]
            shown = scalar.value if len(scalar.value) <= MAX_SHOWN else f"{scalar.value[:MAX_SHOWN]}…"
            # Other reasons are those of Python, not of YAML.
            why = f" ({found})" if kind == "timestamp" and isinstance(found, ValueError) else ""
            reason = f"{shown!r} is not a valid {kind}{why}; quote it if it is text"
            return YamlProblemError(reason, scalar.start_mark.line + 1)
    return YamlProblemError(f"not valid YAML: {error}")


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
