"""Reads a `terraform plan|apply|destroy` command line and deals its flags out to plan and apply.

Terraform's own parser is Go's `flag`: `-name`, `--name`, `-name=value`; `-name value` unless boolean; the first
word that is no flag ends the flags. What this parser does not know goes to `plan`, where Terraform refuses it:
nothing that was not understood can reach `apply`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FLAGS_WITH_VALUE = frozenset(
    (
        *("backup", "exclude", "exclude-file", "generate-config-out", "lock-timeout", "out", "parallelism"),
        *("replace", "state", "state-out", "target", "target-file", "var", "var-file"),
    )
)
# Accepted by `terraform apply SAVED_PLAN`. Values of variables are accepted there if they are the plan's, and
# ephemeral variables have to be given again.
APPLY_FLAGS = frozenset(
    (
        *("backup", "compact-warnings", "concise", "json", "lock", "lock-timeout", "no-color", "parallelism"),
        *("show-sensitive", "state", "state-out", "var", "var-file"),
    )
)
# Never for plan: about the apply alone, or said to plan by us.
FLAGS_NOT_FOR_PLAN = frozenset(("auto-approve", "backup", "destroy", "detailed-exitcode", "input", "out", "state-out"))
GATED_COMMANDS = ("apply", "destroy", "plan")
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))


class ArgumentError(ValueError):
    """The command line cannot be dealt out."""


@dataclass(frozen=True)
class Flag:
    """One flag as it was given."""

    name: str
    value: str | None

    @property
    def text(self) -> str:
        """The flag as one word."""
        return f"-{self.name}" if self.value is None else f"-{self.name}={self.value}"

    @property
    def on(self) -> bool:
        """Whether a boolean flag is set.

        Raises:
            ArgumentError: its value is no boolean.
        """
        if self.value is None or self.value in _TRUE:
            return True
        if self.value in _FALSE:
            return False
        raise ArgumentError(f'invalid boolean value "{self.value}" for -{self.name}')


@dataclass(frozen=True)
class Command:
    """A Terraform command line taken apart.

    Attributes:
        globals: what stands before the subcommand, such as `-chdir=DIR`.
        name: the subcommand; empty if there is none.
        arguments: everything after the subcommand, untouched.
        flags: the flags among `arguments`.
        operands: the words after the flags.
    """

    globals: tuple[str, ...]
    name: str
    arguments: tuple[str, ...]
    flags: tuple[Flag, ...] = ()
    operands: tuple[str, ...] = field(default=())

    @property
    def is_gated(self) -> bool:
        """Whether the gate has to evaluate it (asking for help is free)."""
        return self.name in GATED_COMMANDS and not any(flag.name in ("h", "help") for flag in self.flags)

    @property
    def directory(self) -> str:
        """Where Terraform works: `-chdir`, else here."""
        values = [word.partition("=")[2] for word in self.globals if word.lstrip("-").startswith("chdir=")]
        return values[-1] if values else "."

    def has(self, name: str) -> bool:
        """Whether a boolean flag is set; the last one counts."""
        given = [flag for flag in self.flags if flag.name == name]
        return bool(given) and given[-1].on

    def value(self, name: str) -> str | None:
        """The last value given for a flag."""
        given = [flag.value for flag in self.flags if flag.name == name]
        return given[-1] if given else None

    @property
    def is_destroy(self) -> bool:
        """Whether everything is to be destroyed."""
        return self.name == "destroy" or self.has("destroy")

    def plan_arguments(self, out: str) -> list[str]:
        """The `terraform plan` that makes the plan this command would make."""
        kept = [flag.text for flag in self.flags if flag.name not in FLAGS_NOT_FOR_PLAN]
        mode = ["-destroy"] if self.is_destroy else []
        # A prompt for a variable would hang in a pipe; Terraform's error names the variable.
        return [*self.globals, "plan", "-input=false", *mode, *kept, f"-out={out}"]

    def apply_arguments(self, plan: str) -> list[str]:
        """The `terraform apply` of that plan."""
        kept = [flag.text for flag in self.flags if flag.name in APPLY_FLAGS]
        return [*self.globals, "apply", "-input=false", *kept, plan]


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Command:
    """Take a command line apart, with what `TF_CLI_ARGS` and `TF_CLI_ARGS_<subcommand>` add to a gated one.

    Raises:
        ArgumentError: a flag lacks its value, or the variables cannot be split into words.
    """
    count = next((index for index, word in enumerate(arguments) if not word.startswith("-")), len(arguments))
    before, rest = tuple(arguments[:count]), list(arguments[count:])
    name = rest.pop(0) if rest else ""
    if name not in GATED_COMMANDS:
        return Command(before, name, tuple(rest))
    try:
        added = [*shlex.split(environ.get("TF_CLI_ARGS", "")), *shlex.split(environ.get(f"TF_CLI_ARGS_{name}", ""))]
    except ValueError as error:
        raise ArgumentError(f"TF_CLI_ARGS cannot be split into words: {error}") from error
    words = [*added, *rest]
    flags, operands = _flags(words)
    return Command(before, name, tuple(words), tuple(flags), tuple(operands))


def without_terraform_arguments(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables that `parse` has already merged."""
    return {name: value for name, value in environ.items() if not name.startswith("TF_CLI_ARGS")}


def _flags(words: list[str]) -> tuple[list[Flag], list[str]]:
    flags: list[Flag] = []
    rest = iter(range(len(words)))
    for index in rest:
        word = words[index]
        if word == "--":
            return flags, words[index + 1 :]
        if not word.startswith("-") or word == "-":
            return flags, words[index:]
        name, equals, value = word.removeprefix("-").removeprefix("-").partition("=")
        if equals:
            flags.append(Flag(name, value))
        elif name in FLAGS_WITH_VALUE:
            if index + 1 >= len(words):
                raise ArgumentError(f"flag needs an argument: -{name}")
            flags.append(Flag(name, words[next(rest)]))
        else:
            flags.append(Flag(name, None))
    return flags, []
