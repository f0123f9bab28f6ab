"""The permission of every operation is known that a handler of the local cloud answers, or that a deployment calls."""

from __future__ import annotations

import pytest
from botocore.session import get_session
from moto.ec2.models import ec2_backends

from lakekit_local.authorization.context import resource_tags
from lakekit_local.authorization.permissions import UnknownPermissionError, required_permissions
from lakekit_local.authorization.s3_actions import required_action
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


# Directory buckets and object lambdas are services of their own; configurations of metadata tables are newer than the
# data of the reference.
OTHER_S3_SERVICES = ("Session", "DirectoryBuckets", "GetObjectResponse", "MetadataTableConfiguration")


def test_every_operation_of_s3_has_an_action_of_the_reference() -> None:
    operations = [one for one in get_session().get_service_model("s3").operation_names if one != "ListBuckets"]
    kept = [one for one in operations if not one.endswith(OTHER_S3_SERVICES)]
    assert [one for one in nonempty(kept) if find_action("s3", required_action(one).removeprefix("s3:")) is None] == []


def test_tags_of_types_that_the_reference_does_not_list_yet() -> None:
    database = f"{GLUE}:database/acme_dev_raw"
    assert needed("glue", "GetTags", ResourceArn=database) == [f"glue:GetTags {database}"]


def test_arns_of_schemas_contain_their_registry() -> None:
    registry, schema = f"{GLUE}:registry/acme-dev", f"{GLUE}:schema/acme-dev/orders-value"
    created = needed("glue", "CreateSchema", RegistryId={"RegistryName": "acme-dev"}, SchemaName="orders-value")
    assert created == [f"glue:CreateSchema {registry}", f"glue:CreateSchema {schema}"]
    assert f"glue:GetSchema {schema}" in needed("glue", "GetSchema", SchemaId={"SchemaArn": schema})


def test_tags_of_rules_need_no_permission_on_the_bus() -> None:
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/acme-dev-late"
    assert needed("events", "ListTagsForResource", ResourceARN=arn) == [f"events:ListTagsForResource {arn}"]


def test_associations_belong_to_a_route_table() -> None:
    backend = ec2_backends[ACCOUNT][REGION]
    vpc = backend.create_vpc("10.0.0.0/16")
    subnet = backend.create_subnet(vpc.id, "10.0.0.0/24", availability_zone=f"{REGION}a")
    table = backend.create_route_table(vpc.id)
    association = backend.associate_route_table(route_table_id=table.id, subnet_id=subnet.id)
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:route-table/{table.id}"
    found = needed("ec2", "DisassociateRouteTable", AssociationId=association)
    assert found == [f"ec2:DisassociateRouteTable {arn}"]


def test_clusters_are_job_flows() -> None:
    arns = [
        f"arn:aws:elasticmapreduce:{REGION}:{ACCOUNT}:{one}" for one in ("cluster/j-1", "cluster/j-2", "studio/es-1")
    ]
    ended = needed("emr", "TerminateJobFlows", JobFlowIds=["j-1", "j-2"])
    assert ended == [f"elasticmapreduce:TerminateJobFlows {arn}" for arn in arns[:2]]
    tagged = needed("emr", "AddTags", ResourceId="es-1", Tags=[])
    assert tagged == [f"elasticmapreduce:AddTags {arns[2]}"]


def test_tags_of_parameters() -> None:
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/acme-dev/spark/application-id"
    found = needed("ssm", "ListTagsForResource", ResourceType="Parameter", ResourceId="/acme-dev/spark/application-id")
    assert found == [f"ssm:ListTagsForResource {arn}"]


def test_tags_of_clusters_are_condition_keys() -> None:
    asked = call("emr", "AddInstanceFleet", ClusterId="j-1")
    asked.tags.add("j-1", [{"Key": "environment", "Value": "dev"}])
    arn = f"arn:aws:elasticmapreduce:{REGION}:{ACCOUNT}:cluster/j-1"
    assert needed("emr", "AddInstanceFleet", ClusterId="j-1") == [f"elasticmapreduce:AddInstanceFleet {arn}"]
    assert resource_tags(asked, arn, ACCOUNT) == {"environment": "dev"}


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
