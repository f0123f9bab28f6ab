"""Kafka clusters: defaults, options, and rejected arguments."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from iam_evaluation import is_allowed_by_resource
from stack_builder import stack

from lakekit.bindings import aws
from lakekit.errors import ConstructError
from lakekit.network import DataVpc
from lakekit.streaming import KafkaCluster, KafkaServerless
from lakekit.testing import Template, resources

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333", "streaming": {"enabled": True}}
PARTNER = "arn:aws:iam::222222222222:role/partner-reader"


@pytest.fixture(scope="module")
def prod() -> Template:
    return stack(lambda s: KafkaCluster(s, "Main"), **PROD)


def one(template: Template, kind: str) -> dict[str, Any]:
    (found,) = resources(template, kind).values()
    return dict(found)


def properties(template: Template) -> dict[str, str]:
    lines = one(template, "aws_msk_configuration")["server_properties"].splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_three_graviton_brokers_in_three_zones(prod: Template) -> None:
    cluster = one(prod, "aws_msk_cluster")
    assert cluster["cluster_name"] == "acme-prod-main"
    assert cluster["number_of_broker_nodes"] == 3
    assert len(cluster["broker_node_group_info"]["client_subnets"]) == 3
    assert cluster["broker_node_group_info"]["instance_type"] == "kafka.m7g.large"
    assert cluster["kafka_version"].endswith(".kraft")
    assert cluster["enhanced_monitoring"] == "PER_BROKER"


def test_only_iam_over_tls_is_enabled(prod: Template) -> None:
    cluster = one(prod, "aws_msk_cluster")
    assert cluster["client_authentication"] == {"unauthenticated": False, "sasl": {"iam": True, "scram": False}}
    assert cluster["encryption_info"]["encryption_in_transit"] == {"client_broker": "TLS", "in_cluster": True}
    assert cluster["broker_node_group_info"]["connectivity_info"]["public_access"] == {"type": "DISABLED"}
    rules = resources(prod, "aws_vpc_security_group_ingress_rule").values()
    assert {(rule["from_port"], rule["to_port"]) for rule in rules} == {(9098, 9098)}
    assert not resources(prod, "aws_vpc_security_group_egress_rule")


def test_disks_and_logs_use_a_customer_managed_key(prod: Template) -> None:
    cluster, key, logs = (one(prod, f"aws_{kind}") for kind in ("msk_cluster", "kms_key", "cloudwatch_log_group"))
    assert "aws_kms_key" in cluster["encryption_info"]["encryption_at_rest_kms_key_arn"]
    assert logs["retention_in_days"] == 365
    assert "aws_kms_key" in logs["kms_key_id"]
    (used,) = [item for item in json.loads(key["policy"])["Statement"] if item["Sid"].startswith("EncryptLogs")]
    assert used["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    context = used["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert context == f"arn:aws:logs:eu-west-1:333333333333:log-group:{logs['name']}"
    assert cluster["logging_info"]["broker_logs"]["cloudwatch_logs"]["enabled"] is True


def test_durability_properties(prod: Template) -> None:
    said = properties(prod)
    assert said["default.replication.factor"] == "3"
    assert said["min.insync.replicas"] == "2"
    assert said["unclean.leader.election.enable"] == "false"
    assert said["auto.create.topics.enable"] == "false"
    assert said["allow.everyone.if.no.acl.found"] == "false"
    assert said["log.retention.hours"] == "168"


def test_configuration_name_contains_content_hash() -> None:
    def named(**arguments: Any) -> str:
        template = stack(lambda s: KafkaCluster(s, "Main", **arguments), **PROD)
        configuration = one(template, "aws_msk_configuration")
        assert configuration["lifecycle"]["create_before_destroy"] is True
        return str(configuration["name"])

    first, again, other = named(), named(), named(properties={"message.max.bytes": "2097152"})
    assert first == again
    assert first != other
    assert other.startswith("acme-prod-main-")


def test_storage_scaling_ignores_volume_size(prod: Template) -> None:
    cluster, target, policy = (
        one(prod, f"aws_{kind}") for kind in ("msk_cluster", "appautoscaling_target", "appautoscaling_policy")
    )
    volume = "broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size"
    assert cluster["lifecycle"] == {"ignore_changes": [volume], "prevent_destroy": True}
    assert target["max_capacity"] == 1000
    tracking = policy["target_tracking_scaling_policy_configuration"]
    assert tracking["disable_scale_in"] is True
    assert tracking["target_value"] == 60


def test_kafka_alarms(prod: Template) -> None:
    alarms = {alarm["metric_name"]: alarm for alarm in resources(prod, "aws_cloudwatch_metric_alarm").values()}
    assert set(alarms) == {"OfflinePartitionsCount", "UnderReplicatedPartitions", "KafkaDataLogsDiskUsed"}
    assert len(resources(prod, "aws_cloudwatch_metric_alarm")) == 1 + 3 + 3
    for alarm in alarms.values():
        assert alarm["dimensions"]["Cluster Name"] == "acme-prod-main"
        assert alarm["alarm_actions"] == ["arn:aws:sns:eu-west-1:333333333333:acme-prod-alarms"]


def test_consumer_lag_alarm() -> None:
    def build(s: Any) -> None:
        KafkaCluster.from_name(s, "Main", "main").topic("orders").alarm_on_consumer_lag(group="loader", minutes=5)

    template = stack(build, **PROD)
    alarm = one(template, "aws_cloudwatch_metric_alarm")
    assert alarm["metric_name"] == "EstimatedMaxTimeLag"
    assert alarm["threshold"] == 300
    assert alarm["dimensions"]["Consumer Group"] == "loader"


def test_small_environment_has_two_zones_and_two_replicas() -> None:
    template = stack(lambda s: KafkaCluster(s, "Main"))
    assert one(template, "aws_msk_cluster")["number_of_broker_nodes"] == 2
    assert properties(template)["default.replication.factor"] == "2"
    assert properties(template)["min.insync.replicas"] == "1"
    assert "tags" not in one(template, "aws_msk_cluster")


def test_client_security_groups_replace_the_vpc_range() -> None:
    template = stack(lambda s: KafkaCluster(s, "Main", client_security_group_ids=["sg-1"]).allow_from("sg-2"), **PROD)
    rules = resources(template, "aws_vpc_security_group_ingress_rule").values()
    assert {rule.get("referenced_security_group_id") for rule in rules} == {"sg-1", "sg-2"}
    assert not any(rule.get("cidr_ipv4") for rule in rules)


def test_cluster_policy_grants_one_role_its_topics() -> None:
    def build(s: Any) -> None:
        cluster = KafkaCluster(s, "Main", multi_vpc=True)
        cluster.share_with(PARTNER, consume=["orders"], groups=["partner-*"])
        cluster.allow_firehose()

    template = stack(build, **PROD)
    nodes = one(template, "aws_msk_cluster")["broker_node_group_info"]["connectivity_info"]
    assert nodes["vpc_connectivity"] == {"client_authentication": {"sasl": {"iam": True}}}
    statements = json.loads(one(template, "aws_msk_cluster_policy")["policy"])["Statement"]
    reach, consume, group, firehose = statements
    assert {str(item["Principal"]) for item in (reach, consume, group)} == {str({"AWS": PARTNER})}
    assert consume["Resource"] == "arn:aws:kafka:eu-west-1:333333333333:topic/acme-prod-main/*/orders"
    assert "kafka-cluster:WriteData" not in str(statements)
    assert group["Resource"].endswith("/partner-*")
    assert firehose["Condition"] == {"StringEquals": {"aws:SourceAccount": "333333333333"}}


SHARED = [
    ("kafka:CreateVpcConnection", "cluster", "", True),
    ("kafka:GetBootstrapBrokers", "cluster", "", True),
    ("kafka:DescribeClusterV2", "cluster", "", True),
    ("kafka-cluster:Connect", "cluster", "", True),
    ("kafka-cluster:WriteDataIdempotently", "cluster", "", True),
    ("kafka-cluster:AlterCluster", "cluster", "", False),
    ("kafka-cluster:WriteData", "topic", "orders", True),
    ("kafka-cluster:ReadData", "topic", "orders", False),
    ("kafka-cluster:WriteData", "topic", "payments", False),
    ("kafka-cluster:AlterTransactionalId", "transactional-id", "partner-7", True),
    ("kafka-cluster:DescribeTransactionalId", "transactional-id", "partner-7", True),
    ("kafka-cluster:AlterTransactionalId", "transactional-id", "shop-7", False),
    ("kafka-cluster:AlterTransactionalId", "transactional-id", "partner", False),
    ("kafka-cluster:AlterGroup", "group", "partner-7", False),
]


@pytest.mark.parametrize(("action", "kind", "name", "expected"), SHARED)
def test_shared_transactional_ids(action: str, kind: str, name: str, expected: bool) -> None:
    def build(s: Any) -> None:
        cluster = KafkaCluster(s, "Main", multi_vpc=True)
        cluster.share_with(PARTNER, produce=["orders"], transactional_ids=["partner-*"])

    template = stack(build, **PROD)
    text = one(template, "aws_msk_cluster_policy")["policy"]
    cluster = "arn:aws:kafka:eu-west-1:333333333333:cluster/acme-prod-main/u-1"
    # The ARN of the cluster is a reference, known after apply.
    statements = json.loads(re.sub(r"\$\{aws_msk_cluster[^}]*\}", cluster, text))["Statement"]
    resource = cluster.replace(":cluster/", f":{kind}/") + (f"/{name}" if name else "")
    assert is_allowed_by_resource(statements, PARTNER, action, resource) is expected


def test_transactional_ids_are_not_shared_by_default() -> None:
    template = stack(lambda s: KafkaCluster(s, "Main", multi_vpc=True).share_with(PARTNER, produce=["orders"]), **PROD)
    assert "TransactionalId" not in one(template, "aws_msk_cluster_policy")["policy"]


def test_statement_ids_are_unique() -> None:
    def build(s: Any) -> None:
        cluster = KafkaCluster(s, "Main", multi_vpc=True)
        for role in (PARTNER, PARTNER.replace("partner-reader", "partner_reader")):
            for topic in ("orders", "payments"):
                cluster.share_with(role, produce=[topic])

    statements = json.loads(one(stack(build, **PROD), "aws_msk_cluster_policy")["policy"])["Statement"]
    sids = [statement["Sid"] for statement in statements]
    assert len(sids) == len(set(sids)) == 6


def test_cluster_is_not_shared_by_default(prod: Template) -> None:
    assert not resources(prod, "aws_msk_cluster_policy")


class PublicNetwork:
    """A network that hands out a public subnet."""

    def __init__(self, scope: Any) -> None:
        network = DataVpc(scope, "Network")
        self.vpc_id, self.cidr, self.zones, self.nat = network.vpc_id, network.cidr, network.zones, network.nat
        self.s3_prefix_list_id = network.s3_prefix_list_id
        self.subnets = {
            zone: aws.subnet.Subnet(
                scope, f"Public{zone}", vpc_id=self.vpc_id, cidr_block="10.64.250.0/24", map_public_ip_on_launch=True
            )
            for zone in network.zones
        }
        self.subnet_ids = [subnet.id for subnet in self.subnets.values()]


REFUSED = {
    "brokers that do not fit the zones": ({"brokers": 4}, "not a multiple of its 3 zones"),
    "no broker": ({"brokers": 0}, "not a multiple"),
    "an unclean election": ({"properties": {"unclean.leader.election.enable": "true"}}, "unclean.leader.election"),
    "one copy": ({"properties": {"default.replication.factor": "1"}}, "default.replication.factor"),
    "a plain-text listener": ({"properties": {"listeners": "PLAINTEXT://:9092"}}, "TLS with IAM"),
    "a listener's protocol": ({"properties": {"listener.security.protocol.map": "A:PLAINTEXT"}}, "TLS with IAM"),
    "another authorizer": ({"properties": {"authorizer.class.name": "x"}}, "TLS with IAM"),
    "records that go at once": ({"retention_hours": 0}, "retention_hours 0 is not between 1 and 87600"),
    "records that stay for ever": ({"retention_hours": -1}, "retention_hours -1"),
    "records that stay for a century": ({"retention_hours": 876_000}, "retention_hours 876000"),
    **{
        f"retention by {key}": ({"properties": {key: value}}, "retention_hours only")
        for key, value in (
            ("log.retention.ms", "-1"),
            ("log.retention.minutes", "1"),
            ("log.retention.hours", "-1"),
            ("log.retention.bytes", "1024"),
            ("log.cleanup.policy", "compact"),
        )
    },
    **{
        f"{key} of one's own": ({"properties": {key: value}}, f"properties sets {key}")
        for key, value in (
            ("auto.create.topics.enable", "true"),
            ("min.insync.replicas", "1"),
            ("allow.everyone.if.no.acl.found", "true"),
            ("offsets.topic.replication.factor", "1"),
            ("transaction.state.log.min.isr", "1"),
            ("super.users", "User:x"),
            ("offsets.retention.minutes", "1"),
        )
    },
    "a key in disguise": ({"properties": {"min.insync.replicas ": "1"}}, "not a valid property"),
    "two properties in one": ({"properties": {"unclean.leader.election.enable:true": "x"}}, "not a valid property"),
    "a line more": ({"properties": {"message.max.bytes": "1\nmin.insync.replicas=1"}}, "not a valid property"),
    "no version": ({"kafka_version": "latest"}, "not a version of MSK"),
    "an instance of EC2": ({"broker_type": "m7g.large"}, "not a standard broker"),
    "an express broker": ({"broker_type": "express.m7g.large"}, "not a standard broker"),
    "private connectivity on t3": ({"broker_type": "kafka.t3.small", "multi_vpc": True}, "m5 and m7g only"),
    "no disk": ({"storage_gib": 0}, "storage_gib 0"),
    "a disk that shrinks": ({"storage_gib": 500, "max_storage_gib": 100}, "max_storage_gib 100"),
    "force_destroy in prod": ({"force_destroy": True}, "force_destroy=True is not allowed in tier prod"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_invalid_cluster_is_rejected(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=words) as error:
        stack(lambda s: KafkaCluster(s, "Main", **arguments), **PROD)
    assert "prod-test/Main" in str(error.value)


@pytest.mark.parametrize("kind", [KafkaCluster, KafkaServerless])
def test_public_subnet_is_rejected(kind: Any) -> None:
    with pytest.raises(ConstructError, match="is a public subnet"):
        stack(lambda s: kind(s, "Main", network=PublicNetwork(s)), **PROD)


def test_production_requires_three_zones() -> None:
    with pytest.raises(ConstructError, match=r"2 availability zones .*needs 3"):
        stack(lambda s: KafkaCluster(s, "Main"), **PROD, network={"zones": ["a", "b"]})


@pytest.mark.parametrize(
    ("role", "more", "words"),
    [
        ("arn:aws:iam::222222222222:root", {"produce": ["a"]}, "one role of another account"),
        ("*", {"produce": ["a"]}, "one role of another account"),
        ("222222222222", {"produce": ["a"]}, "one role of another account"),
        ("arn:aws:iam::222222222222:role/*", {"produce": ["a"]}, "one role of another account"),
        ("arn:aws:iam::333333333333:role/own", {"produce": ["a"]}, "one role of another account"),
        (PARTNER, {}, "shares nothing"),
        (PARTNER, {"consume": ["a"]}, "go together"),
        (PARTNER, {"produce": ["*"]}, "not a topic"),
        (PARTNER, {"produce": ["a"], "transactional_ids": ["*"]}, "not a transactional-id"),
        (PARTNER, {"consume": ["a"], "groups": ["g"], "transactional_ids": ["t-*"]}, "but no topic to write"),
    ],
)
def test_invalid_sharing_is_rejected(role: str, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=words):
        stack(lambda s: KafkaCluster(s, "Main", multi_vpc=True).share_with(role, **more), **PROD)


def test_sharing_requires_private_connectivity() -> None:
    with pytest.raises(ConstructError, match="multi_vpc=True"):
        stack(lambda s: KafkaCluster(s, "Main").share_with(PARTNER, produce=["a"]), **PROD)


def test_serverless_defaults() -> None:
    template = stack(lambda s: KafkaServerless(s, "Quiet"), **PROD)
    cluster = one(template, "aws_msk_serverless_cluster")
    assert cluster["client_authentication"] == {"sasl": {"iam": {"enabled": True}}}
    (place,) = cluster["vpc_config"]
    assert len(place["subnet_ids"]) == 3
    assert "aws_security_group" in place["security_group_ids"][0]
    assert cluster["lifecycle"]["prevent_destroy"] is True
