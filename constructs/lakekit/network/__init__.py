"""The network: private subnets, endpoints, flow logs."""

from __future__ import annotations

from lakekit.network.data_vpc import DataVpc
from lakekit.network.engine_security_group import EngineSecurityGroup
from lakekit.network.reference import Network, NetworkReference, environment_network
from lakekit.network.security_group_rule import SecurityGroupRule

__all__ = ["DataVpc", "EngineSecurityGroup", "Network", "NetworkReference", "SecurityGroupRule", "environment_network"]
