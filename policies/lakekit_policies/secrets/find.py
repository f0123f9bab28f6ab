"""Find secrets in named values, command lines, documents and texts.

Constructs use it to reject arguments; rules use it for configurations that were not written with constructs.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.secrets import commands, markup
from lakekit_policies.secrets.formats import token_kind
from lakekit_policies.secrets.names import is_secret_name
from lakekit_policies.secrets.references import is_reference
from lakekit_policies.shared.json_text import TooDeepError, read_json_text

_HEADER: Final = re.compile(r"(?i)(?:auth|authorization)\Z")
_SCHEME: Final = re.compile(r"(?i)(?:apikey|basic|bearer|token)\s+\S")

_TEMPLATE: Final = r"\{\{[^{}\n]*\}\}"
_NAME: Final = r"[A-Za-z][\w.-]*"
# `name=value` inside a text, as in `…;password=x` or a login module's `password="x"`; `"name": "value"` as in JSON.
_PAIR: Final = re.compile(rf"""(?<![\w.-])({_NAME})(?:=((?:{_TEMPLATE}|[^\s;&,"'|)])+)|\s?=\s?("[^"]*"|'[^']*'))""")
_QUOTED: Final = re.compile(rf"""(["'])({_NAME})\1\s*:\s*(["'])(.*?)\3""")
# Mappings of YAML in braces, whose names have no quotes: `- {user: u, password: x}`.
_FLOW: Final = re.compile(r"(?m)^[-\t ]*(?:[\w.-]+:[\t ]+)?\{([^{}\n]*:[\t ][^{}\n]*)\}[\]\t ]*$")
_FLOW_PAIR: Final = re.compile(rf"(?:^|,)\s*({_NAME})\s*:\s+[\"']?([^\s,\"'][^,\"']*)")
_BLOCK_SCALAR: Final = re.compile(r"[|>][-+0-9]*")
# A text of several lines in YAML: `password: |`.
_BLOCK: Final = re.compile(
    rf"(?m)^([\t ]*)(?:-[\t ]+)?[\"']?({_NAME})[\"']?:[\t ]*[|>][-+0-9]*[\t ]*\n\1[\t ]+({_TEMPLATE}|\S+)"
)


def is_secret(name: str, value: Any) -> bool:
    """Whether a named value is a secret by name or format, or contains one."""
    return find_secret(name, value) is not None


def find_secret(name: str, value: Any) -> str | None:
    """Describe the secret of a named value without showing it: `--password holds a secret`."""
    text = "" if value is None else str(value)
    named = is_secret_name(name) or (_HEADER.search(name) and _SCHEME.match(text))
    if named and not is_reference(text):
        return f"{name} holds a secret"
    kind = token_kind(text)
    if kind:
        return f"{name} holds {kind}"
    inside = next(_find_in_text(text), None)
    return f"{name}: {inside}" if inside else None


def find_in_settings(settings: Mapping[str, Any]) -> Iterator[str]:
    """Problems of named values, one message each."""
    for name, value in settings.items():
        problem = find_secret(name, value)
        if problem:
            yield problem


def find_in_arguments(arguments: Iterable[Any]) -> Iterator[str]:
    """Problems of a command line: `--password x`, `--password=x`, `password=x`, or a secret by its format."""
    given = [str(argument) for argument in arguments]
    yield from _find_in_options(given)
    yield from commands.in_words(given)


def find_in_lines(text: str) -> str | None:
    """The first problem of a script or a configuration file, line by line."""
    if "\n" not in text:
        return None
    lines = (line.strip() for line in text.splitlines())
    found = (find_secret("line", _assignment(line)) for line in lines if line and not line.startswith("#"))
    return next((problem.removeprefix("line: ") for problem in found if problem), None)


def _assignment(line: str) -> str:
    """A line as `name=value` if it assigns: `password: x` (YAML), `password = x` (INI), `set password x`."""
    match = re.fullmatch(r"[-\s]*(?:export\s+|set\s+)?[\"']?([A-Za-z][\w.-]*)[\"']?\s*[:=]\s*(\S.*)", line)
    if match and _BLOCK_SCALAR.fullmatch(match[2]):
        return ""  # the value is in the next lines
    return f"{match[1]}={match[2]}" if match else line


def _find_in_options(given: list[str]) -> Iterator[str]:
    """Problems of options, by their name or the format of their value."""
    for index, argument in enumerate(given):
        name, equals, value = argument.partition("=")
        option = argument.startswith("-") and not re.search(r"[\s$`<{(]", name)
        following = given[index + 1] if index + 1 < len(given) else ""
        if option and not equals and not following.startswith("--"):
            value = following if is_secret_name(name) or _HEADER.search(name) else ""
        problem = find_secret(name, value) if option else find_secret(f"argument {index + 1}", argument)
        if problem:
            yield problem


def find_in_document(value: Any, name: str) -> Iterator[str]:
    """Problems of a JSON document: named values at any depth, and lists that are command lines."""
    if isinstance(value, dict):
        # Environment variables of containers and parameters of steps have a name and a value.
        words = {str(key).lower(): part for key, part in value.items()}
        if isinstance(words.get("value"), str):
            yield from find_in_document(words["value"], str(words.get("name", words.get("key", name))))
        for key, part in value.items():
            if str(key).lower() != "value":
                yield from find_in_document(part, str(key))
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        if is_secret_name(name) and not all(map(is_reference, value)):
            yield f"{name} holds a secret"
        else:
            yield from find_in_arguments(value)
    elif isinstance(value, list):
        for item in value:
            yield from find_in_document(item, name)
    else:
        problem = find_secret(name, value)
        if problem:
            yield problem


def _find_in_text(text: str) -> Iterator[str]:
    """Named secrets inside a text: JSON, URL parameters, options in one string."""
    pairs = [(name, (plain or quoted).strip("\"'")) for name, plain, quoted in _PAIR.findall(text)]
    # `Environment=PASSWORD=x` of systemd.
    pairs += [(inner[0], inner[1]) for _, value in pairs if "=" in value for inner in _PAIR.findall(value)]
    pairs += [(name, value) for _, name, _, value in _QUOTED.findall(text)]
    pairs += markup.pairs(text)
    if "{" in text:
        pairs += [pair for flow in _FLOW.findall(text) for pair in _FLOW_PAIR.findall(flow)]
    if ":" in text and "\n" in text:
        pairs += [(name, value) for _, name, value in _BLOCK.findall(text)]
    for name, value in pairs:
        # A join of two tables, `t.token=s.token`, compares names.
        joined = "." in value and name.rpartition(".")[2] == value.rpartition(".")[2]
        if is_secret_name(name) and not is_reference(value) and not joined:
            yield f"{name} holds a secret"
    if text.lstrip().startswith(("{", "[")):
        try:
            yield from list(find_in_document(read_json_text(text), "text"))
        except TooDeepError:
            yield "text is nested too deeply to be checked"
        except ValueError:
            return
    elif re.search(r"(?:^|\s)-\S+\s", text):
        words = _split(text)
        # A single word is the text itself.
        yield from _find_in_options(words) if len(words) > 1 else ()
    yield from commands.in_text(text)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
