"""Origin of the records of a run: commit, user, and the command line without secrets."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lakekit_cli.terraform_gate.acknowledge import current_actor
from lakekit_cli.toolchain.commit import current_commit

from .arguments import Command
from .stack import Stack

if TYPE_CHECKING:
    from lakekit_policies.records.origin import RunOrigin

SECRET_FLAGS: Final = ("var", "backend-config")
"""Flags whose values can be secret: `-var name=value`, `-backend-config=name=value`."""
_HIDDEN: Final = "(hidden)"


def origin(root: Path, stack: Stack, command: Command) -> RunOrigin:
    """Return the origin of a run."""
    from lakekit_policies.records.origin import RunOrigin, rules_sha256
    from lakekit_policies.shared.version import __version__

    commit = current_commit(root)
    return RunOrigin(
        tier=stack.tier,
        account_id=stack.account_id,
        region=stack.region,
        commit=commit.sha,
        dirty=commit.dirty,
        command=redact(command),
        user=current_actor(root, os.environ),
        gate_version=__version__,
        rules_sha256=rules_sha256(),
    )


def redact(command: Command) -> str:
    """Return the command line of `lakekit-terraform` without the values of variables and backend settings.

    Arguments of `TF_CLI_ARGS` are included.
    """
    return shlex.join(["lakekit-terraform", *_redacted([*command.globals, command.typed_name, *command.arguments])])


def _redacted(arguments: Sequence[str]) -> list[str]:
    shown: list[str] = []
    value_of = ""
    for argument in arguments:
        if value_of:
            shown.append(_without_value(argument))
            value_of = ""
            continue
        name, equals, value = argument.lstrip("-").partition("=")
        if not argument.startswith("-") or name not in SECRET_FLAGS:
            shown.append(argument)
        elif equals:
            shown.append(f"-{name}={_without_value(value)}")
        else:
            shown.append(argument)
            value_of = name
    return shown


def _without_value(setting: str) -> str:
    """`name=value` without the value; a path of a file, as `-backend-config` accepts, is kept."""
    name, equals, _ = setting.partition("=")
    return f"{name}={_HIDDEN}" if equals else name
