"""Attachments that refer to an instance of a resource through a function belong to that instance, and to no other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, resource, warm_gate, write_out
from plan_documents import write_plan

from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resolve_values import resolve

BLOCK = {
    "block_public_acls": True,
    "block_public_policy": True,
    "ignore_public_acls": True,
    "restrict_public_buckets": True,
}
ACCESS = "aws_s3_bucket_public_access_block.this"
VERSIONS = "aws_s3_bucket_versioning.this"


def planned(
    folder: Path,
    references: list[str],
    *,
    instances: dict[str, Sequence[str]] | None = None,
    attachments: Sequence[str] = ("",),
) -> Path:
    """A plan with an access block and versioning whose bucket has these references.

    Args:
        folder: folder to write to.
        references: references of the bucket, as Terraform lists them.
        instances: keys of the instances of each bucket.
        attachments: keys of the instances of the attachments.
    """
    keys: dict[str, Sequence[str]] = {f"aws_s3_bucket.{name}": at for name, at in (instances or {"a": ["[0]"]}).items()}
    values: dict[str, dict[str, Any]] = {address: {"bucket": address.rpartition(".")[2]} for address in keys}
    keys |= {ACCESS: attachments, VERSIONS: attachments}
    values |= {ACCESS: BLOCK, VERSIONS: {"versioning_configuration": [{"status": "Enabled"}]}}
    expression = {"bucket": {"references": references}}
    expressions = {ACCESS: expression, VERSIONS: expression}
    unknown: dict[str, dict[str, Any]] = {one: {"bucket": True} for one in expressions}
    file = write_plan(folder / "plan.json", values, expressions, unknown)
    document = json.loads(file.read_text())
    root = document["planned_values"]["root_module"]
    root["resources"] = [_with_key(one, key) for one in root["resources"] for key in keys[one["address"]]]
    document["resource_changes"] = [
        _with_key(one, key) for one in document["resource_changes"] for key in keys[one["address"]]
    ]
    file.write_text(json.dumps(document))
    return file


def _with_key(one: dict[str, Any], key: str) -> dict[str, Any]:
    return {**one, "address": one["address"] + key}


def unprotected(file: Path) -> dict[str, str]:
    """What the rules on versioning and public access state, by bucket."""
    found = warm_gate().evaluate_plan(file)
    rules = ("LK_S3_35", "LK_S3_36")
    every = [one for one in [*found.findings, *found.warnings] if one.rule_id in rules]
    return {one.address: one.reason for one in every}


@pytest.mark.parametrize(
    ("references", "attachments"),
    [
        (["aws_s3_bucket.a"], [""]),  # one(aws_s3_bucket.a[*].id), join, element, slice, for
        (["aws_s3_bucket.a"], ['["x"]']),
        (["aws_s3_bucket.a", "aws_s3_bucket.a[0].id", "aws_s3_bucket.a[0]"], [""]),  # length(…) > 0 ? … : …
        (["var.on", "aws_s3_bucket.a", "var.name"], [""]),
        (["aws_s3_bucket.a", "count.index"], ["[0]"]),
    ],
)
def test_attachment_of_the_only_instance_is_joined(
    tmp_path: Path, references: list[str], attachments: list[str]
) -> None:
    assert unprotected(planned(tmp_path, references, attachments=attachments)) == {}


def test_attachment_of_one_bucket_does_not_count_for_another(tmp_path: Path) -> None:
    found = unprotected(planned(tmp_path, ["aws_s3_bucket.a"], instances={"a": ["[0]"], "b": [""]}))
    assert list(found) == ["aws_s3_bucket.b"]
    assert "has no" in found["aws_s3_bucket.b"]


def test_attachment_without_an_instance_does_not_count(tmp_path: Path) -> None:
    assert "has no" in unprotected(planned(tmp_path, ["aws_s3_bucket.a"], attachments=()))["aws_s3_bucket.a[0]"]


@pytest.mark.parametrize(
    ("references", "instances"),
    [
        (["aws_s3_bucket.a"], {"a": ["[0]", "[1]"]}),
        (["aws_s3_bucket.a[0].id", "aws_s3_bucket.a[0]", "aws_s3_bucket.b.id", "aws_s3_bucket.b"], None),
        (["aws_s3_bucket.b.tags_all", "aws_s3_bucket.b", "aws_s3_bucket.a[0].id", "aws_s3_bucket.a[0]"], None),
    ],
)
def test_attachment_of_one_of_several_is_not_known(
    tmp_path: Path, references: list[str], instances: dict[str, Sequence[str]] | None
) -> None:
    found = unprotected(planned(tmp_path, references, instances=instances or {"a": ["[0]"], "b": [""], "c": [""]}))
    other = found.pop("aws_s3_bucket.c", "has no")
    assert "has no" in other
    assert len(found) == 2
    assert all(reason.startswith("not known yet") for reason in found.values()), found


def test_instances_with_their_own_keys_are_joined_by_key(tmp_path: Path) -> None:
    keys = ['["x"]', '["y"]']
    file = planned(tmp_path, ["aws_s3_bucket.a", "each.key"], instances={"a": keys}, attachments=keys[:1])
    assert list(unprotected(file)) == ['aws_s3_bucket.a["y"]']


def test_conditional_attachment_is_not_stated_at_synth(tmp_path: Path) -> None:
    written = {
        "aws_s3_bucket": {name: resource(f"s/{name}", bucket=name) for name in ("a", "b", "c")},
        "aws_s3_bucket_public_access_block": {
            "x": resource("s/x", bucket="${var.on ? aws_s3_bucket.a.id : aws_s3_bucket.b.id}", **BLOCK)
        },
    }
    stack = configuration(written, variable={"on": {"type": "bool", "default": True}})
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, dev_storage=stack))
    assert [one.address for one in verdict.findings if one.rule_id == "LK_S3_36"] == ["aws_s3_bucket.c"]


def test_output_of_an_instance_of_a_module_names_that_instance() -> None:
    """An attachment of `module.m["x"].bucket` does not count for the bucket of `module.m["y"]`."""
    bucket = {"mode": "managed", "type": "aws_s3_bucket", "name": "a"}
    block = {"address": ACCESS, "mode": "managed", "type": "aws_s3_bucket_public_access_block", "name": "this"}
    change = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"bucket": True}}
    modules = [
        {"resources": [{**bucket, "address": f'module.m["{key}"].aws_s3_bucket.a', "values": {}}]} for key in "xy"
    ]
    references = ['module.m["x"].bucket', 'module.m["x"]', "module.m"]
    inside = {
        "resources": [{**bucket, "address": "aws_s3_bucket.a", "expressions": {}}],
        "outputs": {"bucket": {"expression": {"references": ["aws_s3_bucket.a.id", "aws_s3_bucket.a"]}}},
    }
    document: dict[str, Any] = {
        "planned_values": {"root_module": {"resources": [{**block, "values": {}}], "child_modules": modules}},
        "resource_changes": [{**block, "change": change}],
        "configuration": {
            "root_module": {
                "resources": [{**block, "expressions": {"bucket": {"references": references}}}],
                "module_calls": {"m": {"module": inside}},
            }
        },
    }
    resolved, _ = resolve(PlanFile(document))
    assert resolved.values()[ACCESS]["bucket"] == '/module.m["x"].aws_s3_bucket.a.id'


def test_value_of_a_part_is_not_taken_for_a_policy(tmp_path: Path) -> None:
    file = write_plan(
        tmp_path / "plan.json",
        {"terraform_data.star": {"input": "*"}, "aws_iam_policy.p": {"name": "p", "description": "d"}},
        {"aws_iam_policy.p": {"policy": {"references": ["terraform_data.star.output", "terraform_data.star"]}}},
        {"terraform_data.star": {"output": True, "id": True}, "aws_iam_policy.p": {"policy": True, "arn": True}},
    )
    (reason,) = [one.reason for one in warm_gate().evaluate_plan(file).findings if one.rule_id == "LK_IAM_1"]
    assert reason == (
        "the statements of the policy are not known before apply; it refers to terraform_data.star.output"
    )


def test_policy_that_passes_terraform_data_is_read(tmp_path: Path) -> None:
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    file = write_plan(
        tmp_path / "plan.json",
        {"terraform_data.p": {"input": json.dumps(allowed)}, "aws_iam_policy.p": {"name": "p", "description": "d"}},
        {"aws_iam_policy.p": {"policy": {"references": ["terraform_data.p.output", "terraform_data.p"]}}},
        {"terraform_data.p": {"output": True, "id": True}, "aws_iam_policy.p": {"policy": True, "arn": True}},
    )
    found = {one.rule_id: one.reason for one in warm_gate().evaluate_plan(file).findings}
    assert not found["CKV_AWS_63"].startswith("not known yet")
