"""Every engine has alarms and widgets, on metrics that AWS writes: an alarm on other dimensions never fires."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stack_builder import stack

from lakekit import network, processing, streaming
from lakekit.bindings import Construct
from lakekit.core.stack import LakehouseStack
from lakekit.environment import SparkClusterSettings
from lakekit.monitoring import Alarm, FailureEvents, Metric, MetricSearch, MetricSum
from lakekit.processing import (
    AthenaWorkgroup,
    GlueCrawler,
    GlueRuntime,
    GlueWorkflow,
    SparkCluster,
    SparkJob,
    SparkServerless,
)
from lakekit.streaming import KafkaCluster, KafkaServerless
from lakekit.testing import Template, resources
from nonempty import nonempty

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333"}

# Namespace and metric, to the sets of dimensions with which AWS writes it. Sources: MSK developer guide, "Metrics for
# monitoring Standard brokers" and "Monitor MSK Serverless"; MSK Connect, "Monitoring"; EMR Serverless user guide,
# "Monitoring EMR Serverless applications and jobs" (as of 7.10); EMR management guide, "Metrics reported by Amazon
# EMR"; Glue, "Monitoring with CloudWatch metrics"; Athena, "Monitor with CloudWatch metrics"; Managed Service for
# Apache Flink, "Metrics and dimensions"; Firehose, "Monitor with CloudWatch metrics"; EventBridge Scheduler,
# "Monitoring"; EventBridge, "Monitoring"; VPC, "Monitor NAT gateways".
_CLUSTER, _BROKER = {"Cluster Name"}, {"Cluster Name", "Broker ID"}
_LAG, _TOPIC = {"Cluster Name", "Consumer Group", "Topic"}, {"Cluster Name", "Topic"}
_JOBS = {"ApplicationId", "ApplicationName"}
WRITTEN: dict[tuple[str, str], list[set[str]]] = {
    ("AWS/Kafka", "OfflinePartitionsCount"): [_CLUSTER],
    ("AWS/Kafka", "UnderReplicatedPartitions"): [_BROKER],
    ("AWS/Kafka", "KafkaDataLogsDiskUsed"): [_BROKER],
    ("AWS/Kafka", "BytesInPerSec"): [_BROKER, _TOPIC],
    ("AWS/Kafka", "BytesOutPerSec"): [_BROKER, _TOPIC],
    ("AWS/Kafka", "EstimatedMaxTimeLag"): [_LAG],
    ("AWS/KafkaConnect", "ErroredTaskCount"): [{"ConnectorName"}],
    ("AWS/KafkaConnect", "RunningTaskCount"): [{"ConnectorName"}],
    ("AWS/KafkaConnect", "WorkerCount"): [{"ConnectorName"}],
    ("AWS/KafkaConnect", "CpuUtilization"): [{"ConnectorName"}],
    ("AWS/EMRServerless", "FailedJobs"): [_JOBS],
    ("AWS/EMRServerless", "SuccessJobs"): [_JOBS],
    ("AWS/EMRServerless", "CPUAllocated"): [{*_JOBS, "WorkerType", "CapacityAllocationType"}],
    ("AWS/ElasticMapReduce", "MRUnhealthyNodes"): [{"JobFlowId"}],
    ("AWS/ElasticMapReduce", "MRActiveNodes"): [{"JobFlowId"}],
    ("AWS/ElasticMapReduce", "YARNMemoryAvailablePercentage"): [{"JobFlowId"}],
    ("Glue", "glue.driver.aggregate.numFailedTasks"): [{"JobName", "JobRunId", "Type"}],
    ("Glue", "glue.driver.aggregate.numCompletedTasks"): [{"JobName", "JobRunId", "Type"}],
    ("Glue", "glue.driver.aggregate.elapsedTime"): [{"JobName", "JobRunId", "Type"}],
    ("AWS/Athena", "ProcessedBytes"): [{"WorkGroup"}],
    ("AWS/KinesisAnalytics", "downtime"): [{"Application"}],
    ("AWS/KinesisAnalytics", "fullRestarts"): [{"Application"}],
    ("AWS/KinesisAnalytics", "lastCheckpointDuration"): [{"Application"}],
    ("AWS/KinesisAnalytics", "numberOfFailedCheckpoints"): [{"Application"}],
    ("AWS/KinesisAnalytics", "KPUs"): [{"Application"}],
    ("AWS/Firehose", "DeliveryToIceberg.FailedRowCount"): [{"DeliveryStreamName"}],
    ("AWS/Firehose", "DeliveryToIceberg.SuccessfulRowCount"): [{"DeliveryStreamName"}],
    ("AWS/Firehose", "DataReadFromSource.Records"): [{"DeliveryStreamName"}],
    ("AWS/Firehose", "KafkaOffsetLag"): [{"DeliveryStreamName"}],
    ("AWS/Scheduler", "InvocationDroppedCount"): [{"ScheduleGroup"}],
    ("AWS/Events", "TriggeredRules"): [{"RuleName"}],
    ("AWS/S3", "BucketSizeBytes"): [{"BucketName", "StorageType"}],
    ("AWS/S3", "NumberOfObjects"): [{"BucketName", "StorageType"}],
    ("AWS/NATGateway", "ErrorPortAllocation"): [{"NatGatewayId"}],
    ("AWS/NATGateway", "PacketsDropCount"): [{"NatGatewayId"}],
    ("AWS/NATGateway", "BytesOutToDestination"): [{"NatGatewayId"}],
    ("AWS/NATGateway", "BytesInFromDestination"): [{"NatGatewayId"}],
}


def dashboard_metrics(body: str) -> Iterator[tuple[tuple[str, str], set[str]]]:
    for widget in json.loads(body)["widgets"]:
        for row in widget["properties"].get("metrics", []):
            if isinstance(row[0], str):
                yield (row[0], row[1]), set(row[2:-1:2])


def alarm_metrics(template: Template) -> Iterator[tuple[tuple[str, str], set[str]]]:
    for alarm in resources(template, "aws_cloudwatch_metric_alarm").values():
        for metric in [alarm, *(part["metric"] for part in alarm.get("metric_query", []) if "metric" in part)]:
            if "metric_name" in metric:
                yield (metric["namespace"], metric["metric_name"]), set(metric["dimensions"])


def test_alarms_and_widgets_use_existing_metrics(synthesized: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for file in nonempty(synthesized.glob("stacks/*/cdk.tf.json")):
        template = json.loads(file.read_text())
        found = list(alarm_metrics(template))
        for dashboard in resources(template, "aws_cloudwatch_dashboard").values():
            found += dashboard_metrics(dashboard["dashboard_body"])
        for metric, dimensions in found:
            assert metric in WRITTEN, f"{file.parent.name}: {metric} is not in WRITTEN: add it with its source"
            assert dimensions in WRITTEN[metric], f"{file.parent.name}: {metric} is not written by {dimensions}"
            seen.add(metric)
    assert len(seen) > 20


# --- every engine --------------------------------------------------------------------------------------------


def job(s: LakehouseStack, code: Path) -> None:
    SparkJob(s, "Nightly", entry_point=code, runtime=GlueRuntime())


def workflow(s: LakehouseStack, code: Path) -> None:
    jobs = [SparkJob(s, name, entry_point=code, runtime=GlueRuntime()) for name in ("First", "Second")]
    GlueWorkflow(s, "Daily", jobs=jobs, description="d")


def crawler(s: LakehouseStack, _: Path) -> None:
    zone, database = "landing", "raw"
    GlueCrawler(s, "Shop", zone=zone, prefix="shop/", database=database, description="d")


Build = Callable[[LakehouseStack, Path], object]
CONSTRUCTS_WITH_ALARMS: dict[type[Construct], Build] = {
    AthenaWorkgroup: lambda s, _: AthenaWorkgroup(s, "Sales"),
    GlueCrawler: crawler,
    GlueWorkflow: workflow,
    KafkaCluster: lambda s, _: KafkaCluster(s, "Main"),
    SparkCluster: lambda s, _: SparkCluster(s, "Main", settings=SparkClusterSettings()),
    SparkJob: job,
    SparkServerless: lambda s, _: SparkServerless(s, "Main", max_vcpu=32),
    network.DataVpc: lambda s, _: network.DataVpc(s, "Network"),
}
# They need topics, tables and plugins: their own tests check the alarms.
TESTED_ELSEWHERE = {streaming.MskConnector, streaming.FirehoseToIceberg, processing.FlinkApplication}
CONSTRUCTS_WITHOUT_ALARMS: dict[type[Construct], str] = {
    KafkaServerless: "no cluster metrics: graphs of topics and groups, alarms by alarm_on_consumer_lag",
    processing.EmrStudio: "EMR has no metrics of a studio; its engines have alarms",
    processing.GlueConnection: "Glue has no metrics of a connection; the jobs that use it have alarms",
    processing.GlueSecurityConfiguration: "settings",
    processing.GlueJob: "part of a SparkJob",
    processing.ServerlessJob: "part of a SparkJob; its application has the alarms",
    processing.SparkClusterReference: "monitored by its own stack",
    processing.SparkServerlessReference: "monitored by its own stack",
    processing.WorkgroupReference: "monitored by its own stack",
    processing.EmrRoles: "part of a SparkCluster",
    processing.EmrSecurityConfiguration: "part of a SparkCluster",
    processing.EmrSecurityGroups: "part of a SparkCluster",
    processing.ScheduleGroup: "part of a SparkJob with a schedule, with its own alarm",
    processing.ServerlessJob: "part of a SparkJob",
    processing.WorkgroupBase: "base of workgroups",
    streaming.BrokerSecurityGroup: "part of a KafkaCluster",
    streaming.ClusterMonitoring: "part of a KafkaCluster",
    streaming.ClusterPolicy: "part of a KafkaCluster",
    streaming.StorageScaling: "part of a KafkaCluster",
    streaming.WorkerSecrets: "part of a MskConnector",
    network.EngineSecurityGroup: "a security group",
    network.VpcReference: "monitored by its own stack",
    network.SecurityGroupRule: "rules of security groups",
    network.Endpoints: "part of a DataVpc",
    network.NatGateways: "part of a DataVpc, which is built with them",
    network.FlowLog: "part of a DataVpc",
    streaming.KafkaClusterBase: "base of clusters",
    streaming.KafkaClusterIdentity: "base of clusters",
    streaming.KafkaReference: "monitored by its own stack",
    streaming.KafkaServerlessReference: "monitored by its own stack",
    streaming.RegistryReference: "documents",
    streaming.Schema: "a document",
    streaming.SchemaRegistry: "documents",
}
NAT = {"network": {"nat": "one"}}


def test_every_engine_is_listed() -> None:
    public = {
        made
        for package in (network, processing, streaming)
        for name in package.__all__
        if inspect.isclass(made := getattr(package, name)) and issubclass(made, Construct)
    }
    assert public == set(CONSTRUCTS_WITH_ALARMS) | TESTED_ELSEWHERE | set(CONSTRUCTS_WITHOUT_ALARMS)


@pytest.mark.parametrize("engine", CONSTRUCTS_WITH_ALARMS, ids=lambda engine: engine.__name__)
def test_engine_has_alarms_and_widgets(engine: type[Construct], tmp_path: Path) -> None:
    code = tmp_path / "job.py"
    code.write_text("print()\n")
    made: list[LakehouseStack] = []

    def build(s: LakehouseStack) -> None:
        made.append(s)
        CONSTRUCTS_WITH_ALARMS[engine](s, code)

    template = stack(build, **PROD, **(NAT if engine is network.DataVpc else {}))
    alarms = resources(template, "aws_cloudwatch_metric_alarm")
    events = resources(template, "aws_cloudwatch_event_target")
    assert alarms or events, "no alarm and no event rule"
    assert made[0].widgets, "no widget"


def test_long_running_cluster_alarms_when_terminated() -> None:
    def alarms(**where: Any) -> dict[str, dict[str, Any]]:
        template = stack(lambda s: SparkCluster(s, "Main", settings=SparkClusterSettings()), **where)
        return {one["alarm_name"]: one for one in resources(template, "aws_cloudwatch_metric_alarm").values()}

    gone = alarms(**PROD)["acme-prod-test-main-gone"]
    assert gone["treat_missing_data"] == "breaching", "what has ended sends nothing"
    assert (gone["comparison_operator"], gone["threshold"]) == ("LessThanThreshold", 1)
    assert "acme-dev-test-main-gone" not in alarms(), "in dev it ends itself"


def test_serverless_cluster_has_topic_widgets() -> None:
    made: list[LakehouseStack] = []

    def build(s: LakehouseStack) -> None:
        made.append(s)
        KafkaServerless(s, "Main")

    stack(build, **PROD)
    searches = [one.expression for widget in made[0].widgets for one in widget.metrics if isinstance(one, MetricSearch)]
    assert searches[0] == (
        'SEARCH(\'{AWS/Kafka,"Cluster Name","Topic"} MetricName="BytesInPerSec" "Cluster Name"="acme-prod-main"\', '
        "'Average', 300)"
    )


# --- failures that are events ----------------------------------------------------------------------------------


def test_glue_failures_notify_the_alarm_topic(tmp_path: Path) -> None:
    code = tmp_path / "job.py"
    code.write_text("print()\n")

    def build(s: LakehouseStack) -> None:
        workflow(s, code)
        crawler(s, code)

    template = stack(build, **PROD)
    (rule,) = resources(template, "aws_cloudwatch_event_rule").values()
    pattern = json.loads(rule["event_pattern"])
    assert pattern["source"] == ["aws.glue"]
    assert pattern["account"] == [PROD["account_id"]]
    jobs, crawlers = pattern["detail"]["$or"]
    assert jobs == {
        "jobName": ["acme-prod-test-first", "acme-prod-test-second"],
        "state": ["ERROR", "FAILED", "TIMEOUT"],
    }
    assert crawlers == {"crawlerName": ["acme-prod-test-shop"], "state": ["Failed"]}
    (target,) = resources(template, "aws_cloudwatch_event_target").values()
    assert target["arn"] == "arn:aws:sns:eu-west-1:333333333333:acme-prod-alarms"
    assert json.loads(target["input_transformer"]["input_template"]).startswith("Glue <job><crawler> in prod-test")
    (role,) = (
        json.loads(policy["policy"])["Statement"]
        for policy in resources(template, "aws_iam_role_policy").values()
        if "Publish" in policy["policy"]
    )
    assert {one["Sid"]: one["Action"] for one in role} == {
        "Publish": "sns:Publish",
        "UseKey": ["kms:Decrypt", "kms:GenerateDataKey"],
    }


def test_failure_events_match_only_used_services() -> None:
    (rule,) = resources(stack(lambda s: crawler(s, Path()), **PROD), "aws_cloudwatch_event_rule").values()
    pattern = json.loads(rule["event_pattern"])
    assert pattern["detail-type"] == ["Glue Crawler State Change"]
    assert pattern["detail"] == {"crawlerName": ["acme-prod-test-shop"], "state": ["Failed"]}
    made: list[Any] = []
    stack(lambda s: made.extend([FailureEvents.of(s), FailureEvents.of(s)]), **PROD)
    assert made[0] is made[1]


# --- sums --------------------------------------------------------------------------------------------------------


def test_alarm_on_sum_ignores_missing_data() -> None:
    parts = tuple(Metric("N", "M", {"Kind": kind}, "Maximum", 60) for kind in ("a", "b"))

    def build(s: LakehouseStack) -> None:
        Alarm(s, "Much", metric=MetricSum(parts, "both"), threshold=5, description="Too much: take less.")

    (alarm,) = resources(stack(build), "aws_cloudwatch_metric_alarm").values()
    total, first, second = alarm["metric_query"]
    assert (total["expression"], total["return_data"]) == ("SUM(METRICS())", True)
    assert [part["metric"]["dimensions"] for part in (first, second)] == [{"Kind": "a"}, {"Kind": "b"}]
    assert "metric_name" not in alarm


@pytest.mark.parametrize(("release", "named"), [("emr-7.9.0", False), ("emr-7.10.0", True), ("emr-7.12.0", True)])
def test_spark_metrics_depend_on_the_release(release: str, named: bool) -> None:
    template = stack(lambda s: SparkServerless(s, "Main", max_vcpu=32, release=release), **PROD)
    for metric, dimensions in nonempty(alarm_metrics(template)):
        assert ("ApplicationName" in dimensions) == named, metric
