"""What the working directory says about the stack in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakekit_cli.toolchain import project_root

# Subcommands that talk to the provider; the others (init above all) must reach the registry unhindered.
PROVIDER_COMMANDS = frozenset(("apply", "console", "destroy", "import", "plan", "query", "refresh", "test"))


@dataclass(frozen=True)
class Stack:
    """A synthesized stack, as far as it can be read.

    Attributes:
        name: its name, or the folder's.
        file: its `cdk.tf.json`, if there is one.
        account_id: the account it is for.
        region: the region it is for.
        local: whether it lands in the local cloud.
        provider: `snowflake` for a stack on Snowflake, else `aws`.
        environment: the environment it is of.
    """

    name: str
    file: Path | None
    account_id: str = ""
    region: str = ""
    local: bool = False
    provider: str = "aws"
    environment: str = ""

    @property
    def unsupported_locally(self) -> bool:
        """Whether nothing here can stand in for what it would be applied to: Snowflake from the local environment."""
        return self.local and self.provider == "snowflake"


def read_stack(working: Path) -> Stack:
    """Read `cdk.tf.json`; a folder without one, or with an unreadable one, is a stack we know nothing about.

    The gate reads the file itself and refuses what it cannot read; nothing is decided here that would let it pass.
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
        )
    except (GateError, AttributeError, TypeError):
        return plain


def terraform_environment(stack: Stack, working: Path, environ: Mapping[str, str], command: str) -> dict[str, str]:
    """The environment of a Terraform that works on this stack.

    For a local stack the local cloud is started if it is not running, and every AWS setting of the caller's is
    taken out, so that a real account cannot be reached. For any other stack nothing changes.
    """
    if not stack.local or command not in PROVIDER_COMMANDS:
        return dict(environ)
    from lakekit_cli.toolchain.local_cloud import local_cloud
    from lakekit_local import isolated

    cloud = local_cloud(project_root(working, environ) or Path.cwd())
    cloud.ensure()
    return isolated(cloud.variables(stack.account_id, stack.region), environ)


def workspace(working: Path, environ: Mapping[str, str]) -> str:
    """The selected Terraform workspace."""
    if named := environ.get("TF_WORKSPACE"):
        return named
    try:
        return (working / environ.get("TF_DATA_DIR", ".terraform") / "environment").read_text().strip() or "default"
    except OSError:
        return "default"


def wants_color(no_color: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether terminal sequences are wanted, as Terraform and no-color.org see it."""
    return not no_color and not environ.get("NO_COLOR")
