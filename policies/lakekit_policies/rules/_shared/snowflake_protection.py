"""Tables and views with a row access policy, a masking policy or a high classification in the same configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies import sql
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, as_list, nested
from lakekit_policies.terraform.peers import Peers

_POLICY: Final = re.compile(
    r"ALTER\s+(?:ICEBERG\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?([\w.\"$]+)\s.*?(?:ADD\s+ROW\s+ACCESS|SET\s+MASKING)\s+POLICY",
    re.IGNORECASE | re.DOTALL,
)
_CREATED: Final = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:\w+\s+)*?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.\"$]+)", re.IGNORECASE
)
_PROTECTED_LEVELS: Final = frozenset({"CONFIDENTIAL", "RESTRICTED", "PII", "SENSITIVE", "SECRET"})
_OBJECTS: Final = frozenset({"TABLE", "VIEW", "ICEBERG TABLE", "EXTERNAL TABLE", "DYNAMIC TABLE"})


def protected_tables(peers: Peers) -> set[str]:
    """Names of protected tables and views, without database and schema, in upper case."""
    found = {*_of_statements(peers), *_of_tags(peers)}
    for peer in peers.all("snowflake_table_column_masking_policy_application"):
        found.add(table_name(peer.block.get("table")))
    views = {unquoted(peer.block.get("name")): peer.block for peer in peers.all("snowflake_view")}
    found |= {name for name, view in views.items() if _has_policy(view)}
    # A view shows the columns of its tables with their policies; a copy of the view has none.
    while more := {name for name, view in views.items() if name not in found and _reads(view) & found}:
        found |= more
    return found


def protected_containers(peers: Peers) -> set[tuple[str, ...]]:
    """Databases and schemas, by the parts of their names, whose tables inherit a masking policy or a high level."""
    return {
        tuple(parts)
        for kind, parts, is_protected in _associations(peers)
        if kind in ("DATABASE", "SCHEMA") and is_protected
    }


def named_governed(peers: Peers, body: str) -> list[str]:
    """Protected tables, and schemas with protected tables, that a body names in any form, dynamic SQL included."""
    text = body.upper().replace('"', "")
    names = [*sorted(protected_tables(peers)), *(".".join(parts) for parts in sorted(protected_containers(peers)))]
    return [name for name in names if name and re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)]


def declared_tables(peers: Peers) -> set[str]:
    """Names of the tables and views of the configuration, without database and schema, in upper case."""
    kinds = ("table", "view", "dynamic_table", "external_table", "materialized_view", "hybrid_table", "stream_on_table")
    found = {unquoted(peer.block.get("name")) for peer in peers.all(*(f"snowflake_{kind}" for kind in kinds))}
    statements = (str(peer.block.get("execute") or "") for peer in peers.all("snowflake_execute"))
    return found | {table_name(name) for text in statements for name in _CREATED.findall(text)}


def table_name(value: object) -> str:
    """Last part of a qualified name, in upper case without quotes."""
    return unquoted(str(value or "").rpartition(".")[2])


def _of_statements(peers: Peers) -> Iterator[str]:
    for peer in peers.all("snowflake_execute"):
        match = _POLICY.search(str(peer.block.get("execute") or ""))
        if match:
            yield table_name(match[1])


def _of_tags(peers: Peers) -> Iterator[str]:
    """Tables with a tagged column, and tables with a tag of a high level or of a masking policy."""
    for kind, parts, is_protected in _associations(peers):
        if kind.endswith("COLUMN") and len(parts) > 1:
            yield parts[-2]
        elif kind in _OBJECTS and is_protected:
            yield parts[-1]


def _associations(peers: Peers) -> Iterator[tuple[str, list[str], bool]]:
    """Type and name of each tagged object, and whether the tag has a high level or a masking policy."""
    masking = {
        unquoted(tag.block.get("name")) for tag in peers.all("snowflake_tag") if tag.block.get("masking_policies")
    }
    addresses = {tag.address for tag in peers.all("snowflake_tag") if tag.block.get("masking_policies")}
    for peer in peers.all("snowflake_tag_association"):
        kind = str(peer.block.get("object_type") or "").upper()
        is_high = str(peer.block.get("tag_value") or "").upper() in _PROTECTED_LEVELS
        tag = str(peer.block.get("tag_id") or "")
        masks = table_name(tag) in masking or any(address in tag for address in addresses)
        for name in as_list(peer.block.get("object_identifiers")):
            yield kind, [unquoted(part) for part in str(name).split(".")], is_high or masks


def _has_policy(view: Block) -> bool:
    return bool(nested(view, "row_access_policy") or nested(view, "column", "masking_policy"))


def _reads(view: Block) -> frozenset[str]:
    return frozenset(name[-1] for name in sql.query_tables(str(view.get("statement") or ""))[0])
