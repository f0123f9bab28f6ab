"""Roles of a configuration that everyone has, or that only read."""

from __future__ import annotations

import re
from typing import Final

from lakekit_policies.rules._shared.snowflake_values import PUBLIC_ROLE, is_true, unquoted
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.peers import Peers

_READER: Final = re.compile(r"_(R|RO|READ|READER|READONLY|READ_ONLY)$")
_READ_PRIVILEGES: Final = frozenset({"SELECT", "USAGE", "REFERENCES", "MONITOR", "READ"})
_ROLE_GRANTS: Final = {
    "snowflake_grant_account_role": ("role_name", ("parent_role_name",)),
    "snowflake_grant_database_role": ("database_role_name", ("parent_role_name", "parent_database_role_name")),
}
_PRIVILEGE_GRANTS: Final = {
    "snowflake_grant_privileges_to_account_role": "account_role_name",
    "snowflake_grant_privileges_to_database_role": "database_role_name",
}


def role_name(value: object) -> str:
    """Name of an account or database role in upper case, without its database."""
    return unquoted(str(value or "").rpartition(".")[2])


def roles_of_everyone(peers: Peers) -> set[str]:
    """PUBLIC, and the roles that are granted to it, directly or through other roles."""
    granted = _grants(peers)
    found = set(PUBLIC_ROLE)
    while more := {role for role, parents in granted.items() if parents & found} - found:
        found |= more
    return found


def is_reader(role: str, peers: Peers) -> bool:
    """Whether a role is meant to read only: by its name, or because everything that is granted to it only reads."""
    return _is_reader(role, peers, frozenset())


def _is_reader(role: str, peers: Peers, seen: frozenset[str]) -> bool:
    if _READER.search(role):
        return True
    if role in seen:
        return False
    inherited = {child for child, parents in _grants(peers).items() if role in parents}
    privileges = [
        str(privilege).upper()
        for kind, attribute in _PRIVILEGE_GRANTS.items()
        for peer in peers.all(kind)
        if role_name(peer.block.get(attribute)) == role
        for privilege in (
            ["ALL"] if is_true(peer.block.get("all_privileges")) else as_list(peer.block.get("privileges"))
        )
    ]
    return bool(privileges or inherited) and (
        set(privileges) <= _READ_PRIVILEGES and all(_is_reader(one, peers, seen | {role}) for one in inherited)
    )


def _grants(peers: Peers) -> dict[str, set[str]]:
    """The roles that each role is granted to."""
    found: dict[str, set[str]] = {}
    for kind, (attribute, parents) in _ROLE_GRANTS.items():
        for peer in peers.all(kind):
            names = {role_name(peer.block.get(parent)) for parent in parents if peer.block.get(parent)}
            found.setdefault(role_name(peer.block.get(attribute)), set()).update(names)
    return found
