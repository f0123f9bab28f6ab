"""Shell blocks: every program, command, option and make target that they name exists."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from docs_code_blocks import ROOT, CodeBlock

from lakekit_cli.main import lakekit

SHELL = ("console", "sh", "bash")
EXTERNAL = ("terraform", "checkov", "git", "cd", "export", "openssl", "aws", "uv", "source")
"""Programs of others: their arguments are not checked."""


def commands(block: CodeBlock) -> Iterator[str]:
    """The command lines of a block: after `$ ` in console blocks, every line elsewhere; comments are dropped."""
    text = block.text.replace("\\\n", " ")
    for line in text.splitlines():
        if block.language == "console":
            if not line.startswith("$ "):
                continue  # output
            line = line[2:]  # noqa: PLW2901
        stripped = re.sub(r"(^|\s)#.*$", "", line).strip()
        if stripped:
            yield stripped


def check(command: str) -> None:
    """Check one command line.

    Raises:
        ValueError: it names something that does not exist.
    """
    for part in re.split(r"\s*(?:&&|\|\||[|;])\s*", command):
        words = shlex.split(re.sub(r"\s\d?>>?\s*\S+", "", part))  # without redirections
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words:
            _check_words(words, command)


def inline(file: Path) -> list[str]:
    """The commands in the text of a page, such as `lakekit deploy ENV`."""
    text = re.sub(r"^ *```.*?^ *```$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`((?:lakekit|make|pytest|python) [^`]+)`", text)


def check_inline(text: str) -> None:
    """Check a command in the text of a page; it may lack arguments, or have placeholders and optional parts.

    Raises:
        ValueError: it names something that does not exist.
    """
    words = shlex.split(re.sub(r"[\[\]|…]", " ", text))
    if words[0] != "lakekit":
        _check_words(words, text)
        return
    current, rest, context = _command_of(words[1:], text)
    known = {option for parameter in current.get_params(context) for option in parameter.opts}
    unknown = [word for word in rest if word.startswith("-") and word not in known]
    if unknown:
        raise ValueError(f"{text!r}: {context.info_name} has no option {', '.join(unknown)}")


def _check_words(words: list[str], command: str) -> None:
    program = words[0].rpartition("/")[2]
    if program == "lakekit":
        _check_lakekit(words[1:], command)
    elif program == "make":
        _check_make(words[1:], command)
    elif program == "pip":
        _check_pip(words[1:], command)
    elif program in ("python", "python3"):
        _check_python(words[1:], command)
    elif program in ("pytest", "ruff", "mypy", "mkdocs"):
        _check_paths(words[1:], command)
    elif program not in (*EXTERNAL, "lakekit-terraform"):
        raise ValueError(f"{command!r}: {program!r} is not a program that this test knows")


def _check_lakekit(words: list[str], command: str) -> None:
    current, words, context = _command_of(words, command)
    try:
        values, rest, _ = current.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        raise ValueError(f"{command!r}: {error.format_message()}") from error
    if rest:
        raise ValueError(f"{command!r}: unexpected arguments {' '.join(rest)}")
    if values.get("help"):
        return
    for parameter in current.get_params(context):
        value = values.get(parameter.name or "")
        given = value is not None and value != () and type(value).__name__ != "Sentinel"
        if parameter.required and not given:
            raise ValueError(f"{command!r}: {parameter.name} is missing")
        if given and isinstance(parameter.type, click.Choice):
            for one in value if isinstance(value, list | tuple) else (value,):
                if one not in parameter.type.choices:
                    raise ValueError(f"{command!r}: {one!r} is not one of {', '.join(parameter.type.choices)}")


def _command_of(words: list[str], command: str) -> tuple[click.Command, list[str], click.Context]:
    """The command that words name, the remaining words, and its context."""
    current: click.Command = lakekit
    context = click.Context(lakekit, info_name="lakekit", help_option_names=["-h", "--help"])
    while isinstance(current, click.Group) and words and not words[0].startswith("-"):
        found = current.get_command(context, words[0])
        if found is None:
            raise ValueError(f"{command!r}: {context.info_name} has no command {words[0]!r}")
        current, words = found, words[1:]
        context = click.Context(current, info_name=f"{context.info_name} {current.name}", parent=context)
    return current, words, context


def _check_make(words: list[str], command: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for word in words:
        if "=" not in word and word not in targets:
            raise ValueError(f"{command!r}: the Makefile has no target {word!r}")


def _check_pip(words: list[str], command: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for extra in re.findall(r"\[([\w,]+)\]", " ".join(words)):
        for one in extra.split(","):
            if one not in extras:
                raise ValueError(f"{command!r}: there is no extra {one!r}")


def _check_python(words: list[str], command: str) -> None:
    if words[:1] == ["-m"]:
        if importlib.util.find_spec(words[1]) is None:
            raise ValueError(f"{command!r}: there is no module {words[1]!r}")
    else:
        _check_paths(words[:1], command)


def _check_paths(words: list[str], command: str) -> None:
    for word in words:
        path = word.partition("::")[0]
        is_path = path.endswith(".py") or ("/" in path and not path.startswith("-"))
        if is_path and not (ROOT / path).exists():
            raise ValueError(f"{command!r}: there is no {path}")
