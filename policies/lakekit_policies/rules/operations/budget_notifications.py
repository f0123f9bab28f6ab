from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class BudgetNotifications(Rule):
    id = "LK_COST_1"
    title = "Budgets have a limit and notify before it is reached"
    severity = "medium"
    rationale = (
        "A budget without subscribers sends no notifications. A notification at 100 % of actual cost is too late."
    )
    remedy = (
        "Set `limit_amount`, and a notification with a subscriber on forecasted cost or below 100 % (`CostBudget` "
        "does)."
    )
    reference = "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html"
    pack = "cost"
    controls = {"nist": ["PM-3", "SI-4"], "soc2": ["CC7.2"]}
    resources = ("aws_budgets_budget",)

    def problems(self, block: Block) -> Iterable[str]:
        if (
            not block.get("limit_amount")
            and not nested(block, "auto_adjust_data")
            and not nested(block, "planned_limit")
        ):
            yield "limit_amount is not set"
        notifications = [
            notification
            for notification in nested(block, "notification")
            if as_list(notification.get("subscriber_sns_topic_arns"))
            or as_list(notification.get("subscriber_email_addresses"))
        ]
        if not notifications:
            yield "no notification has a subscriber"
        elif not any(_is_early(notification) for notification in notifications):
            yield "no notification is on forecasted cost or below 100 %"


def _is_early(notification: Block) -> bool:
    threshold = notification.get("threshold", 0)
    early = isinstance(threshold, int | float) and threshold < 100
    return notification.get("notification_type") == "FORECASTED" or early


check = BudgetNotifications()
