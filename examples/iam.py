"""IAM: a role for a service, and a grant to a role that another team owns."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, ServiceRole, TeamStack, Zone


class ExportsStack(TeamStack):
    """Roles that exchange files with the landing zone."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "exports", domain="sales", owner="sales-data@acme.example")
        landing = Zone.from_name(self, "Landing", "landing")
        exporter = ServiceRole(self, "Exporter", service="ecs-tasks", description="Exports orders as files")
        landing.grant_write(exporter, prefix="orders/")

        landing.grant_read("sso-auditor", prefix="orders/")  # name of a role of this account
