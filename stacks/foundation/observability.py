"""Observability: alarm topic, dashboards and budget. Create it last: dashboards collect from the stacks before."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack
from lakekit.monitoring import AlarmTopic, CostBudget, Dashboard, stacks_of


class ObservabilityStack(LakehouseStack):
    """Alarm topic, dashboards and budget of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "observability")
        operations = environment.operations
        self.topic = AlarmTopic(self, "Alarms")
        if operations.budget is not None:
            mail = [one.endpoint for one in operations.subscriptions if one.protocol == "email"]
            self.budget = CostBudget(self, "Budget", settings=operations.budget, topic=self.topic, email_addresses=mail)
        self.overview = Dashboard(self, "Overview", name="lakehouse", title=f"Lakehouse {environment.name}")
        domains = {widget.domain for stack in stacks_of(self) for widget in stack.widgets} - {None}
        self.domains = {
            domain: Dashboard(
                self,
                f"Domain{domain.title().replace('-', '')}",
                name=f"domain-{domain}",
                title=domain,
                domain=domain,
            )
            for domain in sorted(filter(None, domains))
        }
