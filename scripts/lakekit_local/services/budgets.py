"""AWS Budgets: budgets, notifications, subscribers and tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now
from lakekit_local.requests.tag_handlers import handle_tags

_MISSING, _EXISTS = "NotFoundException", "DuplicateRecordException"

# Defaults of AWS for a cost budget.
# https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CostTypes.html
_COST_TYPES = {
    "IncludeTax": True,
    "IncludeSubscription": True,
    "UseBlended": False,
    "IncludeRefund": True,
    "IncludeCredit": True,
    "IncludeUpfront": True,
    "IncludeRecurring": True,
    "IncludeOtherSubscription": True,
    "IncludeSupport": True,
    "IncludeDiscount": True,
    "UseAmortized": False,
}
_ALWAYS = {"Start": datetime(2020, 1, 1, tzinfo=UTC), "End": datetime(2087, 6, 15, tzinfo=UTC)}


def _budgets(call: Call) -> Any:
    return call.table("budget", missing=_MISSING, exists=_EXISTS)


def _notifications(call: Call) -> Any:
    return call.table("notification", missing=_MISSING, exists=_EXISTS)


def _arn(call: Call, name: str) -> str:
    return call.arn(f"budget/{name}", region="")


def _complete(budget: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    costs = {**_COST_TYPES, **budget.get("CostTypes", {})} if budget["BudgetType"] == "COST" else None
    period = {**_ALWAYS, **known.get("TimePeriod", {}), **budget.get("TimePeriod", {})}
    complete = {**budget, "TimePeriod": period, "LastUpdatedTime": now()}
    complete["CalculatedSpend"] = {"ActualSpend": {"Amount": "0", "Unit": "USD"}}
    return complete | ({"CostTypes": costs} if costs else {})


def _key(budget: str, notification: dict[str, Any]) -> str:
    threshold = {"Threshold": float(notification["Threshold"])}
    kind = {"ThresholdType": notification.get("ThresholdType", "PERCENTAGE")}
    plain = {k: v for k, v in notification.items() if k in {"NotificationType", "ComparisonOperator"}}
    return f"{budget} {json.dumps({**plain, **threshold, **kind}, sort_keys=True)}"


@handles("budgets", "CreateBudget")
def create(call: Call) -> None:
    budget = call["Budget"]
    name = budget["BudgetName"]
    _budgets(call).create(name, _complete(budget, {}))
    call.tags.add(_arn(call, name), call.get("ResourceTags", []))
    for entry in call.get("NotificationsWithSubscribers", []):
        _add(call, name, entry["Notification"], entry["Subscribers"])


@handles("budgets", "DescribeBudget")
def describe(call: Call) -> dict[str, Any]:
    return {"Budget": _budgets(call).get(call["BudgetName"])}


@handles("budgets", "DescribeBudgets")
def describe_all(call: Call) -> dict[str, Any]:
    return {"Budgets": _budgets(call).all()}


@handles("budgets", "UpdateBudget")
def update(call: Call) -> None:
    budget = call["NewBudget"]
    known = _budgets(call).get(budget["BudgetName"])
    _budgets(call).put(budget["BudgetName"], _complete(budget, known))


@handles("budgets", "DeleteBudget")
def delete(call: Call) -> None:
    name = call["BudgetName"]
    _budgets(call).delete(name)
    call.tags.remove_all(_arn(call, name))
    for key, record in _notifications(call).items():
        if record["budget"] == name:
            _notifications(call).delete(key)


def _add(call: Call, budget: str, notification: dict[str, Any], subscribers: list[dict[str, str]]) -> None:
    complete = {"ThresholdType": "PERCENTAGE", "NotificationState": "OK", **notification}
    record = {"budget": budget, "Notification": complete, "Subscribers": subscribers}
    _notifications(call).create(_key(budget, notification), record)


@handles("budgets", "CreateNotification")
def create_notification(call: Call) -> None:
    _budgets(call).get(call["BudgetName"])
    _add(call, call["BudgetName"], call["Notification"], call["Subscribers"])


@handles("budgets", "UpdateNotification")
def update_notification(call: Call) -> None:
    old = _notifications(call).delete(_key(call["BudgetName"], call["OldNotification"]))
    _add(call, call["BudgetName"], call["NewNotification"], old["Subscribers"])


@handles("budgets", "DeleteNotification")
def delete_notification(call: Call) -> None:
    _notifications(call).delete(_key(call["BudgetName"], call["Notification"]))


@handles("budgets", "DescribeNotificationsForBudget")
def notifications(call: Call) -> dict[str, Any]:
    name = call["BudgetName"]
    _budgets(call).get(name)
    found = _notifications(call).all(lambda record: record["budget"] == name)
    return {"Notifications": [record["Notification"] for record in found]}


@handles("budgets", "DescribeSubscribersForNotification")
def subscribers(call: Call) -> dict[str, Any]:
    return {"Subscribers": _notifications(call).get(_key(call["BudgetName"], call["Notification"]))["Subscribers"]}


@handles("budgets", "CreateSubscriber")
def subscribe(call: Call) -> None:
    key = _key(call["BudgetName"], call["Notification"])
    known = _notifications(call).get(key)["Subscribers"]
    if call["Subscriber"] in known:
        raise ServiceError(_EXISTS, "The subscriber already exists.")
    _notifications(call).update(key, {"Subscribers": [*known, call["Subscriber"]]})


@handles("budgets", "DeleteSubscriber")
def unsubscribe(call: Call) -> None:
    key = _key(call["BudgetName"], call["Notification"])
    known = _notifications(call).get(key)["Subscribers"]
    _notifications(call).update(key, {"Subscribers": [entry for entry in known if entry != call["Subscriber"]]})


handle_tags("budgets", arn="ResourceARN", tags="ResourceTags", keys="ResourceTagKeys", as_list=True)
