"""Unknown values of dynamic blocks are evaluated by the content that the stack states."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import found, warm_gate
from plan_documents import write_plan

QUEUE = "${aws_sqs_queue.q.arn}"
FOREIGN = {
    "parameter": "${aws_ssm_parameter.p.value}",
    "data source": "${data.aws_ssm_parameter.p.value}",
    "variable": "${var.queue}",
    "condition": '${aws_sqs_queue.q.arn == "" ? aws_sqs_queue.q.arn : "arn:aws:sqs:eu-west-1:999999999999:evil"}',
    "function": '${replace(aws_sqs_queue.q.arn, "111111111111", "999999999999")}',
}


def reported(
    folder: Path,
    kind: str,
    block: str,
    contents: list[dict[str, Any]],
    unknown: dict[str, Any],
    *,
    written: list[dict[str, Any]] | None = None,
    planned: list[dict[str, Any]] | None = None,
    stack: bool = True,
) -> set[str]:
    """Rules on destinations with a finding for a resource with one dynamic block for each content."""
    resources: dict[str, dict[str, Any]] = {
        "aws_sqs_queue": {"q": {"name": "q"}, "r": {"name": "r"}},
        "aws_ssm_parameter": {"p": {"name": "p", "type": "String", "value": QUEUE}},
    }
    blocks = [*(written or []), *contents]
    known = planned or [{key: value for key, value in one.items() if "${" not in str(value)} for one in blocks]
    others = {f"{one}.{name}": body for one, named in resources.items() for name, body in named.items()}
    plan = write_plan(
        folder / "plan.json",
        {**others, f"{kind}.x": {block: known}},
        None,
        {f"{kind}.x": {block: [unknown] * len(blocks)}},
    )
    document = json.loads(plan.read_text())
    for one in document["configuration"]["root_module"]["resources"]:
        if one["type"] == kind:
            one["expressions"] = {}
    plan.write_text(json.dumps(document))
    body: dict[str, Any] = {"dynamic": {block: [{"for_each": [1], "content": one} for one in contents]}}
    body |= {block: written} if written else {}
    metadata = {"metadata": {"lakekit": {"tier": "prod", "account_id": "111111111111"}}}
    (folder / "cdk.tf.json").write_text(json.dumps({"//": metadata, "resource": {**resources, kind: {"x": body}}}))
    verdict = warm_gate().evaluate_plan(plan, stack=folder / "cdk.tf.json" if stack else None)
    return {rule for rule in ("LK_DEST_1", "LK_DEST_4") if f"{kind}.x" in found(verdict, rule)}


NOTIFICATION = ("aws_s3_bucket_notification", "queue")
EVENTS = {"events": ["s3:ObjectCreated:*"]}
UNKNOWN = {"queue_arn": True, "id": True}


def test_reference_to_a_resource_of_the_plan_is_inside(tmp_path: Path) -> None:
    assert reported(tmp_path, *NOTIFICATION, [{**EVENTS, "queue_arn": QUEUE}], UNKNOWN) == set()
    instance = {**EVENTS, "queue_arn": "${aws_sqs_queue.q[queue.value].arn}"}
    assert reported(tmp_path, *NOTIFICATION, [instance], UNKNOWN) == set()


def test_several_blocks_with_references_of_their_own_are_inside(tmp_path: Path) -> None:
    blocks = [{**EVENTS, "filter_prefix": one, "queue_arn": f"${{aws_sqs_queue.{one}.arn}}"} for one in ("q", "r")]
    assert reported(tmp_path, *NOTIFICATION, blocks, UNKNOWN) == set()
    assert reported(tmp_path, *NOTIFICATION, blocks[:1], UNKNOWN, written=blocks[1:]) == set()


@pytest.mark.parametrize("case", FOREIGN)
def test_content_that_is_more_than_a_reference_is_reported(tmp_path: Path, case: str) -> None:
    hostile = {**EVENTS, "queue_arn": FOREIGN[case]}
    assert reported(tmp_path, *NOTIFICATION, [hostile], UNKNOWN) == {"LK_DEST_1"}
    beside = {**EVENTS, "queue_arn": QUEUE}
    assert reported(tmp_path, *NOTIFICATION, [beside, hostile], UNKNOWN) == {"LK_DEST_1"}
    assert reported(tmp_path, *NOTIFICATION, [hostile], UNKNOWN, written=[beside]) == {"LK_DEST_1"}


def test_reference_is_unknown_without_the_stack(tmp_path: Path) -> None:
    content = {**EVENTS, "queue_arn": QUEUE}
    assert reported(tmp_path, *NOTIFICATION, [content], UNKNOWN, stack=False) == {"LK_DEST_1"}


@pytest.mark.parametrize("block", ["database", "table"])
def test_catalog_that_the_provider_computes_is_no_destination(tmp_path: Path, block: str) -> None:
    kind, unknown = "aws_lakeformation_permissions", {"catalog_id": True}
    assert reported(tmp_path, kind, block, [{"name": "raw"}], unknown) == set()
    stated = {"name": "raw", "catalog_id": "${aws_ssm_parameter.p.value}"}
    assert reported(tmp_path, kind, block, [stated], unknown) == {"LK_DEST_4"}
    assert reported(tmp_path, kind, block, [{"name": "raw"}, stated], unknown) == {"LK_DEST_4"}


@pytest.mark.parametrize("is_dynamic", [True, False])
def test_block_inside_of_a_dynamic_block_is_evaluated_by_its_content(tmp_path: Path, is_dynamic: bool) -> None:
    kind, unknown = "aws_kinesis_firehose_delivery_stream", {"s3_backup_configuration": [{"bucket_arn": True}]}
    for value, expected in ((QUEUE, set()), (FOREIGN["parameter"], {"LK_DEST_1"})):
        inner = {"prefix": "a/", "bucket_arn": value}
        dynamic = {"dynamic": {"s3_backup_configuration": [{"for_each": [1], "content": inner}]}}
        content = {"prefix": "b/", **(dynamic if is_dynamic else {"s3_backup_configuration": [inner]})}
        planned = {"prefix": "b/", "s3_backup_configuration": [{"prefix": "a/"}]}
        made = reported(tmp_path, kind, "extended_s3_configuration", [content], unknown, planned=[planned])
        assert made == expected
