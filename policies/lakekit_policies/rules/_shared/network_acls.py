"""Rules of network ACLs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ALL: Final = ("-1", "all")
"""Protocols that mean all of them."""
WITH_PORTS: Final = (*ALL, "6", "tcp", "17", "udp")
"""Protocols with ports."""


def number(rule: Mapping[str, Any]) -> Any:
    """Number of a rule, which is its place in the order of evaluation."""
    return rule.get("rule_number") or rule.get("rule_no")


def allows(rule: Mapping[str, Any]) -> bool:
    return str(rule.get("rule_action") or rule.get("action")).lower() == "allow"


def names_no_port(rule: Mapping[str, Any]) -> bool:
    """Whether a rule covers every port."""
    if str(rule.get("protocol")).lower() in ALL:
        return True
    ends = rule.get("from_port"), rule.get("to_port")
    return str(rule.get("protocol")).lower() in WITH_PORTS and not ends[0] and str(ends[1] or 0) in ("0", "65535")
