"""What `lakekit-terraform` does with each subcommand of Terraform; docs/terraform-commands.md shows this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .arguments import COMMAND_GROUPS, Command


class Decision(StrEnum):
    """What happens to a subcommand."""

    EVALUATED = "evaluated"
    """Runs as a plan that the gate evaluates."""
    REASON = "reason above dev"
    """Above dev it needs a reason, which is bound to the command line and the serial of the state."""
    PASSED = "passed"
    REFUSED = "refused above dev"


@dataclass(frozen=True)
class Subcommand:
    """A subcommand with its decision.

    Attributes:
        name: Subcommand as it is written, with the flag that the decision depends on.
        decision: The decision.
        effect: What it does, or what is run in its place.
    """

    name: str
    decision: Decision
    effect: str


_E, _R, _P, _X = Decision.EVALUATED, Decision.REASON, Decision.PASSED, Decision.REFUSED

# Commands of Terraform 1.11 (`terraform -help`), and those of later versions that are known.
SUBCOMMANDS: Final = (
    Subcommand("plan", _E, "plans"),
    Subcommand("apply", _E, "applies the evaluated plan"),
    Subcommand("destroy", _E, "applies the evaluated plan that destroys"),
    Subcommand("refresh", _E, "runs `apply -refresh-only -auto-approve`"),
    Subcommand("import", _E, "runs `apply` with an import block, for which it asks"),
    Subcommand("taint", _E, "runs `apply -replace=ADDRESS`, for which it asks"),
    Subcommand("untaint", _R, "changes the state without a plan"),
    Subcommand("state rm", _R, "removes resources from the state; they stay in the account without an owner"),
    Subcommand("state mv", _R, "changes addresses in the state; a `moved` block does the same with a plan"),
    Subcommand("state push", _R, "replaces the state; `lakekit state recover` restores one that was not saved"),
    Subcommand("state replace-provider", _R, "changes the state without a plan"),
    Subcommand("state list", _P, "reads the state"),
    Subcommand("state show", _P, "reads the state"),
    Subcommand("state pull", _P, "reads the state, with its secrets"),
    Subcommand("state identities", _P, "reads the state"),
    Subcommand("force-unlock", _R, "releases the lock that another run may hold"),
    Subcommand("workspace new", _R, "creates another state for the same resources"),
    Subcommand("workspace select", _R, "selects another state; plans in it need an acknowledgement (`LK_PLAN_9`)"),
    Subcommand("workspace delete", _R, "deletes a state"),
    Subcommand("workspace list", _P, "reads"),
    Subcommand("workspace show", _P, "reads"),
    Subcommand("init", _P, "installs providers and connects to the backend of the stack"),
    Subcommand("init -backend-config", _R, "connects to another backend than that of the stack"),
    Subcommand("init -migrate-state", _R, "copies the state to another backend"),
    Subcommand("init -force-copy", _R, "copies the state to another backend without asking"),
    Subcommand("init -reconfigure", _R, "leaves the state in the backend that was used before"),
    Subcommand("init -from-module", _R, "replaces the configuration"),
    Subcommand("init -plugin-dir", _R, "takes providers from another folder"),
    Subcommand("test", _R, "creates and destroys resources of the account without a plan"),
    Subcommand("console", _P, "evaluates expressions; reads the state, with its secrets"),
    Subcommand("output", _P, "reads the state"),
    Subcommand("show", _P, "reads the state or a plan"),
    Subcommand("graph", _P, "reads the configuration"),
    Subcommand("providers", _P, "reads the configuration"),
    Subcommand("providers lock", _P, "writes hashes of providers to the lock file"),
    Subcommand("providers mirror", _P, "downloads providers"),
    Subcommand("providers schema", _P, "reads"),
    Subcommand("validate", _P, "reads the configuration"),
    Subcommand("get", _P, "downloads modules"),
    Subcommand("modules", _P, "reads the configuration"),
    Subcommand("metadata functions", _P, "reads"),
    Subcommand("query", _P, "lists resources of the account (Terraform 1.14)"),
    Subcommand("fmt", _P, "formats files; the gate evaluates them afterwards"),
    Subcommand("version", _P, "reads"),
    Subcommand("login", _P, "stores credentials of a registry for this user"),
    Subcommand("logout", _P, "removes credentials of a registry of this user"),
)
UNKNOWN: Final = Subcommand("any other", _X, "is not known to this version of Lakekit")

_BY_NAME: Final[Mapping[str, Subcommand]] = {one.name: one for one in SUBCOMMANDS}
_INIT_FLAGS: Final = tuple(name.removeprefix("init -") for name in _BY_NAME if name.startswith("init -"))


def decide(command: Command) -> Subcommand:
    """Return the decision on a command line; that of help texts is `passed`."""
    if not command.name or command.asks_for_help:
        return Subcommand(command.name, Decision.PASSED, "shows help")
    if command.name == "init":
        return _init(command)
    if command.name in COMMAND_GROUPS:
        operand = next((one for one in command.arguments if not one.startswith("-")), "")
        name = f"{command.name} {operand}".strip()
        if not operand and command.name not in _BY_NAME:
            return Subcommand(command.name, Decision.PASSED, "shows help")
        return _BY_NAME.get(name, Subcommand(name, UNKNOWN.decision, UNKNOWN.effect))
    return _BY_NAME.get(command.name, Subcommand(command.name, UNKNOWN.decision, UNKNOWN.effect))


def _init(command: Command) -> Subcommand:
    for argument in command.arguments:
        name, _, value = argument.lstrip("-").partition("=")
        if argument.startswith("-") and name in _INIT_FLAGS and value.lower() not in ("false", "0", "f"):
            return _BY_NAME[f"init -{name}"]
    return _BY_NAME["init"]
