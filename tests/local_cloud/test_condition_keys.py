"""Tests that the condition keys of the platform's services are evaluated, or named with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from iam_documents import allow, refused
from local_cloud_helpers import REGION, session_of

import lakekit_local.authorization
from lakekit_cli.commands.local_why import why
from lakekit_local import LocalCloud
from lakekit_local.authorization.condition_keys import EVALUATED, NOT_EVALUATED, SERVICES, why_not_evaluated
from lakekit_local.authorization.service_reference import services
from nonempty import nonempty

Client = Callable[..., Any]
KEYS = sorted({key for name in SERVICES for one in services()[name].actions.values() for key in one.condition_keys})


def test_every_key_of_the_reference_is_known() -> None:
    unknown = [key for key in nonempty(KEYS) if key not in EVALUATED and not why_not_evaluated(key)]
    assert unknown == []


def test_no_key_is_in_both_lists() -> None:
    assert sorted(EVALUATED & set(NOT_EVALUATED)) == []
    assert [one for one in nonempty(NOT_EVALUATED.values()) if len(one) < 15] == []


def test_evaluated_keys_are_set_somewhere() -> None:
    folder = Path(lakekit_local.authorization.__file__).parent
    sources = [one for one in folder.rglob("*.py") if one.name != "condition_keys.py"]
    text = "\n".join(one.read_text() for one in nonempty(sources)).lower()
    by_issuer = ("accounts.google.com:",)  # claims of any OpenID Connect provider
    own = (
        "elasticmapreduce:",
        "secretsmanager:resourcetag/",
        "ssm:resourcetag/",
        "iam:resourcetag/",
        "ec2:resourcetag/",
    )
    missing = [
        key
        for key in nonempty(sorted(EVALUATED))
        if not key.startswith((*by_issuer, *own)) and key.partition(":")[2] not in text
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("service", "operation", "condition", "arguments"),
    [
        ("kms", "create_key", {"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}, {}),
        ("kms", "create_key", {"StringEquals": {"kms:KeyUsage": "ENCRYPT_DECRYPT"}}, {}),
        ("kms", "create_key", {"Bool": {"kms:MultiRegion": "false"}}, {}),
        ("kms", "create_key", {"Bool": {"kms:BypassPolicyLockoutSafetyCheck": "false"}}, {}),
        ("kms", "describe_key", {"StringEquals": {"kms:KeyOrigin": "AWS_KMS"}}, {"KeyId": "{key}"}),
        (
            "kms",
            "encrypt",
            {"StringEquals": {"kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}},
            {"KeyId": "{key}", "Plaintext": b"x"},
        ),
        (
            "kms",
            "schedule_key_deletion",
            {"NumericLessThanEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": "10"}},
            {"KeyId": "{key}", "PendingWindowInDays": 7},
        ),
        (
            "kms",
            "enable_key_rotation",
            {"NumericLessThanEquals": {"kms:RotationPeriodInDays": "180"}},
            {"KeyId": "{key}", "RotationPeriodInDays": 90},
        ),
        (
            "secretsmanager",
            "create_secret",
            {"StringLike": {"secretsmanager:Name": "new-*"}},
            {"Name": "new-{name}", "SecretString": "x"},
        ),
        (
            "secretsmanager",
            "get_secret_value",
            {"StringEquals": {"aws:ResourceTag/zone": "raw"}},
            {"SecretId": "{name}"},
        ),
        (
            "secretsmanager",
            "get_secret_value",
            {"StringEquals": {"secretsmanager:ResourceTag/zone": "raw"}},
            {"SecretId": "{name}"},
        ),
        (
            "secretsmanager",
            "delete_secret",
            {"NumericGreaterThanEquals": {"secretsmanager:RecoveryWindowInDays": "7"}},
            {"SecretId": "{name}", "RecoveryWindowInDays": 7},
        ),
        (
            "sns",
            "subscribe",
            {"StringEquals": {"sns:Protocol": "sqs"}},
            {"TopicArn": "{topic}", "Protocol": "sqs", "Endpoint": "{queue}"},
        ),
        ("sns", "get_topic_attributes", {"StringEquals": {"aws:ResourceTag/zone": "raw"}}, {"TopicArn": "{topic}"}),
        ("sqs", "get_queue_attributes", {"StringEquals": {"aws:ResourceTag/zone": "raw"}}, {"QueueUrl": "{url}"}),
        ("iam", "get_role", {"StringEquals": {"iam:ResourceTag/zone": "raw"}}, {"RoleName": "{role}"}),
    ],
)
def test_condition_on_requests(
    client: Client,
    *,
    role: Callable[..., str],
    unique: str,
    service: str,
    operation: str,
    condition: dict[str, Any],
    arguments: dict[str, Any],
) -> None:
    tags = [{"Key": "zone", "Value": "raw"}]
    names = {"name": unique}
    names["key"] = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("secretsmanager").create_secret(Name=unique, SecretString="x", Tags=tags)
    names["topic"] = client("sns").create_topic(Name=unique, Tags=tags)["TopicArn"]
    names["url"] = client("sqs").create_queue(QueueName=unique, tags={"zone": "raw"})["QueueUrl"]
    names["queue"] = names["topic"].replace(":sns:", ":sqs:")
    names["role"] = role(name="named", Tags=tags).rpartition("/")[2]
    given = {name: one.format(**names) if isinstance(one, str) else one for name, one in arguments.items()}
    opposite = {
        operator: {key: {"true": "false", "false": "true"}.get(value, "1" if value.isdigit() else "other")}
        for operator, pairs in condition.items()
        for key, value in pairs.items()
    }
    if "NumericGreaterThanEquals" in opposite:
        opposite = {"NumericGreaterThanEquals": dict.fromkeys(condition["NumericGreaterThanEquals"], "30")}
    denied = session_of(client, role(allow("*", Condition=opposite), name="denied"))
    refused(getattr(denied.client(service), operation), **given)
    own = session_of(client, role(allow("*", Condition=condition), name="own"))
    getattr(own.client(service), operation)(**given)


@pytest.mark.parametrize(
    ("action", "condition", "operation", "arguments"),
    [
        (
            "ec2:RunInstances",
            {"StringEquals": {"ec2:InstanceType": "m5.large"}},
            "run_instances",
            {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "InstanceType": "m5.large"},
        ),
        (
            "ec2:RunInstances",
            {"StringEquals": {"ec2:MetadataHttpTokens": "required"}},
            "run_instances",
            {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "MetadataOptions": {"HttpTokens": "required"}},
        ),
        (
            "ec2:CreateVolume",
            {"Bool": {"ec2:Encrypted": "false"}},
            "create_volume",
            {"AvailabilityZone": "eu-west-1a", "Size": 1},
        ),
        (
            "ec2:CreateVolume",
            {"NumericLessThan": {"ec2:VolumeSize": "10"}},
            "create_volume",
            {"AvailabilityZone": "eu-west-1a", "Size": 1},
        ),
        (
            "ec2:DeleteSecurityGroup",
            {"ArnEquals": {"ec2:Vpc": "{vpc}"}},
            "delete_security_group",
            {"GroupId": "{group}"},
        ),
        ("ec2:DeleteSubnet", {"ArnEquals": {"ec2:Vpc": "{vpc}"}}, "delete_subnet", {"SubnetId": "{subnet}"}),
        (
            "cloudwatch:PutMetricData",
            {"StringEquals": {"cloudwatch:namespace": "own"}},
            "put_metric_data",
            {"Namespace": "own", "MetricData": [{"MetricName": "m", "Value": 1.0}]},
        ),
    ],
)
def test_denial_by_properties(
    client: Client,
    *,
    role: Callable[..., str],
    unique: str,
    action: str,
    condition: dict[str, Any],
    operation: str,
    arguments: dict[str, Any],
) -> None:
    """A statement that denies is in force, and one on other values is not."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    names = {
        "vpc": f"arn:aws:ec2:{REGION}:111111111111:vpc/{vpc}",
        "group": ec2.create_security_group(GroupName=unique, Description="x", VpcId=vpc)["GroupId"],
        "subnet": ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"],
    }
    ((operator, pairs),) = condition.items()
    ((key, value),) = pairs.items()
    service = action.partition(":")[0]
    given = {name: one.format(**names) if isinstance(one, str) else one for name, one in arguments.items()}
    denial = {"Effect": "Deny", "Action": action, "Resource": "*"}
    stated = {operator: {key: value.format(**names)}}
    denied = session_of(client, role(allow("*"), {**denial, "Condition": stated}, name="denied"))
    refused(getattr(denied.client(service), operation), **given)
    other = {operator: {key: {"false": "true", "10": "1"}.get(value, "arn:aws:ec2:::vpc/o" if "{" in value else "o")}}
    allowed = session_of(client, role(allow("*"), {**denial, "Condition": other}, name="allowed"))
    getattr(allowed.client(service), operation)(**given)


def test_tags_of_jobs_and_alarms(client: Client, role: Callable[..., str], unique: str) -> None:
    client("glue").create_job(Name=unique, Role=role(name="job"), Command={"Name": "glueetl"}, Tags={"zone": "raw"})
    alarm = {"Namespace": "n", "MetricName": "m", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0}
    client("cloudwatch").put_metric_alarm(
        AlarmName=unique,
        **alarm,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Tags=[{"Key": "zone", "Value": "raw"}],
    )
    denial = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    tagged = {"Condition": {"StringEquals": {"aws:ResourceTag/zone": "raw"}}}
    own = session_of(client, role(allow("*"), {**denial, **tagged}))
    refused(own.client("glue").delete_job, JobName=unique)
    refused(own.client("cloudwatch").delete_alarms, AlarmNames=[unique])


def test_role_by_its_tags(client: Client, role: Callable[..., str]) -> None:
    target = role(name="target", Tags=[{"Key": "zone", "Value": "raw"}])

    def assume(value: str) -> None:
        condition = {"StringEquals": {"aws:ResourceTag/zone": value}}
        own = session_of(client, role(allow("sts:AssumeRole", Condition=condition), name=f"own-{value}"))
        own.client("sts").assume_role(RoleArn=target, RoleSessionName="test")

    assume("raw")
    with pytest.raises(ClientError):
        assume("curated")


def test_why_names_a_key_that_is_not_evaluated(
    cloud: LocalCloud, client: Client, role: Callable[..., str], bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local_why._cloud", lambda: cloud)
    condition = {"StringEquals": {"s3:DataAccessPointAccount": "111111111111"}}
    own = session_of(client, role(allow("s3:GetObject", Condition=condition))).client("s3", region_name=REGION)
    refused(own.get_object, Bucket=bucket, Key="k")
    result = CliRunner().invoke(why, ["--format", "json"], standalone_mode=False)
    assert "s3:DataAccessPointAccount in " in result.output
    assert "is not evaluated, because requests pass no access point" in result.output
    assert "test it on AWS" in result.output


def test_every_kind_of_network_resource(client: Client, role: Callable[..., str], unique: str) -> None:
    """The VPC of each kind, as the deployer changes and deletes them."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    arn = f"arn:aws:ec2:{REGION}:111111111111:vpc/{vpc}"
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    in_vpc = allow("ec2:*", Condition={"ArnEquals": {"ec2:Vpc": arn}})
    free = allow(["ec2:CreateNetworkAcl", "ec2:CreateRouteTable", "ec2:RunInstances", "ec2:CreateNetworkInterface"])
    own = session_of(client, role(in_vpc, free, allow("ec2:TerminateInstances"))).client("ec2")
    table = own.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    made = own.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    own.disassociate_route_table(AssociationId=made)
    own.delete_route_table(RouteTableId=table)
    rules = own.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    own.delete_network_acl(NetworkAclId=rules)
    interface = own.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    own.delete_network_interface(NetworkInterfaceId=interface)
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": True, "VolumeType": "gp3"}}
    run = own.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, SubnetId=subnet, BlockDeviceMappings=[disk])
    own.terminate_instances(InstanceIds=[run["Instances"][0]["InstanceId"]])
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName=unique, Description="x", VpcId=other)["GroupId"]
    refused(own.delete_security_group, GroupId=group)
