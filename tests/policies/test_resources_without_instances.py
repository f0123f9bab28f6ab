"""A resource that has no instances protects nothing; one whose number a variable decides is left to the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out

from lakekit_policies import Verdict
from lakekit_policies.terraform import instance_numbers
from lakekit_policies.terraform.instance_numbers import Instances
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

BLOCK = {
    "bucket": "${aws_s3_bucket.x.id}",
    **dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
    ),
}
RULE = "LK_S3_36"
VARIABLES: dict[str, Any] = {
    "off": {"default": False},
    "on": {"default": True},
    "none": {"default": []},
    "some": {"default": ["a"]},
    "given": {},
}
LOCALS = {"off": False, "none": [], "many": [f"a{number}" for number in range(60)]}
NUMBERS: list[tuple[str, Any, Instances]] = [
    ("count", 0, Instances.NONE),
    ("count", 1, Instances.SOME),
    ("count", "${local.off ? 1 : 0}", Instances.NONE),
    ("count", "${length(local.none)}", Instances.NONE),
    ("count", "${length(local.many)}", Instances.SOME),
    ("for_each", {}, Instances.NONE),
    ("for_each", "${toset(local.none)}", Instances.NONE),
    ("for_each", "${toset(local.many)}", Instances.SOME),
    ("count", "${var.off ? 1 : 0}", Instances.OFF),
    ("count", "${var.on ? 1 : 0}", Instances.ON),
    ("for_each", "${toset(var.none)}", Instances.OFF),
    ("for_each", "${toset(var.some)}", Instances.ON),
    ("count", "${var.given ? 1 : 0}", Instances.OPEN),
    ("for_each", "${toset(var.given)}", Instances.OPEN),
    ("count", '${data.aws_region.r.name == "x" ? 1 : 0}', Instances.OPEN),
    ("for_each", "${aws_s3_bucket.x}", Instances.SOME),
    # A comment key only in the body of a block.
    ("for_each", {"//": "x"}, Instances.SOME),
    ("count", "0", Instances.NONE),
    # Terraform reads each of them as zero, and others as numbers above.
    ("count", "0.0", Instances.OPEN),
    ("count", "00", Instances.OPEN),
    ("count", "-0", Instances.OPEN),
    ("count", "${try(alltrue([null]), true) ? 1 : 0}", Instances.NONE),
]


def stack(block: dict[str, Any], **bucket: Any) -> dict[str, Any]:
    resources = {
        "aws_s3_bucket": {"x": resource("prod-x/x", bucket="acme-x", **bucket)},
        "aws_s3_bucket_public_access_block": {"x": resource("prod-x/b", **{**BLOCK, **block})},
    }
    return configuration(resources, tier="prod", variable=VARIABLES, locals=LOCALS)


def at_synth(folder: Path, written: dict[str, Any]) -> Verdict:
    return warm_gate().evaluate_synth(write_out(folder / "out", prod_x=written))


@pytest.mark.parametrize(("argument", "value", "expected"), NUMBERS)
def test_number_of_instances(argument: str, value: Any, expected: Instances) -> None:
    found_ = instance_numbers.of_stack(SynthesizedStack.of(stack({argument: value})))
    assert found_ == {"aws_s3_bucket_public_access_block.x": expected}


@pytest.mark.parametrize(("argument", "value", "expected"), NUMBERS)
def test_protection_without_instances_is_none(tmp_path: Path, argument: str, value: Any, expected: Instances) -> None:
    verdict = at_synth(tmp_path, stack({argument: value}))
    assert found(verdict, RULE) == (["aws_s3_bucket.x"] if expected is Instances.NONE else [])
    is_open = any("aws_s3_bucket.x" in note and RULE in note for note in verdict.notes)
    shown = "more" in " ".join(verdict.notes)
    assert (is_open or shown) == (expected in instance_numbers.UNDECIDED)


def test_bucket_with_its_protection_off_by_default_is_left_to_the_plan(tmp_path: Path) -> None:
    """Both depend on variables: the defaults give a bucket without protection."""
    verdict = at_synth(tmp_path, stack({"count": "${var.off ? 1 : 0}"}, count="${var.on ? 1 : 0}"))
    assert found(verdict, RULE) == []
    assert "not known until plan" in " ".join(verdict.notes)


def test_resource_without_instances_has_no_findings(tmp_path: Path) -> None:
    written = stack({}, count=0)
    assert found(at_synth(tmp_path, written), RULE) == []


def test_secret_in_a_resource_without_instances_is_written_in_the_stack(tmp_path: Path) -> None:
    secret = {"aws_db_instance": {"x": resource("prod-x/x", count=0, password="Hunter2xxQwerty9")}}
    written = configuration(secret, tier="prod")
    assert found(at_synth(tmp_path, written), "LK_SECRET_1") == ["aws_db_instance.x"]


def test_dynamic_block_with_many_elements_is_evaluated(tmp_path: Path) -> None:
    ranges = [f"10.0.{number}.0/24" for number in range(60)] + ["0.0.0.0/0"]
    content = {
        "description": "x",
        "protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "cidr_blocks": ["${ingress.value}"],
    }
    body = {"name": "x", "description": "x", "dynamic": {"ingress": {"for_each": ranges, "content": content}}}
    written = configuration({"aws_security_group": {"x": resource("prod-x/x", **body)}}, tier="prod")
    assert found(at_synth(tmp_path, written), "CKV_AWS_24") == ["aws_security_group.x"]
