"""The work of an evaluation grows with the size of a plan, and not with its square.

Counted are function calls, because times depend on the machine: four times the size is less than five times the work.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from gate_helpers import write_out
from plan_documents import write_plan

Resources = dict[str, dict[str, Any]]

SMALL: Final = 60
LIMIT: Final = 5
ACCOUNT: Final = "111111111111"


def statements(made: Iterator[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(made)})


def topic_policy(made: Iterator[dict[str, Any]]) -> Resources:
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
    "attributes": block("aws_dynamodb_table", "attribute", lambda i: {"name": f"a{i}", "type": "S"}),
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
    "rules of groups": resource(
        "aws_vpc_security_group_ingress_rule",
        lambda i: {"security_group_id": "sg-1", "cidr_ipv4": f"10.0.{i}.0/24", "ip_protocol": "-1"},
    ),
    "user data": lambda size: {"aws_instance.x": {"user_data": "#!/bin/bash\n" + "echo hello >> /tmp/x\n" * size * 9}},
    "SQL": lambda size: {
        "aws_athena_named_query.x": {
            "query": "select 1 from t where " + " and ".join(f"a{i} = {i}" for i in range(size))
        }
    },
}


def expression(value: Any) -> Any:
    """A value as Terraform lists it under the expressions of a resource."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{name: expression(one) for name, one in item.items()} for item in value]
    return {"constant_value": value}


def plan(path: Path, resources: Resources) -> Path:
    written = {at: {name: expression(one) for name, one in values.items()} for at, values in resources.items()}
    return write_plan(path, resources, written)


def as_stack(resources: Resources) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for address, values in resources.items():
        kind, _, name = address.partition(".")
        found.setdefault(kind, {})[name] = values
    return {"resource": found}


def referring(size: int) -> dict[str, Any]:
    """A stack whose resources refer to each other, in lists, blocks and policies."""
    names = [f"q{i}" for i in range(size)]
    queues = [{"queue_arn": f"${{aws_sqs_queue.{name}.arn}}", "events": ["s3:ObjectCreated:*"]} for name in names]
    allowed = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": [f"${{aws_sqs_queue.{n}.arn}}" for n in names],
    }
    made = {
        "aws_sqs_queue": {name: {"name": name} for name in names},
        "aws_s3_bucket": {"b": {"bucket": "b"}},
        "aws_s3_bucket_notification": {"b": {"bucket": "${aws_s3_bucket.b.id}", "queue": queues}},
        "aws_iam_policy": {"p": {"name": "p", "policy": statements(iter([allowed]))}},
    }
    return {"resource": made}


def measured(paths: list[str]) -> list[int]:
    program = Path(__file__).with_name("counted_work.py")
    run = subprocess.run([sys.executable, str(program), *paths], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return [int(one) for one in run.stdout.split()]


def assert_linear(names: list[str], work: list[int]) -> None:
    """Compare the work of each case at two sizes with that of nothing, which is the first."""
    nothing, *counts = work
    grown = {
        name: (large - nothing) / (small - nothing)
        for name, small, large in zip(names, counts[::2], counts[1::2], strict=True)
    }
    assert {name: round(factor, 1) for name, factor in grown.items() if factor >= LIMIT} == {}


def test_work_of_a_plan_is_linear(tmp_path: Path) -> None:
    paths = [str(plan(tmp_path / "nothing.json", {}))]
    for index, make in enumerate(CASES.values()):
        paths += [str(plan(tmp_path / f"{index}-{size}.json", make(size))) for size in (SMALL, 4 * SMALL)]
    assert_linear(list(CASES), measured(paths))


@pytest.mark.parametrize("with_plan", [False, True])
def test_work_of_a_stack_is_linear(tmp_path: Path, *, with_plan: bool) -> None:
    names, paths = ["references"], []
    for size in (0, SMALL, 4 * SMALL):
        paths.append(str(write_out(tmp_path / f"references-{size}", a=referring(size) if size else {"resource": {}})))
    for name, make in CASES.items():
        names.append(name)
        for size in (SMALL, 4 * SMALL):
            folder = write_out(tmp_path / f"{names.index(name)}-{size}", a=as_stack(make(size)))
            paths.append(str(folder))
            if with_plan:
                document = plan(tmp_path / f"{names.index(name)}-{size}.json", make(size))
                paths[-1] = f"{document}:{folder}/stacks/a/cdk.tf.json"
    assert_linear(names, measured(paths))
