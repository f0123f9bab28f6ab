"""Athena: a workgroup per team with a scan limit and encrypted results."""

from __future__ import annotations

from lakekit import AthenaWorkgroup, Environment, LakehouseApp, LakehouseStack


class AthenaStack(LakehouseStack):
    """The workgroup of the sales team, for its analysts."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "athena")
        sales = AthenaWorkgroup(self, "Sales", name="sales", scan_limit_gb=50)
        sales.grant_query("analyst")
