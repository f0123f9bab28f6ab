"""Network: a VPC with private subnets, flow logs, and VPC endpoints with restrictive policies."""

from __future__ import annotations

from lakekit import DataVpc, Environment, LakehouseApp, LakehouseStack


class NetworkStack(LakehouseStack):
    """The VPC of the environment: size, zones, endpoints and NAT come from the environment file."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "network")
        self.network = DataVpc(self, "Network")
