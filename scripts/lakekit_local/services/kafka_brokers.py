"""MSK: real brokers behind clusters, if the engine `kafka` is installed.

A cluster is CREATING until its broker answers. Without the engine it is ACTIVE at once, with addresses that have the
right format and lead nowhere.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Mapping
from typing import Any, Final

from lakekit_local.requests.registry import Call, ServiceError
from lakekit_local.requests.store import Store, Table
from lakekit_local.runtimes.host import Host, current_host
from lakekit_local.runtimes.installed import Installed, installed
from lakekit_local.runtimes.kafka.brokers import Broker, BrokerError, free_ports, remove_broker
from lakekit_policies.shared.java_properties import load_properties

log: Final = logging.getLogger("lakekit.local_cloud")
_KIND: Final = "broker"


def has_iam(record: Mapping[str, Any]) -> bool:
    """Whether clients of a cluster authenticate by IAM."""
    settings = record.get("Serverless") or record.get("Provisioned") or {}
    return bool(settings.get("ClientAuthentication", {}).get("Sasl", {}).get("Iam", {}).get("Enabled"))


def start_broker(call: Call, record: Mapping[str, Any], state: str = "CREATING") -> bool:
    """Start the broker of a cluster in the background, again if it runs; return whether there is one.

    Args:
        call: the request.
        record: the cluster.
        state: state of the cluster until the broker answers.
    """
    host, engine = current_host(), installed("kafka")
    if host is None or engine is None or not has_iam(record):
        return False
    tables = _tables(call.store, call.account, call.region)
    clusters, brokers = tables
    arn = str(record["ClusterArn"])
    brokers.put(arn, {**(brokers.find(arn) or free_ports()), "server": _server_properties(call, record)})
    clusters.update(arn, {"State": state})
    _start(host, engine, tables, arn)
    return True


def client_port(call: Call, arn: str) -> int | None:
    """Port on which clients reach the broker of a cluster; None without one, also if the engine was removed."""
    found = call.table(_KIND).find(arn)
    return found["CLIENT"] if found and current_host() is not None and installed("kafka") is not None else None


def delete_broker(call: Call, arn: str) -> None:
    """End the broker of a deleted cluster, and remove its data."""
    call.table(_KIND).discard(arn)
    if host := current_host():
        remove_broker(host, arn)


def start_all(store: Store, host: Host) -> None:
    """Start the brokers of all clusters that have had one; those of clusters whose engine is gone stay without."""
    engine = installed("kafka")
    for account, region, service, kind in list(store.data):
        if (service, kind) == ("kafka", _KIND) and engine is not None:
            tables = _tables(store, account, region)
            for arn, _ in tables[1].items():
                if arn in tables[0]:
                    tables[0].update(arn, {"State": "CREATING"})
                    _start(host, engine, tables, arn)


def _tables(store: Store, account: str, region: str) -> tuple[Table, Table]:
    def missing(key: str) -> Exception:
        return ServiceError("NotFoundException", f"{key} was not found.")

    return (
        store.table((account, region, "kafka", "cluster"), missing),
        store.table((account, region, "kafka", _KIND), missing),
    )


def _server_properties(call: Call, record: Mapping[str, Any]) -> dict[str, str]:
    """Settings of the configuration of a cluster."""
    software = (record.get("Provisioned") or {}).get("CurrentBrokerSoftwareInfo", {})
    found = call.table("revision").find(f"{software.get('ConfigurationArn')} {software.get('ConfigurationRevision')}")
    text = found["ServerProperties"] if found else ""
    return load_properties(text.decode() if isinstance(text, bytes) else str(text))


def _start(host: Host, engine: Installed, tables: tuple[Table, Table], arn: str) -> None:
    known = tables[1].get(arn)
    server = known.pop("server", {})
    broker = Broker(host, engine, arn, known, server)
    threading.Thread(target=_run, args=(broker, tables[0]), daemon=True, name=f"broker {arn}").start()


def _run(broker: Broker, clusters: Table) -> None:
    changes: dict[str, Any] = {"State": "ACTIVE", "StateInfo": None}
    try:
        broker.start()
        log.info("the broker of %s answers on port %s", broker.arn, broker.ports["CLIENT"])
    except (BrokerError, OSError) as error:
        log.exception("the broker of %s did not start", broker.arn)
        changes = {"State": "FAILED", "StateInfo": {"Code": "BrokerFailed", "Message": str(error)}}
    # The cluster can have been deleted in the meantime.
    with contextlib.suppress(ServiceError):
        clusters.update(broker.arn, changes)
        return
    remove_broker(broker.host, broker.arn)
