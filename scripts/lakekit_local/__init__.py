"""The local cloud: moto on loopback in our own process, extended where it lacks what our constructs call.

It is for proving and learning; it is never a claim about production.
"""

from __future__ import annotations

from lakekit_local.errors import LocalCloudError, PortInUseError
from lakekit_local.lifecycle.cloud import LocalCloud, Status
from lakekit_local.lifecycle.variables import isolated

__all__ = ["LocalCloud", "LocalCloudError", "PortInUseError", "Status", "isolated"]
