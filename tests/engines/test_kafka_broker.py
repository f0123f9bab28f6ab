"""Tests of brokers behind MSK clusters: clients authenticate and are authorized by the policies of their roles."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka.admin import NewTopic
from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from msk_cluster import ROOT, Cluster, allow, make_cluster

from lakekit_local import LocalCloud
from nonempty import nonempty


@pytest.fixture(scope="module")
def cluster(cloud: LocalCloud) -> Cluster:
    """A cluster with the topic `orders`."""
    made = make_cluster(cloud, "events")
    assert made.wait() == "ACTIVE"
    with made.admin(made.role("admin", allow(["*"], "*"))) as admin:
        admin.create_topics([NewTopic("orders", 2, 1)])
    return made


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def writer(cluster: Cluster, name: str, *more: str) -> dict[str, str]:
    return cluster.role(
        name,
        allow(["Connect", *more], cluster.arn),
        allow(["WriteData", "DescribeTopic"], cluster.resource("topic", "orders")),
    )


def test_records_are_written_and_read_with_the_roles_that_may(cluster: Cluster) -> None:
    assert cluster.servers.startswith("localhost:")
    sent = [str(number).encode() for number in range(1000)]
    with cluster.producer(writer(cluster, "writer", "WriteDataIdempotently"), enable_idempotence=True) as producer:
        for one in sent:
            producer.send("orders", one)
        producer.flush()
    reader = cluster.role(
        "reader",
        allow(["Connect"], cluster.arn),
        allow(["ReadData", "DescribeTopic"], cluster.resource("topic", "orders")),
        allow(["AlterGroup", "DescribeGroup"], cluster.resource("group", "own-*")),
    )
    assert sorted(cluster.read(reader, "orders", "own-1"), key=int) == sent
    with pytest.raises(GroupAuthorizationFailedError):
        cluster.read(reader, "orders", "other")
    assert len(cluster.read(reader, "orders", "own-2", bearer=True)) == 1000


def test_a_topic_that_is_not_named_is_refused_and_explained(cluster: Cluster) -> None:
    keys = writer(cluster, "narrow")
    with cluster.producer(keys) as producer, pytest.raises(TopicAuthorizationFailedError):
        producer.send("payments", b"x").get(timeout=20)
    denied = [one for one in cluster.cloud.denials() if one["resource"].endswith("/payments")]
    assert {one["action"] for one in nonempty(denied)} <= {"kafka-cluster:DescribeTopic", "kafka-cluster:CreateTopic"}
    assert denied[0]["principal"].endswith(":assumed-role/narrow/test")


def test_idempotent_writes_need_their_own_permission(cluster: Cluster) -> None:
    keys = writer(cluster, "plain")
    with cluster.producer(keys) as producer:
        producer.send("orders", b"2000").get(timeout=20)
    with (
        pytest.raises((ClusterAuthorizationFailedError, KafkaError), match="ClusterAuthorizationFailed"),
        cluster.producer(keys, enable_idempotence=True) as producer,
    ):
        producer.send("orders", b"2001").get(timeout=20)


def test_a_permission_that_is_removed_stops_a_connected_client(cluster: Cluster) -> None:
    with cluster.producer(writer(cluster, "stopped"), retries=0) as producer:
        producer.send("orders", b"2002").get(timeout=20)
        cluster.policy("stopped", allow(["Connect"], cluster.arn))
        started = time.monotonic()

        def is_refused() -> bool:
            try:
                producer.send("orders", b"2003").get(timeout=20)
            except TopicAuthorizationFailedError:
                return True
            return False

        wait_until(is_refused, 30)
        assert time.monotonic() - started < 30


@pytest.mark.parametrize("bearer", [False, True])
@pytest.mark.parametrize("change", ["no connect", "secret", "token", "key"])
def test_clients_that_may_not_connect(cluster: Cluster, change: str, bearer: bool) -> None:
    name = f"outside-{change.replace(' ', '-')}-{bearer}".lower()
    allowed = [allow(["Connect"], cluster.arn)] if change != "no connect" else []
    keys = cluster.role(name, *allowed)
    changed = {
        "secret": {"AWS_SECRET_ACCESS_KEY": "x" * 40},
        "token": {"AWS_SESSION_TOKEN": keys["AWS_SESSION_TOKEN"][:-4] + "AAAA"},
        "key": {"AWS_ACCESS_KEY_ID": "ASIAXXXXXXXXXXXXXXXX"},
    }.get(change, {})
    refused = cluster.producer({**keys, **changed}, bearer=bearer, max_block_ms=4000, bootstrap_timeout_ms=3000)
    with pytest.raises(KafkaError), refused as producer:
        producer.send("orders", b"x").get(timeout=10)
    if change == "no connect":
        assert any(one["action"] == "kafka-cluster:Connect" for one in cluster.cloud.denials())


def test_settings_of_the_configuration_hold(cloud: LocalCloud, cluster: Cluster) -> None:
    text = b"auto.create.topics.enable=false\nmessage.max.bytes=2000\ndefault.replication.factor=3\n"
    kafka = cluster.client("kafka")
    made = kafka.create_configuration(Name="small", ServerProperties=text)
    used = {"Arn": made["Arn"], "Revision": 1}
    other = make_cluster(cloud, "small", ConfigurationInfo=used)
    assert other.wait() == "ACTIVE"
    keys = other.role("small", allow(["*"], "*"))
    with other.admin(keys) as admin:
        admin.create_topics([NewTopic("kept", 1, -1)])
    with (
        other.producer(keys, max_request_size=10_000) as producer,
        pytest.raises(KafkaError, match="MessageSizeTooLarge"),
    ):
        producer.send("kept", b"x" * 5000).get(timeout=20)
    wider = kafka.update_configuration(Arn=made["Arn"], ServerProperties=b"message.max.bytes=20000")["LatestRevision"]
    kafka.update_cluster_configuration(
        ClusterArn=other.arn, CurrentVersion="K1", ConfigurationInfo={**used, "Revision": wider["Revision"]}
    )
    assert other.wait() == "ACTIVE"
    with other.producer(keys, max_request_size=10_000) as producer:
        producer.send("kept", b"x" * 5000).get(timeout=20)
    kafka.delete_cluster(ClusterArn=other.arn)
    assert not other.folder.exists()


def running_brokers(home: Path) -> list[str]:
    """Processes of brokers of a local cloud."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if "lakekit.kafka.Supervised" in words and any(one.startswith(str(home)) for one in words):
            found.append(process.parent.name)
    return found


def test_data_is_kept_and_no_process_outlives_the_local_cloud(cloud: LocalCloud, cluster: Cluster) -> None:
    before = cluster.servers
    count = len(cluster.read(ROOT, "orders"))
    assert len(running_brokers(cloud.home)) == 1
    cloud.down()
    assert running_brokers(cloud.home) == []
    cloud.ensure()
    assert cluster.wait() == "ACTIVE"
    assert cluster.servers == before
    assert len(cluster.read(ROOT, "orders")) == count
    pid = json.loads((cloud.home / "server.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: running_brokers(cloud.home) == [])
    cloud.ensure()
    assert cluster.wait() == "ACTIVE"
    cluster.client("kafka").delete_cluster(ClusterArn=cluster.arn)
    assert running_brokers(cloud.home) == []
    assert not cluster.folder.exists()
