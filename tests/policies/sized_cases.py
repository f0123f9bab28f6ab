"""Configurations of any size, by what there is many of in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Resources = dict[str, dict[str, Any]]

ACCOUNT: Final = "111111111111"


def statements(made: Iterator[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(made)})


def topic_policy(made: Iterator[dict[str, Any]]) -> Resources:
    """A policy with these statements."""
    return {"aws_sns_topic_policy.t": {"arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t", "policy": statements(made)}}


def block(kind: str, name: str, one: Callable[[int], dict[str, Any]]) -> Callable[[int], Resources]:
    """A resource with many blocks of one name; ``name`` can be a path."""
    *outer, last = name.split(".")

    def made(size: int) -> Resources:
        values: dict[str, Any] = {last: [one(index) for index in range(size)]}
        for step in reversed(outer):
            values = {step: [values]}
        return {f"{kind}.x": values}

    return made


def resource(kind: str, one: Callable[[int], dict[str, Any]]) -> Callable[[int], Resources]:
    """Many resources of one type."""
    return lambda size: {f"{kind}.x{index}": one(index) for index in range(size)}


def role(index: int) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/r{index}"


CASES: Final[Mapping[str, Callable[[int], Resources]]] = {
    "ingress": block(
        "aws_security_group",
        "ingress",
        lambda i: {
            "description": "x",
            "from_port": i,
            "to_port": i,
            "protocol": "tcp",
            "cidr_blocks": [f"10.0.{i}.0/24"],
        },
    ),
    "entries": block("aws_ec2_managed_prefix_list", "entry", lambda i: {"cidr": f"10.0.{i}.0/24"}),
    "queues": block(
        "aws_s3_bucket_notification",
        "queue",
        lambda i: {"queue_arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q{i}", "events": ["s3:ObjectCreated:*"]},
    ),
    "nested blocks": block(
        "aws_s3_bucket_replication_configuration",
        "rule",
        lambda i: {"id": f"r{i}", "destination": [{"bucket": f"arn:aws:s3:::b{i}"}], "filter": [{"prefix": f"p{i}"}]},
    ),
    "blocks in a block": block(
        "aws_glue_catalog_table", "storage_descriptor.columns", lambda i: {"name": f"c{i}", "type": "string"}
    ),
    "steps": block(
        "aws_emr_cluster",
        "bootstrap_action",
        lambda i: {"name": f"a{i}", "path": f"s3://acme-code/{i}.sh", "args": [f"--x={i}"]},
    ),
    "list of texts": lambda size: {
        "aws_security_group.x": {
            "ingress": [
                {"description": "x", "from_port": 1, "to_port": 1, "protocol": "tcp"}
                | {"cidr_blocks": [f"10.{i // 250}.{i % 250}.0/24" for i in range(size)]}
            ]
        }
    },
    "map": lambda size: {
        "aws_lambda_function.x": {"environment": [{"variables": {f"V{i}": f"value {i}" for i in range(size)}}]}
    },
    "tags": lambda size: {"aws_s3_bucket.x": {"bucket": "b", "tags": {f"t{i}": f"v{i}" for i in range(size)}}},
    "principals": lambda size: topic_policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": [role(i) for i in range(size)]},
            "Action": "sns:Publish",
            "Resource": "*",
        }
        for _ in range(1)
    ),
    "statements": lambda size: topic_policy(
        {
            "Effect": "Deny" if i % 2 else "Allow",
            "Principal": {"AWS": role(i)},
            "Action": f"sns:Pub{i}*",
            "Resource": f"arn:aws:sns:eu-west-1:{ACCOUNT}:t{i}*",
        }
        for i in range(size)
    ),
    "principals, actions and resources": lambda size: topic_policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": [role(i) for i in range(size)]},
            "Action": [f"sns:A{i}" for i in range(size)],
            "Resource": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:t{i}" for i in range(size)],
        }
        for _ in range(1)
    ),
    "actions and resources": lambda size: {
        "aws_iam_policy.x": {
            "policy": statements(
                {
                    "Effect": "Allow",
                    "Action": [f"sns:A{i}" for i in range(size)],
                    "Resource": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:t{i}" for i in range(size)],
                }
                for _ in range(1)
            )
        }
    },
    "condition values": lambda size: topic_policy(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalArn": [role(i) for i in range(size)]}},
        }
        for _ in range(1)
    ),
    "condition keys": lambda size: topic_policy(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": "*",
            "Condition": {"StringEquals": {f"aws:PrincipalTag/t{i}": "x" for i in range(size)}},
        }
        for _ in range(1)
    ),
    "roles": resource(
        "aws_iam_role",
        lambda i: {
            "name": f"r{i}",
            "assume_role_policy": statements(
                {"Effect": "Allow", "Principal": {"AWS": role(j)}, "Action": "sts:AssumeRole"} for j in (i,)
            ),
        },
    ),
    "policies of buckets": resource(
        "aws_s3_bucket_policy",
        lambda i: {
            "bucket": f"b{i}",
            "policy": statements(
                {"Effect": "Allow", "Principal": {"AWS": role(j)}, "Action": "s3:*", "Resource": f"arn:aws:s3:::b{j}/*"}
                for j in (i,)
            ),
        },
    ),
    "buckets": resource("aws_s3_bucket", lambda i: {"bucket": f"b{i}"}),
    "user data": lambda size: {"aws_instance.x": {"user_data": "#!/bin/bash\n" + "echo hello >> /tmp/x\n" * size * 9}},
    "SQL": lambda size: {
        "aws_athena_named_query.x": {
            "query": "select 1 from t where " + " and ".join(f"a{i} = {i}" for i in range(size))
        }
    },
}
