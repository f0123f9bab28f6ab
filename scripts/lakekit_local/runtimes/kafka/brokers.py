"""Brokers of MSK clusters: started when a cluster is created and with the local cloud, ended with it, removed with the
cluster. Their data stays in the folder of the local cloud.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_local.lifecycle.private_files import private_folder, write_private
from lakekit_local.runtimes.host import Host
from lakekit_local.runtimes.installed import Installed
from lakekit_local.runtimes.java import find_tool
from lakekit_local.runtimes.kafka import certificates
from lakekit_local.runtimes.kafka.configuration import LOGGING, broker_properties
from lakekit_local.runtimes.process import Supervised

log: Final = logging.getLogger("lakekit.local_cloud")
LISTENERS: Final = ("CLIENT", "INTERNAL", "CONTROLLER")
_SECONDS_TO_START: Final = 90.0
_HEAP: Final = "256m"
_VARIABLES: Final = ("PATH", "HOME", "LANG", "TMPDIR", "JAVA_HOME", "USER")


class BrokerError(Exception):
    """A broker did not start."""


@dataclass(frozen=True)
class Broker:
    """The broker of a cluster.

    Attributes:
        host: the local cloud.
        engine: the installed engine.
        arn: ARN of the cluster.
        ports: port of each listener; they stay the same over restarts.
        server: settings of the cluster's configuration.
    """

    host: Host
    engine: Installed
    arn: str
    ports: Mapping[str, int]
    server: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Folder of its data and certificates."""
        return broker_folder(self.host, self.arn)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            BrokerError: it ended, or did not answer in time.
        """
        self.host.end(self.arn)
        private_folder(self.folder.parent)
        private_folder(self.folder)
        if not (self.folder / certificates.BROKER).exists():
            certificates.make_certificates(self.folder)
        write_private(self.folder / "broker.properties", broker_properties(self.folder, self.ports, self.server))
        write_private(self.folder / "log4j2.properties", LOGGING)
        process = Supervised.start(self._command(), self._environ(), self.folder / "broker.log")
        self.host.processes[self.arn] = process
        end = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if not process.is_running or time.monotonic() > end:
                self.host.end(self.arn)
                raise BrokerError(f"the broker did not start: {process.last_error()} ({process.log})")
            time.sleep(0.1)

    def _command(self) -> list[str]:
        # Kafka wants 16 bytes in base64 as the id of a cluster.
        identifier = hashlib.sha256(self.arn.encode()).hexdigest()[:22]
        options = [f"-Xmx{_HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"]
        logging_file = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        java = find_tool("java") or "java"
        main = ["lakekit.kafka.Supervised", str(self.folder / "broker.properties"), identifier]
        return [java, *options, logging_file, "-cp", self.engine.classpath, *main]

    def _environ(self) -> dict[str, str]:
        kept = {name: value for name in _VARIABLES if (value := os.environ.get(name)) is not None}
        return {
            **kept,
            "LAKEKIT_ENDPOINT": self.host.endpoint,
            "LAKEKIT_TOKEN": self.host.token,
            "LAKEKIT_CLUSTER_ARN": self.arn,
        }

    def _answers(self) -> bool:
        """Whether the broker has registered: its client listener is opened after that."""
        context = ssl.create_default_context(cafile=str(self.folder / certificates.AUTHORITY))
        with contextlib.suppress(OSError):
            plain = socket.create_connection(("127.0.0.1", self.ports["CLIENT"]), timeout=1)
            with plain, context.wrap_socket(plain, server_hostname="localhost"):
                return True
        return False


def broker_folder(host: Host, arn: str) -> Path:
    """Folder of the broker of a cluster."""
    return host.home / "kafka" / arn.rpartition("/")[2]


def remove_broker(host: Host, arn: str) -> None:
    """End the broker of a deleted cluster, and remove its data."""
    host.end(arn)
    shutil.rmtree(broker_folder(host, arn), ignore_errors=True)


def free_ports() -> dict[str, int]:
    """A free port for each listener."""
    with contextlib.ExitStack() as stack:
        found = {}
        for name in LISTENERS:
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found[name] = int(probe.getsockname()[1])
        return found
