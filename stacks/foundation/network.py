"""Network: the VPC of the engines."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack
from lakekit.network import DataVpc


class NetworkStack(LakehouseStack):
    """The VPC of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "network")
        self.network = DataVpc(self, "Network")
