"""Dynamic blocks with an unknown number of instances, and unknown values of those with a known one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dynamic_forms import ONE, UNKNOWN, Stated, at_plan, at_synth, dynamic, plan
from gate_helpers import metadata
from plan_documents import write_plan

from lakekit_policies.terraform import block_schema, open_blocks

OUTSIDE = "arn:aws:sqs:eu-west-1:999999999999:evil"
ADMINISTRATOR = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
FUNCTION = "arn:aws:lambda:eu-west-1:999999999999:function:evil"
PROCESSING = {"processors": [{"type": "Lambda", "parameters": [{"parameter_value": FUNCTION}]}]}
BLOCKS: dict[str, tuple[str, str, dict[str, Any], tuple[str | int, ...]]] = {
    "queue": (
        "LK_DEST_1",
        "aws_cloudwatch_event_target",
        {"rule": "r", "dead_letter_config": [{"arn": OUTSIDE}]},
        ("dead_letter_config",),
    ),
    "command": (
        "LK_ACT_8",
        "aws_cloudwatch_event_target",
        {"rule": "r", "run_command_targets": [{"key": "InstanceIds", "values": ["i-1"]}]},
        ("run_command_targets",),
    ),
    "script": (
        "LK_DEST_3",
        "aws_emr_cluster",
        {"bootstrap_action": [{"name": "x", "path": "s3://evil-bucket/x.sh"}]},
        ("bootstrap_action",),
    ),
    "grant": (
        "LK_DEST_4",
        "aws_s3_bucket_logging",
        {
            "target_grant": [
                {"permission": "READ", "grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}
            ]
        },
        ("target_grant",),
    ),
    "key": (
        "LK_DEST_8",
        "aws_dynamodb_table",
        {"replica": [{"kms_key_arn": "arn:aws:kms:us-east-1:999999999999:key/x"}]},
        ("replica",),
    ),
    "host": (
        "LK_DEST_2",
        "aws_lb_listener",
        {"default_action": [{"type": "redirect", "redirect": [{"host": "evil.example.net"}]}]},
        ("default_action",),
    ),
    "variables": (
        "LK_SECRET_1",
        "aws_lambda_function",
        {"environment": [{"variables": {"DB_PASSWORD": "Hunter2xxQwerty9"}}]},
        ("environment",),
    ),
    "block inside of a written one": (
        "LK_DEST_1",
        "aws_kinesis_firehose_delivery_stream",
        {"http_endpoint_configuration": [{"name": "x", "processing_configuration": [PROCESSING]}]},
        ("http_endpoint_configuration", 0, "processing_configuration"),
    ),
    "variable of a build": (
        "LK_SECRET_1",
        "aws_codebuild_project",
        {
            "environment": [
                {"type": "x", "environment_variable": [{"name": "DB_PASSWORD", "value": "Hunter2xxQwerty9"}]}
            ]
        },
        ("environment", 0, "environment_variable"),
    ),
}


def stack(kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"//": metadata("prod"), "resource": {kind: {"x": body}}, **more}


def of(found: Stated, rule: str, kind: str) -> str:
    return found.get((rule, f"{kind}.x"), "")


@pytest.mark.parametrize("for_each", [ONE, UNKNOWN])
@pytest.mark.parametrize("case", BLOCKS)
def test_content_is_evaluated_at_synth_and_at_plan(tmp_path: Path, case: str, for_each: Any) -> None:
    rule, kind, body, place = BLOCKS[case]
    written = dynamic(stack(kind, body), kind, "x", place, for_each)
    at_first = of(at_synth(tmp_path, written), rule, kind)
    assert at_first
    assert "not known yet" not in at_first
    made = plan(stack(kind, body), kind, "x", place, known=for_each is ONE)
    assert of(at_plan(tmp_path, made, written), rule, kind) == at_first


@pytest.mark.parametrize("case", BLOCKS)
def test_unknown_block_is_not_known_without_the_stack(tmp_path: Path, case: str) -> None:
    rule, kind, body, place = BLOCKS[case]
    made = plan(stack(kind, body), kind, "x", place, known=False)
    path = ".".join(one for one in place if isinstance(one, str))
    assert of(at_plan(tmp_path, made, None), rule, kind) == f"not known yet: {kind}.x.{path}"


def test_administrator_in_an_unknown_block_is_found_with_the_stack(tmp_path: Path) -> None:
    """The provider computes `inline_policy`: without the stack, a role without such a block has the same plan."""
    kind, place = "aws_iam_role", ("inline_policy",)
    body = {"name": "x", "assume_role_policy": "{}", "inline_policy": [{"name": "x", "policy": ADMINISTRATOR}]}
    written = dynamic(stack(kind, body), kind, "x", place, UNKNOWN)
    made = plan(stack(kind, body), kind, "x", place, known=False)
    found = at_plan(tmp_path, made, written)
    assert of(found, "LK_IAM_2", kind) == of(at_synth(tmp_path, written), "LK_IAM_2", kind)
    assert "not known yet" not in of(found, "LK_IAM_2", kind)


@pytest.mark.parametrize(
    ("for_each", "value"),
    [
        ([OUTSIDE], "${queue.value}"),
        ({"a": {"arn": OUTSIDE}}, "${queue.value.arn}"),
        ({"a": {"arn": OUTSIDE}}, '${queue.value["arn"]}'),
        ([OUTSIDE], "${one([queue.value])}"),
        ([{"arn": OUTSIDE}], '${lookup(queue.value, "arn", "")}'),
        (["evil"], "arn:aws:sqs:eu-west-1:999999999999:${queue.value}"),
        ("${toset([local.evil])}", "${queue.key}"),
        ('${uuid() == "" ? [] : [local.evil]}', "${queue.value}"),
        ("${try(concat([local.evil], []), [])}", "${queue.value}"),
        ("${local.all}", "${queue.value.arn}"),
    ],
)
def test_values_of_the_iterator_are_inserted(tmp_path: Path, for_each: Any, value: str) -> None:
    kind = "aws_s3_bucket_notification"
    setting = {"for_each": for_each, "content": {"queue_arn": value, "events": ["s3:ObjectCreated:*"]}}
    body = {"bucket": "acme-b", "dynamic": {"queue": setting}}
    locals_ = {"evil": OUTSIDE, "all": [{"arn": OUTSIDE}]}
    assert "999999999999" in of(at_synth(tmp_path, stack(kind, body, locals=locals_)), "LK_DEST_1", kind)


def test_iterator_has_its_own_name(tmp_path: Path) -> None:
    kind = "aws_s3_bucket_notification"
    setting = {"for_each": [OUTSIDE], "iterator": "it", "content": {"queue_arn": "${it.value}"}}
    found = at_synth(tmp_path, stack(kind, {"bucket": "acme-b", "dynamic": {"queue": setting}}))
    assert "999999999999" in of(found, "LK_DEST_1", kind)


def test_map_with_a_key_of_that_name_is_kept(tmp_path: Path) -> None:
    kind = "aws_lambda_function"
    body = {"environment": {"variables": {"dynamic": "x", "DB_PASSWORD": "Hunter2xxQwerty9"}}}
    assert of(at_synth(tmp_path, stack(kind, body)), "LK_SECRET_1", kind)


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_known_argument_is_evaluated_beside_an_unknown_one(tmp_path: Path, status: str) -> None:
    """The provider computes `mfa_delete`: a rule that does not read it does not depend on it."""
    address = "aws_s3_bucket_versioning.x"
    values = {address: {"bucket": "acme-b", "versioning_configuration": [{"status": status}]}}
    later = {address: {"versioning_configuration": [{"mfa_delete": True}]}}
    file = write_plan(tmp_path / "plan.json", values, None, later)
    document = json.loads(file.read_text())
    del document["configuration"]["root_module"]["resources"][0]["expressions"]["versioning_configuration"]
    found = at_plan(tmp_path, document, None)
    assert bool(of(found, "LK_S3_35", "aws_s3_bucket_versioning")) is (status == "Suspended")


def test_argument_that_the_provider_can_compute_is_not_stated_to_be_outside(tmp_path: Path) -> None:
    address = "aws_lakeformation_permissions.x"
    values = {address: {"principal": "x", "permissions": ["DESCRIBE"], "database": [{"name": "x"}]}}
    file = write_plan(tmp_path / "plan.json", values, None, {address: {"database": [{"catalog_id": True}]}})
    document = json.loads(file.read_text())
    del document["configuration"]["root_module"]["resources"][0]["expressions"]["database"]
    reason = of(at_plan(tmp_path, document, None), "LK_DEST_4", "aws_lakeformation_permissions")
    assert reason == f"not known yet: {address}.database.catalog_id"


def test_unknown_block_that_is_not_written_is_computed(tmp_path: Path) -> None:
    """A stack shows that a block is not set, whichever version of the provider computes it."""
    kind = "aws_cloudwatch_event_target"
    body = {"rule": "r", "dead_letter_config": [{"arn": OUTSIDE}]}
    made = plan(stack(kind, body), kind, "x", ("dead_letter_config",), known=False)
    assert not of(at_plan(tmp_path, made, stack(kind, {"rule": "r"})), "LK_DEST_1", kind)


@pytest.mark.parametrize(
    ("path", "is_block"),
    [
        ("client_authentication.tls", True),
        ("broker_node_group_info.connectivity_info.vpc_connectivity.client_authentication.tls", False),
        ("tls", False),
        ("encryption_info.encryption_in_transit", True),
        ("encryption_info.encryption_in_transit.client_broker", False),
    ],
)
def test_blocks_are_found_by_their_path(path: str, is_block: bool) -> None:
    assert block_schema.is_block("aws_msk_cluster", path.split(".")) is is_block


def test_blocks_that_nothing_is_known_of_are_listed() -> None:
    assert list(open_blocks.inside([{"a": "${unknown block}", "b": [{"c": "x"}]}], ("r",))) == [("r", 0, "a")]
