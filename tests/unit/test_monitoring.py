"""Alarm topic, dashboards and budget: subscriptions, widgets and rejected input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from lakekit.bindings import cdktf
from lakekit.core.stack import LakehouseStack
from lakekit.core.team_stack import TeamStack
from lakekit.environment import Environment
from lakekit.errors import ConstructError
from lakekit.monitoring import Alarm, AlarmTopic, CostBudget, Dashboard, Metric, add_widget
from lakekit.testing import Template, environment, load, resources
from nonempty import nonempty

OPERATIONS: dict[str, Any] = {
    "subscriptions": [
        {"protocol": "email", "endpoint": "oncall@acme.example"},
        {"protocol": "https", "endpoint": "https://events.acme.example/x"},
    ],
    "budget": {"monthly_usd": 500},
}


def app() -> cdktf.App:
    return cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)


def observed(**operations: Any) -> Template:
    """The observability of an environment with a platform stack and one of sales."""
    made = app()
    landscape = environment(operations={**OPERATIONS, **operations})
    platform = LakehouseStack(made, landscape, "streaming")
    metric = Metric("AWS/Kafka", "OfflinePartitionsCount", {"Cluster Name": "c"}, statistic="Maximum")
    Alarm(platform, "Offline", metric=metric, threshold=0, description="Partitions have no leader: look at brokers.")
    add_widget(platform, "Kafka: offline", [metric])
    sales = TeamStack(made, landscape, "sales", owner="sales@acme.example")
    add_widget(sales, "Orders: rows", [Metric("AWS/Firehose", "Rows", {"DeliveryStreamName": "s"}, label="rows")])
    stranger = LakehouseStack(made, environment(environment="other"), "streaming")
    add_widget(stranger, "Not ours", [metric])
    watching = LakehouseStack(made, landscape, "observability")
    topic = AlarmTopic(watching, "Alarms")
    budget = landscape.operations.budget
    if budget:
        CostBudget(watching, "Budget", settings=budget, topic=topic, email_addresses=["oncall@acme.example"])
    Dashboard(watching, "Overview", name="lakehouse", title="All")
    Dashboard(watching, "Sales", name="domain-sales", title="Sales", domain="sales")
    return load(watching)


def statements(text: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


def one(template: Template, kind: str) -> dict[str, Any]:
    (found,) = resources(template, kind).values()
    return dict(found)


def widgets(template: Template, path: str) -> list[dict[str, Any]]:
    body = json.loads(resources(template, "aws_cloudwatch_dashboard")[path]["dashboard_body"])
    return list(body["widgets"])


def test_the_topic_is_the_one_that_alarms_name() -> None:
    template = observed()
    assert one(template, "aws_sns_topic")["name"] == "acme-dev-alarms"
    policy = statements(one(template, "aws_sns_topic_policy")["policy"])
    assert policy["RingCloudwatch"]["Resource"] == "arn:aws:sns:eu-west-1:111111111111:acme-dev-alarms"
    assert policy["RingCloudwatch"]["Condition"]["StringEquals"] == {"aws:SourceAccount": "111111111111"}
    assert policy["DenyPlainHttp"]["Effect"] == "Deny"


def test_cloudwatch_and_budgets_may_use_its_key_for_this_account() -> None:
    key = statements(one(observed(), "aws_kms_key")["policy"])
    for sid, service in (("RingCloudwatch", "cloudwatch"), ("RingBudgets", "budgets")):
        assert key[sid]["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert {"kms:Decrypt", "kms:GenerateDataKey*"} == set(key[sid]["Action"])
        assert key[sid]["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_subscriptions_come_from_the_environment_file() -> None:
    notified = resources(observed(), "aws_sns_topic_subscription").values()
    assert {(entry["protocol"], entry["endpoint"]) for entry in notified} == {
        ("email", "oncall@acme.example"),
        ("https", "https://events.acme.example/x"),
    }
    assert not resources(observed(subscriptions=[]), "aws_sns_topic_subscription")


def test_the_dashboard_shows_the_environment_and_no_other() -> None:
    shown = widgets(observed(), "Overview/Dashboard")
    titles = [widget["properties"].get("title") for widget in shown if widget["type"] == "metric"]
    assert titles == ["Kafka: offline", "Orders: rows"]
    (alarms,) = [widget for widget in shown if widget["type"] == "alarm"]
    assert alarms["properties"]["alarms"] == [
        "arn:aws:cloudwatch:eu-west-1:111111111111:alarm:acme-dev-streaming-dev-streaming-offline"
    ]


def test_domain_dashboard_shows_only_its_domain() -> None:
    shown = widgets(observed(), "Sales/Dashboard")
    assert [w["properties"]["title"] for w in shown if w["type"] == "metric"] == ["Orders: rows"]


def test_widgets_do_not_overlap() -> None:
    made = app()
    landscape = environment()
    platform = LakehouseStack(made, landscape, "streaming")
    for number in range(7):
        add_widget(platform, f"Graph {number}", [Metric("N", f"m{number}")])
    watching = LakehouseStack(made, landscape, "observability")
    Dashboard(watching, "Overview", name="lakehouse", title="All")
    cells = [
        (x, y)
        for widget in widgets(load(watching), "Overview/Dashboard")
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_series_carry_dimensions_statistic_and_label() -> None:
    (graph,) = [w for w in widgets(observed(), "Sales/Dashboard") if w["type"] == "metric"]
    assert graph["properties"]["metrics"] == [
        ["AWS/Firehose", "Rows", "DeliveryStreamName", "s", {"stat": "Average", "period": 300, "label": "rows"}]
    ]


def test_budget_notifies_by_actual_and_forecast() -> None:
    budget = one(observed(), "aws_budgets_budget")
    assert (budget["limit_amount"], budget["time_unit"]) == ("500", "MONTHLY")
    notified = {(entry["notification_type"], entry["threshold"]) for entry in budget["notification"]}
    assert notified == {("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}
    assert all("aws_sns_topic" in entry["subscriber_sns_topic_arns"][0] for entry in nonempty(budget["notification"]))
    assert "cost_filter" not in budget


def test_a_shared_account_counts_by_tag() -> None:
    budget = one(observed(budget={"monthly_usd": 500, "filter_by_environment_tag": True}), "aws_budgets_budget")
    assert budget["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:environment$dev"]}]


def test_no_budget_without_a_limit() -> None:
    assert not resources(observed(budget=None), "aws_budgets_budget")


def test_at_most_ten_subscribers() -> None:
    made = app()
    stack = LakehouseStack(made, environment(operations=OPERATIONS), "observability")
    budget = stack.environment.operations.budget
    assert budget
    with pytest.raises(ConstructError, match="11 addresses"):
        CostBudget(
            stack,
            "Budget",
            settings=budget,
            topic=AlarmTopic(stack, "Alarms"),
            email_addresses=[f"a{n}@acme.example" for n in range(11)],
        )


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        ({"subscriptions": [{"protocol": "email", "endpoint": "nobody"}]}, "is not a valid endpoint for email"),
        ({"subscriptions": [{"protocol": "https", "endpoint": "http://x.example"}]}, "starts with https"),
        ({"subscriptions": [{"protocol": "sqs", "endpoint": "queue"}]}, "the ARN of a queue"),
        ({"subscriptions": [{"protocol": "http", "endpoint": "http://x.example"}]}, "Input should be"),
        ({"subscriptions": [OPERATIONS["subscriptions"][0]] * 2}, "same endpoint is named twice"),
        ({"budget": {"monthly_usd": 0}}, "greater than or equal to 1"),
        ({"budget": {"monthly_usd": 10, "alert_thresholds_percent": [80, 80]}}, "same number is named twice"),
    ],
)
def test_invalid_operations_settings_are_rejected(operations: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        environment(operations=operations)


@pytest.mark.parametrize(
    ("kafka", "words"),
    [
        ({"kind": "serverless", "brokers": 3}, "serverless has no brokers"),
        ({"storage_gib": 500, "max_storage_gib": 100}, "below storage_gib"),
        ({"broker_type": "m7g.large"}, "should match pattern"),
    ],
)
def test_invalid_kafka_settings_are_rejected(kafka: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        environment(streaming={"enabled": True, "kafka": kafka})


@pytest.mark.parametrize(
    ("streaming", "words"),
    [
        ({"additional_serverless_cluster": "main"}, "two clusters cannot share one"),
        ({"connect": {"enabled": True}, "kafka": {"kind": "serverless"}}, "needs kafka.kind provisioned"),
        ({"connect": {"max_workers": 11}}, "less than or equal to 10"),
    ],
)
def test_invalid_streaming_settings_are_rejected(streaming: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        environment(streaming={"enabled": True, **streaming})


def test_connectors_are_a_choice() -> None:
    assert not environment(streaming={"enabled": True}).streaming.connectors_enabled
    assert not environment(streaming={"connect": {"enabled": True}}).streaming.connectors_enabled
    assert environment(streaming={"enabled": True, "connect": {"enabled": True}}).streaming.connectors_enabled


def test_deliveries_need_brokers_with_private_connectivity() -> None:
    def of(**streaming: Any) -> Environment:
        return environment(streaming=streaming)

    assert of(enabled=True).streaming.delivery_enabled
    assert not of().streaming.delivery_enabled
    assert not of(enabled=True, kafka={"kind": "serverless"}).streaming.delivery_enabled
    assert not of(enabled=True, kafka={"multi_vpc": False}).streaming.delivery_enabled
