"""Tables and views with a row access policy, a masking policy or a high classification in the same configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies import sql
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, Peers, as_list, nested

_POLICY: Final = re.compile(
    r"ALTER\s+(?:ICEBERG\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?([\w.\"$]+)\s.*?(?:ADD\s+ROW\s+ACCESS|SET\s+MASKING)\s+POLICY",
    re.IGNORECASE | re.DOTALL,
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


def table_name(value: object) -> str:
    """Last part of a qualified name, in upper case without quotes."""
    return unquoted(str(value or "").rpartition(".")[2])


def _of_statements(peers: Peers) -> Iterator[str]:
    for peer in peers.all("snowflake_execute"):
        match = _POLICY.search(str(peer.block.get("execute") or ""))
        if match:
            yield table_name(match[1])


def _of_tags(peers: Peers) -> Iterator[str]:
    """Tables with a tagged column, and tables with a tag of a high level."""
    for peer in peers.all("snowflake_tag_association"):
        kind = str(peer.block.get("object_type") or "").upper()
        is_high = str(peer.block.get("tag_value") or "").upper() in _PROTECTED_LEVELS
        for name in as_list(peer.block.get("object_identifiers")):
            parts = [unquoted(part) for part in str(name).split(".")]
            if kind.endswith("COLUMN") and len(parts) > 1:
                yield parts[-2]
            elif kind in _OBJECTS and is_high:
                yield parts[-1]


def _has_policy(view: Block) -> bool:
    return bool(nested(view, "row_access_policy") or nested(view, "column", "masking_policy"))


def _reads(view: Block) -> frozenset[str]:
    return sql.query_tables(str(view.get("statement") or ""))[0]
