"""Values that are computed from the identity of a resource are not its identity."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import found, warm_gate

from lakekit_policies import Verdict
from lakekit_policies.terraform.expression_parts import is_identity

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
IDENTITIES = (
    "aws_iam_policy.a.arn",
    "one(aws_kms_key.k[*].arn)",
    'join("", aws_s3_bucket.this[*].id)',
    'element(concat(aws_s3_bucket.this[*].id, [""]), 0)',
    "one([for b in aws_s3_bucket.this : b.id])",
    "[for b in aws_s3_bucket.this : b.id][0]",
    'length(aws_s3_bucket.this) > 0 ? aws_s3_bucket.this[0].id : ""',
    "try(aws_kms_key.k[0].arn, null)",
    'var.a == "x" ? aws_kms_key.a.arn : aws_kms_key.b.arn',
    'aws_s3_bucket.this["raw"].id',
    "values(aws_kms_key.k)[0].arn",
    'lookup(local.keys, "a", aws_kms_key.k.arn)',
)
COMPUTED = (
    f'replace(aws_iam_policy.a.arn, "/.*/", "{ADMIN}")',
    f'aws_iam_policy.a.arn == "" ? "x" : "{ADMIN}"',
    f'aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : "{ADMIN}"',
    f'[aws_iam_policy.a.arn, "{ADMIN}"][length(aws_iam_policy.a.arn) > 3 ? 1 : 0]',
    f'coalesce(substr(aws_iam_policy.a.id, 0, 0), "{ADMIN}")',
    f'max(length(aws_iam_policy.a.arn), 1) > 0 ? "{ADMIN}" : ""',
    'aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : keys(local.named)[0]',
    'aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : one([for k, v in local.named : k])',
    f'lookup(local.named, "a", "{ADMIN}")',
)


@pytest.mark.parametrize("expression", IDENTITIES)
def test_expressions_that_give_an_identity(expression: str) -> None:
    assert is_identity(expression)


@pytest.mark.parametrize("expression", [*COMPUTED, 'aws_s3_bucket.b.id == ""', "!aws_s3_bucket.b.force_destroy"])
def test_expressions_that_compute_a_value(expression: str) -> None:
    assert not is_identity(expression)


def evaluate(
    folder: Path, kind: str, written: dict[str, Any], expressions: dict[str, Any], unknown: dict[str, Any], **more: Any
) -> Verdict:
    """Verdict of a plan, with its stack if ``written`` is given, whose unknown arguments are these."""
    resources: dict[str, Any] = {
        "aws_iam_policy": {"a": {"name": "a", "policy": "{}"}},
        "aws_s3_bucket": {"b": {"bucket": "acme-b"}},
        **more,
    }
    addresses = [(one, name) for one, named in resources.items() for name in named]
    values = {(one, name): body for one, named in resources.items() for name, body in named.items()}
    planned = [
        {"address": f"{one}.{name}", "mode": "managed", "type": one, "name": name, "values": values[one, name]}
        for one, name in addresses
    ]
    own = {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x"}
    constant = {name: {"constant_value": value} for name, value in written.items() if "${" not in str(value)}
    known = {name: value for name, value in written.items() if "${" not in str(value)}
    planned.append({**own, "values": known})
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": [
            {
                **{key: value for key, value in one.items() if key != "values"},
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": one["values"],
                    "after_unknown": unknown if one["address"] == f"{kind}.x" else {"id": True, "arn": True},
                },
            }
            for one in planned
        ],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
            "root_module": {
                "resources": [
                    {
                        **{key: value for key, value in one.items() if key != "values"},
                        "provider_config_key": "aws",
                        "expressions": {**constant, **expressions} if one["address"] == f"{kind}.x" else {},
                    }
                    for one in planned
                ]
            },
        },
    }
    stack = {
        "//": {"metadata": {"stackName": "prod-x", "lakekit": {"tier": "prod"}}},
        "resource": {**resources, kind: {**resources.get(kind, {}), "x": written}},
    }
    (folder / "plan.json").write_text(json.dumps(document))
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    return warm_gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json")


@pytest.mark.parametrize("expression", COMPUTED)
def test_policy_computed_from_an_identity_is_unknown_with_a_stack(tmp_path: Path, expression: str) -> None:
    kind, references = "aws_iam_role_policy_attachment", ["aws_iam_policy.a.arn", "aws_iam_policy.a"]
    written = {"role": "r", "policy_arn": "${" + expression + "}"}
    stated = {"policy_arn": {"references": references}}
    assert found(evaluate(tmp_path, kind, written, stated, {"policy_arn": True, "id": True}), "LK_IAM_6") != []
    written["policy_arn"] = "${aws_iam_policy.a.arn}"
    assert found(evaluate(tmp_path, kind, written, stated, {"policy_arn": True, "id": True}), "LK_IAM_6") == []


@pytest.mark.parametrize(
    ("kind", "name", "rule"),
    [
        ("aws_s3_bucket_public_access_block", "block_public_policy", "CKV_AWS_54"),
        ("aws_db_instance", "publicly_accessible", "CKV_AWS_17"),
        ("aws_vpc_security_group_ingress_rule", "cidr_ipv4", "LK_VPC_5"),
    ],
)
def test_switches_and_address_ranges_hold_no_identity(tmp_path: Path, kind: str, name: str, rule: str) -> None:
    written = {"ip_protocol": "-1", name: '${aws_s3_bucket.b.id == "" ? 1 : 0}'}
    stated = {name: {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}
    verdict = evaluate(tmp_path, kind, written, stated, {name: True, "id": True})
    assert f"{kind}.x" in found(verdict, rule)
    (tmp_path / "cdk.tf.json").unlink()
    assert f"{kind}.x" in found(warm_gate().evaluate_plan(tmp_path / "plan.json"), rule)


def test_input_computed_by_terraform_data_is_unknown(tmp_path: Path) -> None:
    kind, written = "aws_iam_role_policy_attachment", {"role": "r", "policy_arn": "${terraform_data.d.output}"}
    stated = {"policy_arn": {"references": ["terraform_data.d.output", "terraform_data.d"]}}
    data = {"terraform_data": {"d": {}}}
    evaluate(tmp_path, kind, written, stated, {"policy_arn": True, "id": True}, **data)
    document = json.loads((tmp_path / "plan.json").read_text())
    for one in document["configuration"]["root_module"]["resources"]:
        if one["type"] == "terraform_data":
            one["expressions"] = {"input": {"references": ["aws_iam_policy.a.arn", "aws_iam_policy.a"]}}
    (tmp_path / "plan.json").write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(tmp_path / "plan.json"), "LK_IAM_6") == [f"{kind}.x"]


def test_destination_written_in_an_expression_is_compared(tmp_path: Path) -> None:
    outside = '${aws_sqs_queue.q.arn == "" ? "x" : "arn:aws:sqs:eu-west-1:999999999999:evil"}'
    resources = {
        "aws_sqs_queue": {"q": {"name": "q"}},
        "aws_sns_topic_subscription": {"S": {"topic_arn": "t", "protocol": "sqs", "endpoint": outside}},
    }
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    assert found(warm_gate().evaluate_synth(tmp_path), "LK_DEST_1") == ["aws_sns_topic_subscription.S"]


def test_local_value_of_the_stack_is_followed(tmp_path: Path) -> None:
    """A plan contains no local values; with its stack, one that refers to a resource is known."""
    kind, written = "aws_iam_role_policy_attachment", {"role": "r", "policy_arn": "${local.arn}"}
    stated = {"policy_arn": {"references": ["local.arn"]}}
    unknown = {"policy_arn": True, "id": True}
    assert found(evaluate(tmp_path, kind, written, stated, unknown), "LK_IAM_6") == [f"{kind}.x"]
    for value, expected in (("aws_iam_policy.a.arn", []), (COMPUTED[0], [f"{kind}.x"])):
        stack = json.loads((tmp_path / "cdk.tf.json").read_text())
        stack["locals"] = {"arn": "${" + value + "}"}
        (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))
        verdict = warm_gate().evaluate_plan(tmp_path / "plan.json", stack=tmp_path / "cdk.tf.json")
        assert found(verdict, "LK_IAM_6") == expected


NAMED = {"named": {ADMIN: "${aws_iam_policy.a.arn}"}, "arn": "${aws_iam_policy.a.arn}"}
FOLLOWED: dict[str, dict[str, Any]] = {
    "local.arn": NAMED,
    'lookup(local.named, "a", aws_iam_policy.a.arn)': NAMED,
    "local.list[0]": {"list": ["${aws_iam_policy.a.arn}"]},
    "local.map.a": {"map": {"a": "${aws_iam_policy.a.arn}"}},
    "local.instance": {"instance": '${aws_iam_policy.a["x"].arn}'},
}
REFUSED: dict[str, dict[str, Any]] = {
    'aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : var.given': {},
    'aws_iam_policy.a.arn == "" ? local.arn : var.given': NAMED,
    'aws_iam_policy.a.arn == "" ? local.arn : each.key': NAMED,
    "local.list[0]": {"list": ["${aws_iam_policy.a.arn}", ADMIN]},
    "local.map.a": {"map": {"a": "${aws_iam_policy.a.arn}", "b": "${var.admin}"}},
    "local.next": {**NAMED, "next": f'${{local.arn == "" ? local.arn : "{ADMIN}"}}'},
    "local.given": {"given": '${aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : var.admin}'},
    "local.whole.policy": {"whole": "${aws_iam_policy.a}"},
    f'local.arn == "" ? local.arn : "{ADMIN}"': NAMED,
    'local.arn == "" ? local.arn : keys(local.named)[0]': NAMED,
    'local.arn == "" ? local.arn : one([for k, v in local.named : k])': NAMED,
    f'lookup(local.named, "a", "{ADMIN}")': NAMED,
    f'replace(local.arn, "/.*/", "{ADMIN}")': NAMED,
}


def local_values(folder: Path, expression: str, locals_: dict[str, Any]) -> Verdict:
    """Verdict of a plan with its stack, in which an attached policy and a destination are this expression."""
    queue = json.loads(
        json.dumps({"": expression, "l": locals_})
        .replace("aws_iam_policy.a", "aws_sqs_queue.q")
        .replace(ADMIN, "arn:aws:sqs:eu-west-1:999999999999:evil")
    )
    kinds = {
        "aws_iam_role_policy_attachment": ("policy_arn", "${" + expression + "}", {"role": "r"}, locals_),
        "aws_sns_topic_subscription": ("endpoint", "${" + queue[""] + "}", {"protocol": "sqs"}, queue["l"]),
    }
    verdicts = []
    for kind, (name, text, more, values) in kinds.items():
        references = re.findall(r"local\.\w+|var\.\w+|aws_\w+\.\w\.arn|aws_\w+\.\w", text)
        stated = {name: {"constant_value": text, "references": references}}
        evaluate(folder, kind, {**more, name: text}, stated, {name: True}, aws_sqs_queue={"q": {"name": "q"}})
        literal = ADMIN if kind.startswith("aws_iam_") else "arn:aws:sqs:eu-west-1:999999999999:evil"
        variables = {"given": {"default": literal}}
        stack = json.loads((folder / "cdk.tf.json").read_text()) | {"locals": values, "variable": variables}
        (folder / "cdk.tf.json").write_text(json.dumps(stack))
        verdicts.append(warm_gate().evaluate_plan(folder / "plan.json", stack=folder / "cdk.tf.json"))
    findings = [one for verdict in verdicts for one in verdict.findings]
    return replace(verdicts[0], findings=findings)


@pytest.mark.parametrize("expression", FOLLOWED)
def test_local_values_that_are_identities_are_followed(tmp_path: Path, expression: str) -> None:
    verdict = local_values(tmp_path, expression, FOLLOWED[expression])
    assert (found(verdict, "LK_IAM_6"), found(verdict, "LK_DEST_1")) == ([], [])


@pytest.mark.parametrize("branch", ["var.given", "each.key", "local.text"])
def test_other_branch_is_no_identity_in_an_instance(tmp_path: Path, branch: str) -> None:
    """The text of an expression with `each` differs between instances, so that it is not inserted for them."""
    kind, text = "aws_iam_role_policy_attachment", f'${{aws_iam_policy.a.arn == "" ? aws_iam_policy.a.arn : {branch}}}'
    stated = {"policy_arn": {"references": ["aws_iam_policy.a.arn", "aws_iam_policy.a", branch]}}
    evaluate(tmp_path, kind, {"role": "r", "policy_arn": text}, stated, {"policy_arn": True})
    document = json.loads((tmp_path / "plan.json").read_text().replace(f'"{kind}.x"', f'"{kind}.x[\\"a\\"]"'))
    for one in document["configuration"]["root_module"]["resources"]:
        one["address"] = one["address"].partition("[")[0]
    (tmp_path / "plan.json").write_text(json.dumps(document))
    stack = json.loads((tmp_path / "cdk.tf.json").read_text())
    stack |= {"locals": {"text": ADMIN}, "variable": {"given": {"default": ADMIN}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))
    verdict = warm_gate().evaluate_plan(tmp_path / "plan.json", stack=tmp_path / "cdk.tf.json")
    assert found(verdict, "LK_IAM_6") == [f'{kind}.x["a"]']


@pytest.mark.parametrize("expression", REFUSED)
def test_local_values_that_can_be_more_are_refused(tmp_path: Path, expression: str) -> None:
    verdict = local_values(tmp_path, expression, REFUSED[expression])
    assert found(verdict, "LK_IAM_6") == ["aws_iam_role_policy_attachment.x"]
    assert found(verdict, "LK_DEST_1") == ["aws_sns_topic_subscription.x"]


STATUS = {
    "condition": '${var.on ? "Enabled" : "Suspended"}',
    "function": '${title("enabled")}',
    "try": '${try(var.opt.zz, "Enabled")}',
}


@pytest.mark.parametrize("status", STATUS.values(), ids=STATUS)
@pytest.mark.parametrize("value", ["Enabled", "Suspended"])
def test_known_value_is_compared_whatever_its_expression(tmp_path: Path, status: str, value: str) -> None:
    kind = "aws_s3_bucket_versioning"
    written = {"bucket": "acme-b", "versioning_configuration": [{"status": status}]}
    evaluate(tmp_path, kind, written, {"versioning_configuration": [{"status": {"constant_value": status}}]}, {})
    document = json.loads((tmp_path / "plan.json").read_text())
    (planned,) = [one for one in document["planned_values"]["root_module"]["resources"] if one["type"] == kind]
    (change,) = [one["change"] for one in document["resource_changes"] if one["type"] == kind]
    planned["values"] = change["after"] = {"bucket": "acme-b", "versioning_configuration": [{"status": value}]}
    change["after_unknown"] = {"id": True, "versioning_configuration": [{"mfa_delete": True}]}
    (tmp_path / "plan.json").write_text(json.dumps(document))
    verdict = warm_gate().evaluate_plan(tmp_path / "plan.json", stack=tmp_path / "cdk.tf.json")
    reasons = [one.reason for one in (*verdict.findings, *verdict.warnings) if one.rule_id == "LK_S3_35"]
    own = [one for one in reasons if "bucket has no" not in one]
    assert own == ([] if value == "Enabled" else ["versioning is Suspended, not Enabled"])


def test_value_in_a_block_computed_from_an_identity_stays_unknown(tmp_path: Path) -> None:
    kind, status = "aws_s3_bucket_versioning", '${aws_s3_bucket.b.id == "" ? "Enabled" : "Suspended"}'
    written = {"bucket": "acme-b", "versioning_configuration": [{"status": status}]}
    stated = {"versioning_configuration": [{"status": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}]}
    evaluate(tmp_path, kind, written, stated, {"versioning_configuration": [{"status": True}]})
    verdict = warm_gate().evaluate_plan(tmp_path / "plan.json", stack=tmp_path / "cdk.tf.json")
    reasons = [one.reason for one in (*verdict.findings, *verdict.warnings) if one.address == f"{kind}.x"]
    assert f"not known yet: {kind}.x.versioning_configuration" in reasons


@pytest.mark.parametrize("status", STATUS.values(), ids=STATUS)
@pytest.mark.parametrize("is_dynamic", [False, True])
def test_expression_is_no_value_at_synth(tmp_path: Path, status: str, is_dynamic: bool) -> None:
    kind, content = "aws_s3_bucket_versioning", {"status": status}
    block: dict[str, Any] = {"versioning_configuration": [content]}
    if is_dynamic:
        block = {"dynamic": {"versioning_configuration": [{"for_each": [1], "content": content}]}}
    resources = {kind: {"X": {"bucket": "of-others", **block}, "Y": {"bucket": "other"}}}
    resources[kind]["Y"]["versioning_configuration"] = [{"status": "Suspended"}]
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": resources}))
    verdict = warm_gate().evaluate_synth(tmp_path)
    assert found(verdict, "LK_S3_35") == [f"{kind}.Y"]
    assert any(f"{kind}.X.versioning_configuration" in note for note in verdict.notes)


STRUCTURES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "dynamic block": ("LK_MSK_3", "aws_msk_cluster", {"cluster_name": "x"}, {}, {"encryption_info": True}),
    "rules of a bucket's lifecycle": (
        "LK_S3_6",
        "aws_s3_bucket_lifecycle_configuration",
        {"bucket": "acme-b"},
        {},
        {"rule": True},
    ),
    "block inside of a block": (
        "CKV_AWS_81",
        "aws_msk_cluster",
        {"encryption_info": [{"encryption_at_rest_kms_key_arn": "arn:aws:kms:eu-west-1:111111111111:key/x"}]},
        {"encryption_info": [{"encryption_at_rest_kms_key_arn": {"constant_value": "arn:aws:kms:x"}}]},
        {"encryption_info": [{"encryption_in_transit": True}]},
    ),
    "document with a key": (
        "CKV_AWS_171",
        "aws_emr_security_configuration",
        {"name": "x"},
        {"configuration": {"references": ["aws_iam_policy.a.arn", "aws_iam_policy.a"]}},
        {"configuration": True},
    ),
    "list": (
        "LK_REDSHIFT_6",
        "aws_redshiftserverless_namespace",
        {"namespace_name": "x"},
        {"log_exports": {"references": ["local.exports"]}},
        {"log_exports": True},
    ),
}


@pytest.mark.parametrize("case", STRUCTURES)
def test_unknown_structures_are_not_stated_to_be_missing(tmp_path: Path, case: str) -> None:
    rule, kind, written, stated, unknown = STRUCTURES[case]
    evaluate(tmp_path, kind, written, stated, unknown)
    verdict = warm_gate().evaluate_plan(tmp_path / "plan.json")
    reasons = [
        one.reason for one in (*verdict.findings, *verdict.warnings) if one.rule_id == rule and "x" in one.address
    ]
    assert [one.startswith("not known yet") for one in reasons] == [True] * len(reasons) != []
