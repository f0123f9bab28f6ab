"""Athena: a workgroup with a scan limit and encrypted results, for roles that read the same data."""

from __future__ import annotations

from lakekit import AthenaWorkgroup, Environment, LakehouseApp, LakehouseStack


class AthenaStack(LakehouseStack):
    """The workgroup of the analysts of the sales team."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "athena")
        sales = AthenaWorkgroup(self, "Sales", name="sales", scan_limit_gb=50)
        sales.grant_query("analyst")
