"""Findings on plans name the resource, and read what changes of outputs show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import found, warm_gate
from plan_documents import write_plan

from lakekit_policies.gate.crashes import address_of
from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.terraform import blocks
from lakekit_policies.terraform.plan_changes import Change
from nonempty import nonempty


def test_failed_evaluation_names_the_change() -> None:
    change = Change.of(
        {
            "address": "aws_sqs_queue.q",
            "mode": "managed",
            "type": "aws_sqs_queue",
            "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {}},
        }
    )

    def evaluate(one: Change) -> None:
        raise TypeError(one.type)

    with pytest.raises(TypeError) as caught:
        evaluate(change)
    assert address_of(caught.value) == "aws_sqs_queue.q"
    assert address_of(TypeError()) == ""


def test_secret_in_the_change_of_an_output(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "plan.json", {"aws_sqs_queue.q": {"name": "q"}})
    document = json.loads(path.read_text())
    document["output_changes"] = {"key": {"actions": ["create"], "before": None, "after": "AKIA" + "ABCDEFGHIJKLMNOP"}}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_SECRET_2") == ["output.key"]


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("aws_lb_listener", {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}),
        ("aws_api_gateway_domain_name", {"security_policy": "SecurityPolicy_TLS13_1_2_PQ_2025_09"}),
        (
            "aws_codebuild_project",
            {"environment_variable": [{"name": "NPM_TOKEN", "value": "lake/npm:token", "type": "SECRETS_MANAGER"}]},
        ),
        ("aws_sfn_state_machine", {"definition": json.dumps({"Arguments": {"--token.$": "$$.Task.Token"}})}),
        (
            "aws_instance",
            {
                "user_data": "#cloud-config\nssh_authorized_keys:\n  - ssh-ed25519 "
                "AAAAC3NzaC1lZDI1NTE5AAAAIGtz5l3YyJpD8pW0Xq3vT1c2u4b5n6m7k8j9h0g1f2d3 ops@acme\n"
            },
        ),
    ],
)
def test_public_values_are_no_secrets(kind: str, arguments: dict[str, object]) -> None:
    assert list(find_in_resource(kind, arguments)) == []


def test_variable_of_a_build_with_a_plain_secret() -> None:
    variable = {"name": "NPM_TOKEN", "value": "npm_x8sK2mQ9", "type": "PLAINTEXT"}
    assert list(find_in_resource("aws_codebuild_project", {"environment_variable": [variable]})) != []


def test_long_runs_of_white_space_refer_to_nothing() -> None:
    assert blocks.reference(" " * 2_000_000) is None
    assert blocks.reference("${ aws_s3_bucket.b.id }") == "aws_s3_bucket.b"


@pytest.mark.parametrize(("kind", "rule"), [("aws_kms_key", "LK_PLAN_1"), ("aws_s3_bucket_versioning", "LK_PLAN_2")])
def test_resource_that_leaves_the_state_is_kept(tmp_path: Path, kind: str, rule: str) -> None:
    path = write_plan(tmp_path / "plan.json", {"aws_sqs_queue.q": {"name": "q"}})
    document = json.loads(path.read_text())
    before = {"id": "x", "bucket": "acme-raw"}
    change = {"actions": ["forget"], "before": before, "after": None, "after_unknown": {}}
    document["resource_changes"].append(
        {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x", "change": change}
    )
    path.write_text(json.dumps(document))
    reasons = [one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == rule]
    assert [one.partition("; ")[2].partition(",")[0] for one in reasons] == ["it is kept"]


BLOCK = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)
DENIAL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::acme-raw", "arn:aws:s3:::acme-raw/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


def plan_without(path: Path, kind: str, before: dict[str, object], action: str, module: str) -> Path:
    """A plan of a bucket that exists, from whose settings one resource is removed."""
    document = json.loads(write_plan(path, {"aws_s3_bucket.b": {"bucket": "acme-raw"}}).read_text())
    change = {"actions": [action], "before": before, "after": None, "after_unknown": {}}
    entry = {"mode": "managed", "type": kind, "name": "x", "change": change}
    document["resource_changes"].append({"address": f"{module}{kind}.x", **entry})
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("kind", "settings", "rule", "reason"),
    [
        ("aws_s3_bucket_public_access_block", BLOCK, "LK_S3_36", "has no public access block"),
        ("aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Enabled"}]}, "LK_S3_35", "versioning"),
        ("aws_s3_bucket_policy", {"policy": json.dumps(DENIAL)}, "LK_S3_1", "has no bucket policy"),
        (
            "aws_s3_bucket_server_side_encryption_configuration",
            {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]},
            "LK_S3_2",
            "has no server-side encryption",
        ),
    ],
)
def test_setting_that_leaves_the_state_is_not_missing(
    tmp_path: Path, kind: str, settings: dict[str, object], rule: str, reason: str
) -> None:
    before = {"bucket": "acme-raw", "id": "acme-raw", **settings}
    missing = {}
    for action in ("delete", "forget"):
        path = plan_without(tmp_path / f"{action}.json", kind, before, action, "")
        verdict = warm_gate().evaluate_plan(path)
        missing[action] = [one.address for one in verdict.findings if one.rule_id == rule and reason in one.reason]
        assert f"{kind}.x" in found(verdict, "LK_PLAN_2")
    assert missing == {"delete": ["aws_s3_bucket.b"], "forget": []}


def test_what_leaves_the_state_is_not_evaluated(tmp_path: Path) -> None:
    public = {"bucket": "acme-raw", "id": "acme-raw", "acl": "public-read"}
    path = plan_without(tmp_path / "plan.json", "aws_s3_bucket_acl", public, "forget", "module.m.")
    verdict = warm_gate().evaluate_plan(path, evidence=True)
    assert verdict.resources == 1
    assert [one for one in nonempty(verdict.findings) if one.address.startswith("module.m")] == []
    assert "aws_s3_bucket_acl" not in json.dumps(verdict.evaluated)


@pytest.mark.parametrize(("others", "is_reported"), [(["var.is_directory"], False), (["local.existing"], True)])
def test_lifecycle_of_a_bucket_that_the_plan_creates(tmp_path: Path, others: list[str], *, is_reported: bool) -> None:
    """A switch and a resource without an instance do not stand for an existing bucket."""
    kind = "aws_s3_bucket_lifecycle_configuration"
    rule = [{"id": "a", "status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 30}]}]
    path = write_plan(tmp_path / "plan.json", {"aws_s3_bucket.b": {"bucket_prefix": "x"}, f"{kind}.x": {"rule": rule}})
    document = json.loads(path.read_text())
    for one in document["resource_changes"]:
        one["change"]["actions"] = ["create"]
        one["change"]["after_unknown"] = {"bucket": True, "id": True}
    module = document["configuration"]["root_module"]
    module["variables"] = {"is_directory": {"default": False}}
    references = [*others, "aws_s3_directory_bucket.d[0].bucket", "aws_s3_bucket.b.id", "aws_s3_bucket.b"]
    for one in module["resources"]:
        if one["type"] == kind:
            one["expressions"]["bucket"] = {"references": references}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_PLAN_11") == [f"{kind}.x"] * is_reported


def test_denial_that_leaves_the_state_is_not_lost(tmp_path: Path) -> None:
    before = {"queue_url": "https://q", "policy": json.dumps(DENIAL)}
    reported = {
        action: found(
            warm_gate().evaluate_plan(
                plan_without(tmp_path / f"{action}.json", "aws_sqs_queue_policy", before, action, "")
            ),
            "LK_PLAN_5",
        )
        for action in ("delete", "forget")
    }
    assert reported == {"delete": ["aws_sqs_queue_policy.x"], "forget": []}


@pytest.mark.parametrize(
    ("user", "is_outside"),
    [
        ("c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0", False),
        ("a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56", False),
        ("c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d1", True),
    ],
)
def test_logs_of_cloudfront_are_written_by_a_user_of_aws(tmp_path: Path, user: str, *, is_outside: bool) -> None:
    grant = {"permission": "FULL_CONTROL", "grantee": [{"type": "CanonicalUser", "id": user}]}
    address = "aws_s3_bucket_acl.logs"
    values = {"bucket": "acme-logs", "access_control_policy": [{"grant": [grant], "owner": [{"id": "0" * 64}]}]}
    verdict = warm_gate().evaluate_plan(write_plan(tmp_path / "plan.json", {address: values}))
    reasons = [one.reason for one in verdict.findings if one.rule_id == "LK_DEST_4" and user in one.reason]
    assert len(reasons) == is_outside
