"""Tests of names and durations that service models admit and services refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

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
