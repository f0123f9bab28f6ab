"""Concurrent clients of one service: each request sees the state between two others, never in the middle of one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Client = Callable[..., Any]
GROUPS = 40


def test_groups_can_be_deleted_while_rules_are_described(client: Client, unique: str) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]

    def create_and_delete(number: int) -> None:
        own = client("ec2")
        group = own.create_security_group(GroupName=f"{unique}-{number}", Description="x", VpcId=vpc)["GroupId"]
        own.delete_security_group(GroupId=group)

    def describe(_number: int) -> int:
        return int(client("ec2").describe_security_group_rules()["ResponseMetadata"]["HTTPStatusCode"])

    with ThreadPoolExecutor(8) as pool:
        changes = pool.map(create_and_delete, range(GROUPS))
        statuses = list(pool.map(describe, range(GROUPS)))
        list(changes)
    assert statuses == [200] * GROUPS
    ec2.delete_vpc(VpcId=vpc)
