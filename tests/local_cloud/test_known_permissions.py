"""The permission of every operation is known that a handler of the local cloud answers, or that a deployment calls."""

from __future__ import annotations

import pytest

from lakekit_local.authorization.permissions import UnknownPermissionError, required_permissions
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests import registry
from lakekit_local.requests.registry import Call
from lakekit_local.requests.store import Store
from nonempty import nonempty

ACCOUNT, REGION = "111111111111", "eu-west-1"
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"


def call(service: str, operation: str, **params: object) -> Call:
    def forward() -> registry.RawResponse:
        raise NotImplementedError

    return Call(service, operation, ACCOUNT, REGION, "aws", dict(params), Store(), forward)


def needed(service: str, operation: str, **params: object) -> list[str]:
    found = required_permissions(call(service, operation, **params))
    return [f"{one.action} {one.resource}" for one in found]


def test_every_handled_operation_has_a_known_permission() -> None:
    registry.load_handlers()
    for service, operation in nonempty(registry._handlers):
        required_permissions(call(service, operation))  # raises UnknownPermissionError, which names it
    assert registry._handlers


def test_operation_that_does_not_exist() -> None:
    with pytest.raises(UnknownPermissionError, match="glue:MakeCoffee"):
        required_permissions(call("glue", "MakeCoffee"))
    assert find_action("glue", "MakeCoffee") is None


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    [
        (
            "glue",
            "UpdateTable",
            {"DatabaseName": "DB", "TableInput": {"Name": "Orders"}},
            [f"glue:UpdateTable {GLUE}:{one}" for one in ("catalog", "database/db", "table/db/orders")],
        ),
        (
            "glue",
            "CreateDatabase",
            {"DatabaseInput": {"Name": "db"}},
            [f"glue:CreateDatabase {GLUE}:catalog", f"glue:CreateDatabase {GLUE}:database/db"],
        ),
        (
            "glue",
            "CreateCrawler",
            {"Name": "c", "Role": "crawler"},
            ["glue:CreateCrawler *", f"iam:PassRole {ROLE}/crawler"],
        ),
        (
            "kafka",
            "CreateCluster",
            {"clusterName": "main"},
            [f"kafka:CreateCluster arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/main/*"],
        ),
        (
            "emr-serverless",
            "StartJobRun",
            {"applicationId": "a1", "executionRoleArn": f"{ROLE}/job"},
            [
                f"emr-serverless:StartJobRun arn:aws:emr-serverless:{REGION}:{ACCOUNT}:/applications/a1",
                f"iam:PassRole {ROLE}/job",
            ],
        ),
        ("ec2", "DescribeVpcs", {"VpcIds": ["vpc-0123456789abcdef0"]}, ["ec2:DescribeVpcs *"]),
        (
            "ec2",
            "CreateSubnet",
            {
                "VpcId": "vpc-0123456789abcdef0",
                "TagSpecifications": [{"ResourceType": "subnet", "Tags": [{"Key": "a", "Value": "b"}]}],
            },
            [
                f"ec2:CreateSubnet arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-0123456789abcdef0",
                f"ec2:CreateSubnet arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/*",
                f"ec2:CreateTags arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/*",
            ],
        ),
        ("sns", "CreateTopic", {"Name": "alarms"}, [f"sns:CreateTopic arn:aws:sns:{REGION}:{ACCOUNT}:alarms"]),
        (
            "logs",
            "CreateLogStream",
            {"logGroupName": "/a/b", "logStreamName": "s"},
            [f"logs:CreateLogStream arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/a/b:log-stream:s"],
        ),
        ("ssm", "GetParameter", {"Name": "/a/b"}, [f"ssm:GetParameter arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/a/b"]),
        (
            "scheduler",
            "CreateSchedule",
            {"Name": "daily", "Target": {"Arn": "x", "RoleArn": f"{ROLE}/start"}},
            [
                f"scheduler:CreateSchedule arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/daily",
                f"iam:PassRole {ROLE}/start",
            ],
        ),
        ("lakeformation", "GrantPermissions", {}, ["lakeformation:GrantPermissions *"]),
        (
            "cloudwatch",
            "PutMetricAlarm",
            {"AlarmName": "late"},
            [f"cloudwatch:PutMetricAlarm arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:late"],
        ),
        (
            "athena",
            "StartQueryExecution",
            {"QueryString": "select 1"},
            [f"athena:StartQueryExecution arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"],
        ),
        (
            "firehose",
            "CreateDeliveryStream",
            {"DeliveryStreamName": "d", "IcebergDestinationConfiguration": {"RoleARN": f"{ROLE}/fh"}},
            [
                f"firehose:CreateDeliveryStream arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/d",
                f"iam:PassRole {ROLE}/fh",
            ],
        ),
        (
            "events",
            "PutTargets",
            {"Rule": "r", "Targets": [{"Id": "1", "Arn": "a", "RoleArn": f"{ROLE}/ev"}]},
            [f"events:PutTargets arn:aws:events:{REGION}:{ACCOUNT}:rule/r", f"iam:PassRole {ROLE}/ev"],
        ),
        (
            "budgets",
            "CreateBudget",
            {"Budget": {"BudgetName": "b"}},
            [f"budgets:ModifyBudget arn:aws:budgets::{ACCOUNT}:budget/b"],
        ),
        (
            "dynamodb",
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": []}}},
            [f"dynamodb:BatchGetItem arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"],
        ),
    ],
)
def test_permissions_of_a_request(service: str, operation: str, params: dict[str, object], expected: list[str]) -> None:
    assert needed(service, operation, **params) == expected
