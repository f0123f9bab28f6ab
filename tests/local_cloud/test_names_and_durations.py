"""Tests of names and durations that service models admit and services refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, refused
from local_cloud_helpers import session_of

from lakekit_local.limits.durations import RETENTION_DAYS

Client = Callable[..., Any]


def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


def test_retention_of_log_groups(client: Client, unique: str) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName=unique)
    assert code_of(logs.put_retention_policy, logGroupName=unique, retentionInDays=42) == "InvalidParameterException"
    for days in sorted(RETENTION_DAYS):
        logs.put_retention_policy(logGroupName=unique, retentionInDays=days)
    (group,) = logs.describe_log_groups(logGroupNamePrefix=unique)["logGroups"]
    assert group["retentionInDays"] == max(RETENTION_DAYS)


def test_waiting_period_of_keys(client: Client) -> None:
    kms = client("kms")
    for days in (6, 31):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        assert code_of(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=days) == "ValidationException"
    assert kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["DeletionDate"]


def test_names_of_security_groups(client: Client) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for name, description in (("sg-abc", "d"), ("g\u00e4", "d"), ("g", "d\u00e4")):
        given = {"GroupName": name, "Description": description, "VpcId": vpc}
        assert code_of(ec2.create_security_group, **given) == "InvalidParameterValue"
    assert ec2.create_security_group(GroupName="a.b-c_1;{}", Description="x (y): [z]+=&!$*", VpcId=vpc)["GroupId"]


@pytest.mark.parametrize("suffix", ["-s3alias", "--ol-s3", ".mrap", "--table-s3"])
def test_reserved_suffixes_of_buckets(client: Client, unique: str, suffix: str) -> None:
    location = {"LocationConstraint": "eu-west-1"}
    name = f"{unique}-data{suffix}"
    found = code_of(client("s3").create_bucket, Bucket=name, CreateBucketConfiguration=location)
    assert found == "InvalidBucketName"


def rule(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "ID": f"r{number}",
        "Status": "Enabled",
        "Filter": {"Prefix": f"p{number}"},
        "Expiration": {"Days": 1},
        **more,
    }


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule(number) for number in range(1001)], "MalformedXML"),
        ([rule(), rule()], "InvalidArgument"),
        ([rule(Expiration={"Days": 0})], "InvalidArgument"),
        ([rule(Expiration={"Days": 60}, Transitions=[{"Days": 3, "StorageClass": "STANDARD_IA"}])], "InvalidArgument"),
        ([rule(NoncurrentVersionExpiration={"NoncurrentDays": 0})], "InvalidArgument"),
    ],
)
def test_lifecycle_rules(client: Client, bucket: str, rules: list[dict[str, Any]], code: str) -> None:
    call = client("s3").put_bucket_lifecycle_configuration
    assert code_of(call, Bucket=bucket, LifecycleConfiguration={"Rules": rules}) == code
    call(Bucket=bucket, LifecycleConfiguration={"Rules": [rule(1), rule(2)]})


def test_parameters_of_a_path(client: Client, role: Callable[..., str], unique: str) -> None:
    client("ssm").put_parameter(Name=f"/{unique}/a", Value="x", Type="String")
    arn = f"arn:aws:ssm:eu-west-1:111111111111:parameter/{unique}"
    own = session_of(client, role(allow("ssm:GetParametersByPath", arn))).client("ssm")
    assert [one["Name"] for one in own.get_parameters_by_path(Path=f"/{unique}")["Parameters"]] == [f"/{unique}/a"]
    refused(own.get_parameters_by_path, Path="/other")
