"""Procedures, functions, tasks and stages that a script uses and the configuration does not declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lakekit_policies import sql
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.shared.interpolations import UNKNOWN_NAME
from lakekit_policies.terraform.blocks import Block
from lakekit_policies.terraform.peers import Peers

LANGUAGES: Final = ("java", "javascript", "python", "scala", "sql")
_TYPES: Final = {
    "procedure": tuple(f"snowflake_procedure_{language}" for language in LANGUAGES),
    "function": (*(f"snowflake_function_{language}" for language in LANGUAGES), "snowflake_external_function"),
    "task": ("snowflake_task",),
    "stage": ("snowflake_stage",),
    "source": ("snowflake_stage",),
}
_VERBS: Final = {
    "procedure": "calls procedure",
    "function": "calls function",
    "task": "starts task",
    "stage": "unloads to stage",
    "source": "reads stage",
}


def undeclared(peers: Peers, what: str, text: str, *, language: str = "sql") -> Iterator[str]:
    """Messages on what a script uses that is not declared, so that it is not known what that does."""
    for kind, name in sql.script_callees(text, language=language):
        declared = (peer.block for one in _TYPES[kind] for peer in peers.all(one))
        if not any(_is_named(block, name) for block in declared):
            shown = ".".join(name) or "by an expression"
            yield f"{what} {_VERBS[kind]} {shown}, which this configuration does not declare; it is not evaluated"


def _is_named(block: Block, name: tuple[str, ...]) -> bool:
    """Whether a name is that of a resource; a part that is an expression can be any."""
    own = [unquoted(block.get(part)) for part in ("database", "schema", "name")][-len(name) :]
    given = [unquoted(part) for part in name]
    return len(own) == len(given) and all(
        one == other or "${" in one or UNKNOWN_NAME in other for one, other in zip(own, given, strict=True)
    )
