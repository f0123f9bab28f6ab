"""IAM policies of topic grants, evaluated.

No emulator serves a Kafka client, so the statements themselves are asked: each row is a principal, an action, a
resource as MSK names it, and the answer.
"""

from __future__ import annotations

from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole
from lakekit.streaming import KafkaCluster
from lakekit.testing import Template
from nonempty import nonempty

UUID = "3f1e9a52-0d5b-4f0e-9f0c-6b8f6c1d2e3f-7"
OTHER_UUID = "ffffffff-0d5b-4f0e-9f0c-6b8f6c1d2e3f-2"
PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333", "streaming": {"enabled": True}}


def arn(
    kind: str, name: str = "", *, cluster: str = "acme-prod-main", uuid: str = UUID, account: str = "3" * 12
) -> str:
    """An ARN as MSK gives it: with the cluster's uuid."""
    return f"arn:aws:kafka:eu-west-1:{account}:{kind}/{cluster}/{uuid}" + (f"/{name}" if name else "")


def build(s: Any) -> None:
    kafka = KafkaCluster.from_name(s, "Main", "main")
    orders, sales = kafka.topic("orders"), kafka.topic("sales.*")
    shop = ServiceRole(s, "Shop", service="ecs-tasks", description="writes", name="shop")
    orders.grant_write(shop, transactional_id="shop-*")
    loader = ServiceRole(s, "Loader", service="ecs-tasks", description="reads", name="loader")
    orders.grant_read(loader, group="loader")
    audit = ServiceRole(s, "Audit", service="ecs-tasks", description="reads all of sales", name="audit")
    sales.grant_read(audit, group="audit-*")
    owner = ServiceRole(s, "Owner", service="ecs-tasks", description="makes topics", name="owner")
    sales.grant_manage(owner)
    orders.grant_read("sso-analyst", group="analyst")


@pytest.fixture(scope="module")
def statements() -> dict[str, list[dict[str, Any]]]:
    return policies(stack(build, **PROD))


TABLE = [
    # Producer: writes its topic, idempotently and with its transactional ids; no reads.
    ("shop", "Connect", arn("cluster"), True),
    ("shop", "WriteDataIdempotently", arn("cluster"), True),
    ("shop", "DescribeTopic", arn("topic", "orders"), True),
    ("shop", "WriteData", arn("topic", "orders"), True),
    ("shop", "AlterTransactionalId", arn("transactional-id", "shop-7"), True),
    ("shop", "AlterTransactionalId", arn("transactional-id", "loader-7"), False),
    ("shop", "ReadData", arn("topic", "orders"), False),
    ("shop", "WriteData", arn("topic", "orders2"), False),
    ("shop", "WriteData", arn("topic", "my-orders"), False),
    ("shop", "CreateTopic", arn("topic", "orders"), False),
    ("shop", "DeleteTopic", arn("topic", "orders"), False),
    ("shop", "AlterGroup", arn("group", "loader"), False),
    ("shop", "AlterCluster", arn("cluster"), False),
    # `*` matches the UUID of a recreated cluster, not another cluster.
    ("shop", "WriteData", arn("topic", "orders", uuid=OTHER_UUID), True),
    ("shop", "WriteData", arn("topic", "orders", cluster="acme-prod-main2"), False),
    ("shop", "WriteData", arn("topic", "orders", cluster="acme-dev-main"), False),
    ("shop", "WriteData", arn("topic", "orders", account="2" * 12), False),
    ("shop", "Connect", arn("cluster", cluster="acme-prod-other"), False),
    # Consumer: reads its topic with its group; no writes.
    ("loader", "Connect", arn("cluster"), True),
    ("loader", "ReadData", arn("topic", "orders"), True),
    ("loader", "DescribeTopic", arn("topic", "orders"), True),
    ("loader", "AlterGroup", arn("group", "loader"), True),
    ("loader", "DescribeGroup", arn("group", "loader"), True),
    ("loader", "AlterGroup", arn("group", "loader2"), False),
    ("loader", "AlterGroup", arn("group", "audit-eu"), False),
    ("loader", "DeleteGroup", arn("group", "loader"), False),
    ("loader", "WriteData", arn("topic", "orders"), False),
    ("loader", "WriteDataIdempotently", arn("cluster"), False),
    ("loader", "ReadData", arn("topic", "payments"), False),
    # Prefix: topics and groups that start with it.
    ("audit", "ReadData", arn("topic", "sales.orders"), True),
    ("audit", "ReadData", arn("topic", "sales.returns.v2"), True),
    ("audit", "ReadData", arn("topic", "salesforce"), False),
    ("audit", "ReadData", arn("topic", "orders"), False),
    ("audit", "AlterGroup", arn("group", "audit-eu"), True),
    ("audit", "AlterGroup", arn("group", "auditor"), False),
    # Topic manager: no records, no deletion.
    ("owner", "CreateTopic", arn("topic", "sales.new"), True),
    ("owner", "AlterTopic", arn("topic", "sales.new"), True),
    ("owner", "CreateTopic", arn("topic", "hr.new"), False),
    ("owner", "DeleteTopic", arn("topic", "sales.new"), False),
    ("owner", "ReadData", arn("topic", "sales.new"), False),
    ("owner", "WriteData", arn("topic", "sales.new"), False),
    # A role of another stack gets the same, as a separate policy.
    ("sso-analyst", "ReadData", arn("topic", "orders"), True),
    ("sso-analyst", "AlterGroup", arn("group", "loader"), False),
    ("sso-analyst", "WriteData", arn("topic", "orders"), False),
]


@pytest.mark.parametrize(("role", "action", "resource", "expected"), TABLE)
def test_topic_access_table(
    statements: dict[str, list[dict[str, Any]]], role: str, action: str, resource: str, expected: bool
) -> None:
    assert (
        is_allowed(statements.get(role) or statements[f"acme-prod-{role}"], f"kafka-cluster:{action}", resource)
        is expected
    )


def test_no_statement_has_a_bare_wildcard(statements: dict[str, list[dict[str, Any]]]) -> None:
    for role, listed in nonempty(statements.items()):
        for statement in nonempty(listed):
            assert statement["Resource"] != "*", role
            assert "*" not in "".join(statement["Action"]), role


@pytest.mark.parametrize("name", ["*", "", "or*ders", "sales/orders", "*orders", ".*", "a b", "x" * 250])
def test_invalid_topic_name_is_rejected(name: str) -> None:
    def wrong(s: Any) -> None:
        KafkaCluster.from_name(s, "Main", "main").topic(name)

    with pytest.raises(ConstructError, match="not a topic"):
        stack(wrong, **PROD)


def test_invalid_group_and_transactional_id_are_rejected() -> None:
    def group(s: Any) -> None:
        KafkaCluster.from_name(s, "Main", "main").topic("orders").grant_read("sso-analyst", group="*")

    def transaction(s: Any) -> None:
        KafkaCluster.from_name(s, "Main", "main").topic("orders").grant_write("sso-analyst", transactional_id="*")

    with pytest.raises(ConstructError, match="not a group"):
        stack(group, **PROD)
    with pytest.raises(ConstructError, match="not a transactional-id"):
        stack(transaction, **PROD)


def test_cluster_and_reference_grant_the_same() -> None:
    def grant(kafka: Any) -> None:
        kafka.topic("orders").grant_write("writer")
        kafka.topic("orders").grant_read("reader", group="g")

    def owner(s: Any) -> None:
        grant(KafkaCluster(s, "Main"))

    def other(s: Any) -> None:
        grant(KafkaCluster.from_name(s, "Main", "main"))

    def granted(template: Template) -> dict[str, list[dict[str, Any]]]:
        return {role: found for role, found in policies(template).items() if role in {"writer", "reader"}}

    assert granted(stack(owner, **PROD)) == granted(stack(other, **PROD))
