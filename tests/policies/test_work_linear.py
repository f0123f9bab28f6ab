"""The work of an evaluation grows with the size of a plan, and not with its square.

Counted are function calls, because times depend on the machine: four times the size is less than five times the work.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from gate_helpers import write_out
from plan_documents import write_plan
from sized_cases import CASES, Resources, statements

from nonempty import nonempty

SMALL: Final = 60
LIMIT: Final = 5


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


def passing(size: int) -> dict[str, Any]:
    """A stack with values that pass through a chain of `terraform_data`, and others that pass through one."""
    chain = {f"c{i}": {"input": f"${{terraform_data.c{i - 1}.output}}" if i else "a"} for i in range(size)}
    return {"resource": {"terraform_data": chain | {f"t{i}": {"input": f"v{i}"} for i in range(size)}}}


def dynamic(size: int) -> dict[str, Any]:
    """A stack with dynamic blocks whose elements are those of one local value."""
    content = {"description": "x", "protocol": "tcp", "from_port": 443, "to_port": 443}
    groups = {
        f"g{i}": {
            "name": f"g{i}",
            "dynamic": {
                "ingress": {
                    "for_each": f"${{local.m.k{i}}}",
                    "content": {**content, "cidr_blocks": ["${ingress.value}"]},
                }
            },
        }
        for i in range(size)
    }
    return {
        "resource": {"aws_security_group": groups},
        "locals": {"m": {f"k{i}": [f"10.0.{i}.0/24"] for i in range(size)}},
    }


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
    assert {name: round(factor, 1) for name, factor in nonempty(grown.items()) if factor >= LIMIT} == {}


def test_work_of_a_plan_is_linear(tmp_path: Path) -> None:
    paths = [str(plan(tmp_path / "nothing.json", {}))]
    for index, make in enumerate(CASES.values()):
        paths += [str(plan(tmp_path / f"{index}-{size}.json", make(size))) for size in (SMALL, 4 * SMALL)]
    assert_linear(list(CASES), measured(paths))


@pytest.mark.parametrize("with_plan", [False, True])
def test_work_of_a_stack_is_linear(tmp_path: Path, *, with_plan: bool) -> None:
    names, paths = [], [str(write_out(tmp_path / "nothing", a={"resource": {}}))]
    for stack in (referring, passing):
        names.append(stack.__name__)
        sizes = (SMALL, 4 * SMALL)
        paths += [str(write_out(tmp_path / f"{stack.__name__}-{size}", a=stack(size))) for size in sizes]
    names.append("dynamic")
    for size in (SMALL, 4 * SMALL):
        paths.append(str(write_out(tmp_path / f"dynamic-{size}", a=dynamic(size))))
    for name, make in CASES.items():
        names.append(name)
        for size in (SMALL, 4 * SMALL):
            folder = write_out(tmp_path / f"{names.index(name)}-{size}", a=as_stack(make(size)))
            paths.append(str(folder))
            if with_plan:
                document = plan(tmp_path / f"{names.index(name)}-{size}.json", make(size))
                paths[-1] = f"{document}:{folder}/stacks/a/cdk.tf.json"
    assert_linear(names, measured(paths))
