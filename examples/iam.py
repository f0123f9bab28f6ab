"""IAM: a role for a service, and a grant to a role that another team owns."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, ServiceRole, TeamStack
from lakekit.iam import RoleReference
from lakekit.storage import ZoneReference


class ExportsStack(TeamStack):
    """Roles that exchange files with the landing zone."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "exports", domain="sales", owner="sales-data@acme.example")
        landing = ZoneReference(self, "Landing", name="landing")
        exporter = ServiceRole(self, "Exporter", service="ecs-tasks", description="Exports orders as files")
        landing.grant_write(exporter, prefix="orders/")

        auditor = RoleReference(self, "Auditor", name="sso-auditor")
        landing.grant_read(auditor, prefix="orders/")
