"""Budgets: what an environment may cost in a month, and who hears when it will not do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import BudgetSettings
from lakekit.errors import ConstructError
from lakekit.monitoring.alarm_topic import AlarmTopic


class CostBudget(Construct):
    """A monthly cost budget with notifications on what is spent and on what will be.

    It covers the whole account, since an environment has one of its own; `budget.filter_by_environment_tag`
    counts what carries the environment's tag alone. AWS sees that tag only
    once it is activated for cost allocation, and reports zero until then.

    Args:
        scope: parent construct.
        id: PascalCase id.
        settings: the cap and when to tell.
        topic: the AlarmTopic that is told.
        email_addresses: further addresses to notify; AWS Budgets sends to at most ten.

    Attributes:
        name: its name, a literal.
        resource: the `aws_budgets_budget`.

    Raises:
        ConstructError: over ten addresses.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: BudgetSettings,
        topic: AlarmTopic,
        email_addresses: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        if len(email_addresses) > 10:
            raise ConstructError(
                self, f"{len(email_addresses)} addresses; AWS Budgets sends to 10", fix="use a mailing list"
            )
        self.name: Final = environment.names.resource("monthly")
        module = aws.budgets_budget
        thresholds = [("ACTUAL", percent) for percent in settings.alert_thresholds_percent]
        thresholds.append(("FORECASTED", 100))
        self.resource: Final = module.BudgetsBudget(
            self,
            "Budget",
            name=self.name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(settings.monthly_usd),
            limit_unit="USD",
            cost_filter=[
                module.BudgetsBudgetCostFilter(name="TagKeyValue", values=[f"user:environment${environment.name}"])
            ]
            if settings.filter_by_environment_tag
            else None,
            notification=[
                module.BudgetsBudgetNotification(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_sns_topic_arns=[topic.resource.arn],
                    subscriber_email_addresses=sorted(email_addresses) or None,
                )
                for kind, percent in thresholds
            ],
            # Budgets checks that it may publish when the notification is made.
            depends_on=[topic.policy],
        )
