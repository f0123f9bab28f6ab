"""Texts of conditions, filters and keys are no values; those of branches are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import found, warm_gate

from lakekit_policies.terraform.value_literals import value_literals

NONE = (
    'one([for k, b in aws_s3_bucket.b : b.id if k == "logs"])',
    'one([for k in ["logs"] : aws_s3_bucket.b[k].id])',
    'var.on == "yes" ? aws_s3_bucket.b.id : aws_s3_bucket.b.bucket',
    '(var.on != "yes" ? aws_s3_bucket.b : aws_s3_bucket.c).id',
    'var.a == "one" ? aws_s3_bucket.a.id : var.a == "two" ? aws_s3_bucket.b.id : aws_s3_bucket.c.id',
    'contains(var.zones, "logs") ? aws_s3_bucket.b.id : null',
    'lookup(local.buckets, "logs", aws_s3_bucket.b.id)',
    'aws_s3_bucket.b["logs"].id',
    'split("logs", aws_s3_bucket.b.arn)[5]',
    "aws_s3_bucket.b.id",
)
BRANCHES = (
    'var.on == "yes" ? aws_s3_bucket.b.id : "evil"',
    'var.on == "yes" ? "evil" : aws_s3_bucket.b.id',
    'var.a ? var.b == "two" ? aws_s3_bucket.a.id : "evil" : aws_s3_bucket.b.id',
    'coalesce(var.on == "yes" ? null : "evil", aws_s3_bucket.b.id)',
    'one([for k, b in aws_s3_bucket.b : "evil" if k == "logs"])',
    'one([for k in ["evil"] : k if k != aws_s3_bucket.b.id])',
    'one([for k in ["evil"] : lower(k) if k != "logs"])',
    'one(["evil"])',
    '["evil", aws_s3_bucket.b.id][length(aws_s3_bucket.b.id) > 3 ? 0 : 1]',
    'lookup(local.buckets, "logs", "evil")',
    'try(aws_s3_bucket.b["logs"].id, "evil")',
    'one([for in in ["evil"] : in])',
    'one([for if in ["evil"] : if])',
    'var.on ? provider::acme::name("evil") : var.a ? aws_s3_bucket.a.id : aws_s3_bucket.b.id',
    'aws_s3_bucket.b.id == "x" /* " */ ? "evil" : aws_s3_bucket.b.id',
    '[for b in [aws_s3_bucket.b] : b.tags. if == "x" ? b.id : "evil"][0]',
    'format("%s", "evil")',
)


@pytest.mark.parametrize("expression", NONE)
def test_texts_that_are_no_value(expression: str) -> None:
    assert value_literals("${" + expression + "}") == []


@pytest.mark.parametrize("expression", BRANCHES)
def test_texts_of_branches(expression: str) -> None:
    assert "evil" in value_literals("${" + expression + "}")


def buckets(folder: Path, expressions: tuple[str, ...]) -> list[str]:
    """Logging resources whose target, given by an expression, is not known to be inside."""
    named = {f"x{at}": {"target_bucket": "${" + one + "}"} for at, one in enumerate(expressions)}
    metadata = {"metadata": {"lakekit": {"tier": "prod", "account_id": "111111111111"}}}
    stack = {"//": metadata, "resource": {"aws_s3_bucket_logging": named}}
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    return found(warm_gate().evaluate_synth(folder), "LK_DEST_1")


def test_condition_is_no_destination(tmp_path: Path) -> None:
    assert buckets(tmp_path, NONE) == []


def test_branch_outside_is_a_destination(tmp_path: Path) -> None:
    written = tuple(one.replace("evil", "evil-bucket") for one in BRANCHES)
    assert len(buckets(tmp_path, written)) == len(written)
