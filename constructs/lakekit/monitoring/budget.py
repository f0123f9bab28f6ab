"""Monthly cost budgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import BudgetSettings
from lakekit.errors import ConstructError
from lakekit.monitoring.alarm_topic import AlarmTopic


class CostBudget(Construct):
    """A monthly cost budget with notifications for actual and forecast costs.

    It covers the whole account; with `budget.filter_by_environment_tag` only resources with the tag of the
    environment. AWS counts the tag only after it is activated for cost allocation, and reports zero before.

    Args:
        scope: parent construct.
        id: PascalCase id.
        settings: budget and alert thresholds.
        topic: the AlarmTopic to notify.
        email_addresses: further addresses to notify; AWS Budgets sends to at most ten.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_budgets_budget`.

    Raises:
        ConstructError: more than ten addresses.
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
                self, f"{len(email_addresses)} addresses; AWS Budgets sends to at most 10", fix="use a mailing list"
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
            # AWS Budgets checks its permission to publish when the notification is created.
            depends_on=[topic.policy],
        )
