"""Cost Explorer: anomaly monitors and subscriptions; moto handles the rest."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, RawResponse, handles, new_id, now


def _monitors(call: Call) -> Any:
    return call.table("anomaly monitor", missing="UnknownMonitorException")


def _subscriptions(call: Call) -> Any:
    return call.table("anomaly subscription", missing="UnknownSubscriptionException")


@handles("ce", "CreateAnomalyMonitor")
def create_monitor(call: Call) -> dict[str, Any]:
    arn = call.arn(f"anomalymonitor/{new_id()}", region="")
    stamps = {"MonitorArn": arn, "CreationDate": f"{now():%Y-%m-%dT%H:%M:%SZ}", "DimensionalValueCount": 0}
    _monitors(call).create(arn, call["AnomalyMonitor"] | stamps)
    call.tags.add(arn, call.get("ResourceTags", []))
    return {"MonitorArn": arn}


@handles("ce", "GetAnomalyMonitors")
def monitors(call: Call) -> dict[str, Any]:
    requested = call.get("MonitorArnList")
    if requested:
        return {"AnomalyMonitors": [_monitors(call).get(arn) for arn in requested]}
    return {"AnomalyMonitors": _monitors(call).all()}


@handles("ce", "UpdateAnomalyMonitor")
def update_monitor(call: Call) -> dict[str, Any]:
    _monitors(call).update(call["MonitorArn"], call.pick("MonitorName"))
    return {"MonitorArn": call["MonitorArn"]}


@handles("ce", "DeleteAnomalyMonitor")
def delete_monitor(call: Call) -> None:
    _monitors(call).delete(call["MonitorArn"])
    call.tags.remove_all(call["MonitorArn"])


@handles("ce", "CreateAnomalySubscription")
def create_subscription(call: Call) -> dict[str, Any]:
    arn = call.arn(f"anomalysubscription/{new_id()}", region="")
    record = call["AnomalySubscription"]
    subscribers = [{"Status": "CONFIRMED", **subscriber} for subscriber in record["Subscribers"]]
    record |= {"SubscriptionArn": arn, "AccountId": call.account, "Subscribers": subscribers}
    _subscriptions(call).create(arn, record)
    call.tags.add(arn, call.get("ResourceTags", []))
    return {"SubscriptionArn": arn}


@handles("ce", "GetAnomalySubscriptions")
def subscriptions(call: Call) -> dict[str, Any]:
    requested = call.get("SubscriptionArnList")
    if requested:
        return {"AnomalySubscriptions": [_subscriptions(call).get(arn) for arn in requested]}
    return {"AnomalySubscriptions": _subscriptions(call).all()}


@handles("ce", "UpdateAnomalySubscription")
def update_subscription(call: Call) -> dict[str, Any]:
    names = ("SubscriptionName", "Frequency", "MonitorArnList", "Subscribers", "Threshold", "ThresholdExpression")
    _subscriptions(call).update(call["SubscriptionArn"], call.pick(*names))
    return {"SubscriptionArn": call["SubscriptionArn"]}


@handles("ce", "DeleteAnomalySubscription")
def delete_subscription(call: Call) -> None:
    _subscriptions(call).delete(call["SubscriptionArn"])
    call.tags.remove_all(call["SubscriptionArn"])


def _is_known(call: Call) -> bool:
    arn = call["ResourceArn"]
    return ":anomalymonitor/" in arn or ":anomalysubscription/" in arn


@handles("ce", "TagResource")
def tag(call: Call) -> RawResponse | None:
    if not _is_known(call):
        return call.forward_to_moto()
    call.tags.add(call["ResourceArn"], call["ResourceTags"])
    return None


@handles("ce", "UntagResource")
def untag(call: Call) -> RawResponse | None:
    if not _is_known(call):
        return call.forward_to_moto()
    call.tags.remove(call["ResourceArn"], call["ResourceTagKeys"])
    return None


@handles("ce", "ListTagsForResource")
def tags(call: Call) -> RawResponse | dict[str, Any]:
    if not _is_known(call):
        return call.forward_to_moto()
    return {"ResourceTags": call.tags.as_list(call["ResourceArn"])}
