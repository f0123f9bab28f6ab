"""Parse a Terraform command line; split the flags of `plan`, `apply` and `destroy` between plan and apply.

Terraform's parser is Go's `flag`: `-name`, `--name`, `-name=value`; `-name value` unless boolean; the first argument
that is not a flag ends the flags. Unknown flags are passed to `plan`, where Terraform rejects them, so that none
reaches `apply`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

FLAGS_WITH_VALUE = frozenset(
    (
        *("backup", "exclude", "exclude-file", "generate-config-out", "lock-timeout", "out", "parallelism"),
        *("replace", "state", "state-out", "target", "target-file", "var", "var-file"),
    )
)
# Accepted by `terraform apply SAVED_PLAN`. Variable values are accepted there if they equal those of the plan, and
# ephemeral variables must be passed again.
APPLY_FLAGS = frozenset(
    (
        *("backup", "compact-warnings", "concise", "json", "lock", "lock-timeout", "no-color", "parallelism"),
        *("show-sensitive", "state", "state-out", "var", "var-file"),
    )
)
# Not passed on to plan: flags of apply only, and those that `plan_arguments` sets.
FLAGS_NOT_FOR_PLAN = frozenset(("auto-approve", "backup", "destroy", "detailed-exitcode", "input", "out", "state-out"))
# Commands whose first operand is part of the subcommand.
COMMAND_GROUPS = frozenset(("metadata", "providers", "state", "workspace"))
GATED_COMMANDS = ("apply", "destroy", "import", "plan", "refresh", "taint")
# They make a plan partial, or take the values before the change from another state (LK_PLAN_9).
PARTIAL_FLAGS = frozenset(("exclude", "exclude-file", "replace", "target", "target-file"))
_OTHER_STATE_FLAGS = frozenset(("state", "state-out"))
_SAFE_IF_ON = frozenset(("lock", "refresh"))
_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
_HELP = frozenset(("-h", "-help", "--help"))
_JSON = re.compile(r"--?json(=.*)?")
_VERSION = frozenset(("-v", "-version", "--version"))


class ArgumentError(ValueError):
    """The command line cannot be parsed."""


@dataclass(frozen=True)
class Flag:
    """A command-line flag."""

    name: str
    value: str | None

    @property
    def text(self) -> str:
        """The flag as one argument."""
        return f"-{self.name}" if self.value is None else f"-{self.name}={self.value}"

    @property
    def on(self) -> bool:
        """Whether a boolean flag is set.

        Raises:
            ArgumentError: The value is not a boolean.
        """
        if self.value is None or self.value in _TRUE:
            return True
        if self.value in _FALSE:
            return False
        raise ArgumentError(f'invalid boolean value "{self.value}" for -{self.name}')


@dataclass(frozen=True)
class Command:
    """A parsed Terraform command line.

    Attributes:
        globals: Arguments before the subcommand, such as `-chdir=DIR`.
        name: Subcommand; empty if there is none.
        arguments: All arguments after the subcommand, unchanged.
        flags: Flags among `arguments`.
        operands: Arguments after the flags.
        imported: Address and ID of the resource that a former `import` imports.
        typed: Subcommand as typed, if another one is run in its place.
    """

    globals: tuple[str, ...]
    name: str
    arguments: tuple[str, ...]
    flags: tuple[Flag, ...] = ()
    operands: tuple[str, ...] = field(default=())
    imported: tuple[str, str] | None = None
    typed: str = ""

    @property
    def typed_name(self) -> str:
        """Subcommand as the user has typed it."""
        return self.typed or self.name

    @property
    def is_gated(self) -> bool:
        """Whether the gate evaluates the command; `-help` is not gated."""
        return self.name in GATED_COMMANDS and not self.asks_for_help

    @property
    def asks_for_help(self) -> bool:
        """Whether Terraform shows help in place of running the command: a help flag before the first `--`."""
        end = self.arguments.index("--") if "--" in self.arguments else len(self.arguments)
        return not _HELP.isdisjoint(self.arguments[:end])

    @property
    def words(self) -> tuple[str, ...]:
        """The whole command line after the program."""
        return (*self.globals, *((self.name,) if self.name else ()), *self.arguments)

    @property
    def directory(self) -> str:
        """Working directory of Terraform: that of `-chdir`, else the current one."""
        values = [flag.partition("=")[2] for flag in self.globals if flag.lstrip("-").startswith("chdir=")]
        return values[-1] if values else "."

    def has(self, name: str) -> bool:
        """Whether a boolean flag is set; the last occurrence counts."""
        given = [flag for flag in self.flags if flag.name == name]
        return bool(given) and given[-1].on

    @property
    def prints_json(self) -> bool:
        """Whether messages are JSON lines on standard output, also those of a command whose flags are not parsed."""
        flags = self.flags or _flags([text for text in self.arguments if _JSON.fullmatch(text)])[0]
        return replace(self, flags=tuple(flags)).has("json")

    def value(self, name: str) -> str | None:
        """Return the last value of a flag."""
        given = [flag.value for flag in self.flags if flag.name == name]
        return given[-1] if given else None

    @property
    def is_destroy(self) -> bool:
        """Whether the command destroys all resources."""
        return self.name == "destroy" or self.has("destroy")

    @property
    def plans_whole_stack(self) -> bool:
        """Whether the plan brings the whole stack, as its state describes it, to its configuration."""
        mode = self.is_destroy or self.has("refresh-only") or self.value("generate-config-out") is not None
        return not mode and not self.imported and not self.unusual_options

    @property
    def unusual_options(self) -> tuple[str, ...]:
        """Options that make the plan partial or take it from another state, as arguments."""
        found = [flag.text for flag in self.flags if flag.name in PARTIAL_FLAGS | _OTHER_STATE_FLAGS]
        off = [f"-{name}=false" for name in sorted(_SAFE_IF_ON) if self.value(name) is not None and not self.has(name)]
        return tuple(dict.fromkeys([*found, *off]))

    def plan_arguments(self, out: str) -> list[str]:
        """Return the arguments of the `terraform plan` that is equivalent to this command."""
        kept = [flag.text for flag in self.flags if flag.name not in FLAGS_NOT_FOR_PLAN]
        mode = ["-destroy"] if self.is_destroy else []
        # A prompt for a variable would block in a pipe; Terraform's error names the variable.
        return [*self.globals, "plan", "-input=false", *mode, *kept, f"-out={out}"]

    def apply_arguments(self, plan: str) -> list[str]:
        """Return the arguments of the `terraform apply` of that plan."""
        kept = [flag.text for flag in self.flags if flag.name in APPLY_FLAGS]
        return [*self.globals, "apply", "-input=false", *kept, plan]


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Command:
    """Parse a command line; merge `TF_CLI_ARGS` and `TF_CLI_ARGS_<subcommand>` into it, as Terraform does.

    Terraform is run without these variables (`without_terraform_arguments`), so that it runs what was decided on.
    Without a subcommand they are ignored. Empty arguments before the subcommand are removed: Terraform skips them.
    With `-version` anywhere, Terraform runs `version`, and with `-help` before the subcommand, it shows the help of the
    subcommand (main.go, 1.11); the other arguments are dropped, so that they cannot have an effect.

    Raises:
        ArgumentError: A flag has no value, or the variables cannot be split into arguments.
    """
    count = next((index for index, text in enumerate(arguments) if text and text[0] != "-"), len(arguments))
    before, rest = tuple(text for text in arguments[:count] if text), list(arguments[count:])
    if not rest:
        return Command(before, "", ())
    name = rest.pop(0)
    operand = [rest.pop(0)] if name in COMMAND_GROUPS and rest and not rest[0].startswith("-") else []
    suffix = "_".join([name, *operand]).replace("-", "_")
    try:
        added = [*shlex.split(environ.get("TF_CLI_ARGS", "")), *shlex.split(environ.get(f"TF_CLI_ARGS_{suffix}", ""))]
    except ValueError as error:
        raise ArgumentError(f"TF_CLI_ARGS cannot be split into arguments: {error}") from error
    merged = [*operand, *added, *rest]
    if not _VERSION.isdisjoint((*before, *merged)):
        return Command(_folders(before), "version", ())
    if not _HELP.isdisjoint(before):
        return Command(_folders(before), name, (*operand, "-help"))
    if name not in GATED_COMMANDS:
        return Command(before, name, tuple(merged))
    flags, operands = _flags(merged)
    return Command(before, name, tuple(merged), tuple(flags), tuple(operands))


def _folders(before: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in before if text.lstrip("-").startswith("chdir="))


def without_terraform_arguments(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the variables that `parse` has merged."""
    return {name: value for name, value in environ.items() if not name.startswith("TF_CLI_ARGS")}


def _flags(arguments: list[str]) -> tuple[list[Flag], list[str]]:
    flags: list[Flag] = []
    rest = iter(range(len(arguments)))
    for index in rest:
        text = arguments[index]
        if text == "--":
            return flags, arguments[index + 1 :]
        if not text.startswith("-") or text == "-":
            return flags, arguments[index:]
        name, equals, value = text.removeprefix("-").removeprefix("-").partition("=")
        if equals:
            flags.append(Flag(name, value))
        elif name in FLAGS_WITH_VALUE:
            if index + 1 >= len(arguments):
                raise ArgumentError(f"flag needs an argument: -{name}")
            flags.append(Flag(name, arguments[next(rest)]))
        else:
            flags.append(Flag(name, None))
    return flags, []
