"""The local cloud: moto on loopback, extended with the AWS operations that the constructs need and moto lacks.

For tests and learning. A deployment that works here is not proof that it works on AWS.
"""

from __future__ import annotations

from lakekit_local.errors import LocalCloudError, PortInUseError
from lakekit_local.lifecycle.cloud import LocalCloud, Status
from lakekit_local.lifecycle.variables import isolated

__all__ = ["LocalCloud", "LocalCloudError", "PortInUseError", "Status", "isolated"]
