"""Control requests of engines: who a client is, and what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lakekit_local.requests.store import Store
from lakekit_local.runtimes.kafka.access import ClusterAccess

if TYPE_CHECKING:
    from lakekit_local.server.call_log import CallLog


def answer_engine(command: str, sent: bytes, store: Store, call_log: CallLog) -> dict[str, Any] | None:
    """Answer a control request of an engine; None for another one.

    Args:
        command: path of the request below `/_lakekit/`.
        sent: its body.
        store: the store of the local cloud.
        call_log: log of calls and denials.
    """
    if command not in ("kafka/sessions", "kafka/decisions"):
        return None
    asked: Mapping[str, Any] = json.loads(sent)
    access = ClusterAccess(store, call_log, asked["cluster"])
    if command == "kafka/sessions":
        return access.session(asked["mechanism"], asked["payload"])
    return access.decisions(asked["access_key"], asked["token"], asked["requests"])
