"""Metadata of the stack in the working directory of Terraform."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lakekit_cli.toolchain import project_root

from .arguments import COMMAND_GROUPS, Command, Flag
from .subcommands import SUBCOMMANDS

_NO_COLOR: Final = re.compile("--?no-color(?:=.*)?")
# Subcommands that call the provider; others, such as init, need access to the registry.
PROVIDER_COMMANDS = frozenset(("apply", "console", "destroy", "import", "plan", "query", "refresh", "test"))


@dataclass(frozen=True)
class Stack:
    """A synthesized stack.

    Attributes:
        name: Stack name, or the name of the folder if the stack cannot be read.
        file: Its `cdk.tf.json`; None if it does not exist.
        account_id: AWS account ID.
        region: AWS region.
        local: Whether the stack is deployed to the local cloud.
        provider: `snowflake` or `aws`.
        environment: Name of the environment.
        tier: Tier; `prod` if the stack does not state one, as in the evaluation.
    """

    name: str
    file: Path | None
    account_id: str = ""
    region: str = ""
    local: bool = False
    provider: str = "aws"
    environment: str = ""
    tier: str = "prod"

    @property
    def above_dev(self) -> bool:
        """Whether the tier is above dev."""
        return self.tier not in ("sandbox", "dev")

    @property
    def unsupported_locally(self) -> bool:
        """Whether the local cloud cannot deploy the stack: a Snowflake stack of a local environment."""
        return self.local and self.provider == "snowflake"


def read_stack(working: Path) -> Stack:
    """Read the metadata from `cdk.tf.json`; return a stack without metadata if it is missing or unreadable.

    The gate reads the file on its own and rejects an unreadable one, so this function cannot make it pass.
    """
    from lakekit_policies import GateError
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

    file = working / "cdk.tf.json"
    plain = Stack(working.resolve().name, file if file.exists() else None)
    try:
        stack = SynthesizedStack.read(file)
        metadata = stack.metadata
        if not (metadata.account_id and metadata.region and metadata.target):
            return plain
        return Stack(
            stack.name,
            file,
            metadata.account_id,
            metadata.region,
            # Two conditions: the environment's target is local, and so is the state's backend.
            local=metadata.target == "local" and list(stack.backends) == ["local"],
            provider=metadata.provider,
            environment=metadata.environment,
            tier=metadata.tier,
        )
    except (GateError, AttributeError, TypeError):
        return plain


def terraform_environment(stack: Stack, working: Path, environ: Mapping[str, str], command: str) -> dict[str, str]:
    """Return the environment variables of Terraform for a stack.

    For a local stack, start the local cloud, remove all AWS settings of the caller, so that no real account can be
    reached, and use a session of the planner for `plan`, of the deployer for all else. For any other stack, return the
    variables unchanged.
    """
    if not stack.local or command not in PROVIDER_COMMANDS:
        return dict(environ)
    from lakekit_cli.deployer.local_session import session_variables
    from lakekit_cli.toolchain.local_cloud import local_cloud
    from lakekit_local import isolated

    root = project_root(working, environ) or Path.cwd()
    cloud = local_cloud(root)
    cloud.ensure()
    session = session_variables(cloud, root, working, stack.environment, command)
    return isolated({**cloud.variables(stack.account_id, stack.region), **session}, environ)


def without_color(command: Command, environ: Mapping[str, str]) -> Command:
    """Return a command line with `-no-color` if `NO_COLOR` is set or standard output is not a terminal.

    Terraform ignores both. Every subcommand that is known has the flag (tried with 1.11.4); others stay as typed.
    """
    if (sys.stdout.isatty() and not environ.get("NO_COLOR")) or command.asks_for_help:
        return command
    if command.is_gated:
        return replace(command, flags=(*command.flags, Flag("no-color", None)))
    if command.name not in {one.name.partition(" ")[0] for one in SUBCOMMANDS}:
        return command
    # After the second word of a command such as `state rm`.
    count = int(command.name in COMMAND_GROUPS and not (*command.arguments, "-")[0].startswith("-"))
    return replace(command, arguments=(*command.arguments[:count], "-no-color", *command.arguments[count:]))


def prints_color(words: Iterable[str]) -> bool:
    """Whether Terraform prints colours with these arguments."""
    return not any(_NO_COLOR.fullmatch(word) for word in words)


def without_no_color(words: Iterable[str]) -> list[str]:
    """Return arguments with which Terraform prints colours."""
    return [word for word in words if not _NO_COLOR.fullmatch(word)]


def wants_color(no_color: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to use terminal escape sequences, by the rules of Terraform and no-color.org."""
    return not no_color and not environ.get("NO_COLOR")
