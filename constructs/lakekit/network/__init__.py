"""The network: private subnets, endpoints, NAT gateways, flow logs."""

from __future__ import annotations

from lakekit.network.data_vpc import DataVpc
from lakekit.network.endpoints import Endpoints
from lakekit.network.engine_security_group import EngineSecurityGroup
from lakekit.network.flow_log import FlowLog
from lakekit.network.nat import NatGateways
from lakekit.network.reference import Network, VpcReference, environment_network
from lakekit.network.security_group_rule import SecurityGroupRule

__all__ = [
    "DataVpc",
    "Endpoints",
    "EngineSecurityGroup",
    "FlowLog",
    "NatGateways",
    "Network",
    "SecurityGroupRule",
    "VpcReference",
    "environment_network",
]
