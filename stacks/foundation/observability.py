"""Observability: the alarm topic, the dashboards and the budget. It is made last, to see what is there to show."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack
from lakekit.monitoring import AlarmTopic, CostBudget, Dashboard, stacks_of


class ObservabilityStack(LakehouseStack):
    """Who is told, and what there is to see, of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "observability")
        operations = environment.operations
        self.topic = AlarmTopic(self, "Alarms")
        if operations.budget is not None:
            mail = [wanted.endpoint for wanted in operations.subscriptions if wanted.protocol == "email"]
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
