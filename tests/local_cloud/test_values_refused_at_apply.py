"""Tests of values that service models admit, and that services refuse when Terraform applies them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from botocore.exceptions import ClientError
from iam_documents import document, trust
from local_cloud_helpers import ACCOUNT, REGION

from lakekit.environment.network import EndpointService
from lakekit_cli.deployer.service_linked_roles import NAMES
from nonempty import nonempty

Client = Callable[..., Any]
TARGET = {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/etl"}
OFF = {"Mode": "OFF"}
ALARM = {
    "AlarmName": "a",
    "Namespace": "n",
    "MetricName": "m",
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
SCRIPT = {"Name": "glueetl", "ScriptLocation": "s3://b/s"}
SCHEDULE = {"Name": "s", "FlexibleTimeWindow": OFF, "Target": TARGET}
CRAWLER = {"Name": "c", "Role": "etl", "DatabaseName": "db", "Targets": {"S3Targets": [{"Path": "s3://b/"}]}}


def code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        ("scheduler", "create_schedule", {**SCHEDULE, "ScheduleExpression": "every day"}, "ValidationException"),
        (
            "scheduler",
            "create_schedule",
            {**SCHEDULE, "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
            "ValidationException",
        ),
        ("events", "put_rule", {"Name": "r", "ScheduleExpression": "rate(1 days)"}, "ValidationException"),
        ("events", "put_rule", {"Name": "r", "ScheduleExpression": "cron(0 4 * *)"}, "ValidationException"),
        ("glue", "create_crawler", {**CRAWLER, "Schedule": "every day"}, "InvalidInputException"),
        (
            "glue",
            "create_job",
            {"Name": "j", "Role": "etl", "Command": SCRIPT, "MaxCapacity": 2.0, "WorkerType": "G.1X"},
            "InvalidInputException",
        ),
        ("ssm", "put_parameter", {"Name": "/p", "Value": "x" * 5000, "Type": "String"}, "ValidationException"),
        ("cloudwatch", "put_metric_alarm", {**ALARM, "Period": 7, "Statistic": "Sum"}, "InvalidParameterValue"),
        (
            "cloudwatch",
            "put_metric_alarm",
            {**ALARM, "Period": 60, "Statistic": "Sum", "ExtendedStatistic": "p99"},
            "InvalidParameterCombination",
        ),
        ("sqs", "create_queue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "99999"}}, "InvalidAttribute"),
        (
            "sns",
            "subscribe",
            {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:t", "Protocol": "carrier", "Endpoint": "x"},
            "InvalidParameter",
        ),
        (
            "logs",
            "create_log_group",
            {
                "logGroupName": "g",
                "kmsKeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000",
            },
            "InvalidParameterException",
        ),
        ("athena", "delete_work_group", {"WorkGroup": "primary"}, "InvalidRequestException"),
        (
            "athena",
            "create_work_group",
            {"Name": "w", "Configuration": {"ResultConfiguration": {"OutputLocation": "foo"}}},
            "InvalidRequestException",
        ),
    ],
)
def test_values(client: Client, service: str, operation: str, arguments: dict[str, Any], expected: str) -> None:
    assert code(getattr(client(service), operation), **arguments).startswith(expected)


def test_values_that_are_valid(client: Client, unique: str) -> None:
    events = client("events")
    for text in ("rate(1 day)", "rate(5 minutes)", "cron(0 4 * * ? *)"):
        events.put_rule(Name=unique, ScheduleExpression=text)
    target = [{"Id": str(number), "Arn": TARGET["Arn"]} for number in range(6)]
    assert code(events.put_targets, Rule=unique, Targets=target).startswith("LimitExceeded")
    events.put_targets(Rule=unique, Targets=target[:5])
    client("cloudwatch").put_metric_alarm(**ALARM, Period=300, Statistic="Sum")
    client("ssm").put_parameter(Name=f"/{unique}", Value="x" * 5000, Type="String", Tier="Advanced")
    client("sqs").create_queue(QueueName=unique, Attributes={"VisibilityTimeout": "300"})
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    client("logs").create_log_group(logGroupName=unique, kmsKeyId=key)
    scheduler, name = client("scheduler"), f"s-{unique}"
    role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=document(trust({"Service": "scheduler.amazonaws.com"}))
    )
    for number, text in enumerate(("rate(1 day)", "cron(0 4 * * ? *)", "at(2035-01-01T00:00:00)")):
        given = {**SCHEDULE, "Name": f"{name}-{number}", "Target": {**TARGET, "RoleArn": role}}
        scheduler.create_schedule(**given, ScheduleExpression=text)


def test_endpoints_and_ports(client: Client, unique: str) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    given = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.s3"}
    assert code(ec2.create_vpc_endpoint, **given, PolicyDocument="{") == "InvalidPolicyDocument"
    for name in (f"com.amazonaws.{REGION}.nosuch", "com.amazonaws.us-east-1.s3", "s3"):
        assert code(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=name) == "InvalidServiceName"
    group = ec2.create_security_group(GroupName=unique, Description="x", VpcId=vpc)["GroupId"]
    for first, last in ((443, 80), (70_000, 70_000)):
        rule = {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        found = code(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[rule])
        assert found == "InvalidParameterValue"


def test_endpoint_services_of_the_constructs_exist(client: Client) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for name in nonempty(get_args(EndpointService)):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.{name}", VpcEndpointType="Interface")


def test_workgroup_that_is_disabled(client: Client, bucket: str, unique: str) -> None:
    athena = client("athena")
    results = {"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}}
    athena.create_work_group(Name=unique, Configuration=results)
    athena.start_query_execution(QueryString="SELECT 1", WorkGroup=unique)
    athena.update_work_group(WorkGroup=unique, State="DISABLED")
    found = code(athena.start_query_execution, QueryString="SELECT 1", WorkGroup=unique)
    assert found == "InvalidRequestException"
    assert code(athena.delete_work_group, WorkGroup=unique) == "InvalidRequestException"
    athena.delete_work_group(WorkGroup=unique, RecursiveDeleteOption=True)


def test_names_of_service_linked_roles(client: Client) -> None:
    iam = client("iam", "444444444444")
    for service, name in nonempty(NAMES.items()):
        made = iam.create_service_linked_role(AWSServiceName=service)["Role"]
        assert (made["RoleName"], made["Arn"]) == (
            name,
            f"arn:aws:iam::444444444444:role/aws-service-role/{service}/{name}",
        )
        assert iam.get_role(RoleName=name)["Role"]["Path"] == f"/aws-service-role/{service}/"
        assert code(iam.create_service_linked_role, AWSServiceName=service).startswith("InvalidInput")
