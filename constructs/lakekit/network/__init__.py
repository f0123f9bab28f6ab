"""The network: private subnets, endpoints, flow logs."""

from __future__ import annotations

from lakekit.network.engine_group import EngineGroup
from lakekit.network.network import DataNetwork
from lakekit.network.reference import Network, NetworkReference, environment_network
from lakekit.network.way import Way

__all__ = ["DataNetwork", "EngineGroup", "Network", "NetworkReference", "Way", "environment_network"]
