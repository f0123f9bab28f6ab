"""Tables with a row access policy or a masking policy in the same configuration."""

from __future__ import annotations

import re
from typing import Final

from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Peers, as_list

_POLICY: Final = re.compile(
    r"ALTER\s+(?:ICEBERG\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?([\w.\"$]+)\s.*?(?:ADD\s+ROW\s+ACCESS|SET\s+MASKING)\s+POLICY",
    re.IGNORECASE | re.DOTALL,
)


def protected_tables(peers: Peers) -> set[str]:
    """Names of protected tables, without database and schema, in upper case."""
    found = set()
    for peer in peers.all("snowflake_execute"):
        match = _POLICY.search(str(peer.block.get("execute") or ""))
        if match:
            found.add(table_name(match[1]))
    for peer in peers.all("snowflake_table_column_masking_policy_application"):
        found.add(table_name(peer.block.get("table")))
    for peer in peers.all("snowflake_tag_association"):
        kind = str(peer.block.get("object_type") or "").upper()
        for name in as_list(peer.block.get("object_identifiers")):
            parts = str(name).split(".")
            if kind.endswith("COLUMN") and len(parts) > 1:
                found.add(unquoted(parts[-2]))
    return found


def table_name(value: object) -> str:
    """Last part of a qualified name, in upper case without quotes."""
    return unquoted(str(value or "").rpartition(".")[2])
