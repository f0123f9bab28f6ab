"""The local cloud: moto on loopback in our own process, extended where it lacks what our constructs call.

It is for proving and learning; it is never a claim about production.
"""

from __future__ import annotations

from lakekit_cli.local_cloud.cloud import LocalCloud, Status
from lakekit_cli.local_cloud.errors import LocalCloudError, PortInUseError
from lakekit_cli.local_cloud.variables import isolated

__all__ = ["LocalCloud", "LocalCloudError", "PortInUseError", "Status", "isolated"]
