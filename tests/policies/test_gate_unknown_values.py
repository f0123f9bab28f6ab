"""Unknown values do not pass: synth defers them to the plan, and the plan reports them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out

from lakekit_policies import Verdict
from lakekit_policies.terraform.fill_unknown import fill
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.terraform.unknown_values import unknown_at_plan, unknown_at_synth

KEY = "aws_kms_key"
ROTATES = "CKV_AWS_7"  # high, checkov; UNKNOWN for variables
DISPOSABLE = "LK_S3_8"  # critical, Lakekit
WAITS = "LK_KMS_1"  # high, Lakekit; compares days


def synth(tmp_path: Path, **resources: Any) -> Verdict:
    stack = configuration({kind: {"R": resource("prod-x/R", **body)} for kind, body in resources.items()}, tier="prod")
    return warm_gate().evaluate_synth(write_out(tmp_path / "out", prod_x=stack))


def plan(
    tmp_path: Path, kind: str, values: dict[str, Any], unknown: dict[str, Any], expressions: dict[str, Any]
) -> Verdict:
    """Plan that creates one resource with unknown values."""
    at = {"address": f"{kind}.R", "mode": "managed", "type": kind, "name": "R"}
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [{**at, "values": values}]}},
        "resource_changes": [{**at, "change": change}],
        "configuration": {"root_module": {"resources": [{**at, "expressions": expressions}]}},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document))
    return warm_gate().evaluate_plan(file)


def warned(verdict: Verdict, rule: str) -> list[str]:
    return [finding.address for finding in verdict.warnings if finding.rule_id == rule]


VARIABLE = {"references": ["var.given"]}


@pytest.mark.parametrize(
    ("rule", "kind", "attribute"),
    [
        (DISPOSABLE, "aws_s3_bucket", "force_destroy"),
        (WAITS, KEY, "deletion_window_in_days"),
        (ROTATES, KEY, "enable_key_rotation"),
    ],
)
def test_unknown_at_synth_is_left_to_the_plan(tmp_path: Path, rule: str, kind: str, attribute: str) -> None:
    verdict = synth(tmp_path, **{kind: {attribute: "${var.given}"}})
    assert found(verdict, rule) == []
    assert any(f"{kind}.R.{attribute}" in note and "not known until plan" in note for note in verdict.notes), (
        verdict.notes
    )


def test_unknown_at_plan_warns_for_other_rules(tmp_path: Path) -> None:
    attribute = "deletion_window_in_days"
    verdict = plan(tmp_path, KEY, {"description": "d"}, {attribute: True}, {attribute: VARIABLE})
    assert warned(verdict, WAITS) == ["aws_kms_key.R"]
    assert f"not known yet: aws_kms_key.R.{attribute}" in {warning.reason for warning in verdict.warnings}


def test_unknown_at_plan_is_rejected_where_absence_is_rejected(tmp_path: Path) -> None:
    attribute = "enable_key_rotation"
    verdict = plan(tmp_path, KEY, {"description": "d"}, {attribute: True}, {attribute: VARIABLE})
    assert found(verdict, ROTATES) == ["aws_kms_key.R"]


def test_unknown_at_plan_is_rejected_for_critical_rules(tmp_path: Path) -> None:
    verdict = plan(tmp_path, "aws_s3_bucket", {"bucket": "b"}, {"force_destroy": True}, {"force_destroy": VARIABLE})
    assert found(verdict, DISPOSABLE) == ["aws_s3_bucket.R"]
    assert not verdict.clean


@pytest.mark.parametrize("attribute", [{"policy": True}, {"tags": {"given": True}}])
def test_unread_values_may_be_unknown(tmp_path: Path, attribute: dict[str, Any]) -> None:
    """Critical rules reject only unknown values that they read, not those checkov reads in every block."""
    values = {"bucket": "b", "force_destroy": False, "tags": {"known": "x"}}
    verdict = plan(tmp_path, "aws_s3_bucket", values, attribute, {next(iter(attribute)): VARIABLE})
    assert found(verdict, DISPOSABLE) == []
    assert warned(verdict, DISPOSABLE) == []


def test_known_violations_are_still_reported(tmp_path: Path) -> None:
    """An unknown part of a policy does not hide violations in the known parts."""
    policy = json.dumps(
        {
            "Statement": [
                {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::lake/*"},
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${var.arn}"},
            ]
        }
    )
    assert found(synth(tmp_path, aws_iam_policy={"policy": policy}), "LK_IAM_2") == ["aws_iam_policy.R"]


def test_reference_to_own_resource_is_known() -> None:
    configuration = {
        "resource": {
            "aws_kms_key": {"K": {"description": "k"}},
            "aws_sns_topic": {
                "Ours": {"kms_master_key_id": "${aws_kms_key.K.arn}"},
                "Computed": {"kms_master_key_id": "${aws_kms_key.K.description}"},
                "Looked": {"kms_master_key_id": "${data.aws_kms_alias.A.target_key_arn}"},
                "Given": {"name": "${var.name}-x", "tags": {"a": "${module.m.a}"}},
                "Deep": {"name": '${join("-", [for x in {a = "{}"} : "${x}${uuid()}"])}'},
                "Text": {"name": "$${literal}", "policy": '{"a": "$${aws:username} ${local.known}"}'},
                "Encoded": {"policy": '${jsonencode({"a" = aws_kms_key.K.arn, "b" = "$${aws:username}"})}'},
                "Merged": {"policy": "${jsonencode(merge(local.a, local.b))}"},
                "Meta": {"count": "${var.count}", "//": {"path": "${x}"}},
            },
        },
        "data": {"aws_kms_alias": {"A": {"name": "${var.alias}"}}},
        "locals": {"known": "x"},
    }
    assert unknown_at_synth(SynthesizedStack.of(configuration), {}) == {
        "aws_sns_topic.Computed": {"kms_master_key_id": True},
        "aws_sns_topic.Looked": {"kms_master_key_id": True},
        "aws_sns_topic.Given": {"name": False, "tags": False},
        "aws_sns_topic.Deep": {"name": True},
        "aws_sns_topic.Merged": {"policy": True},
    }


IDENTITIES = ("id", "arn", "name", "bucket", "url", "alias", "version", "endpoint", "kms_key_id", "topic_arns")
CONTENTS = (
    "result",
    "value",
    "content",
    "policy",
    "secret_string",
    "identity_token",
    "description",
    "hostname",
    "valid",
)


@pytest.mark.parametrize(
    ("attribute", "is_known"), [*((one, True) for one in IDENTITIES), *((one, False) for one in CONTENTS)]
)
def test_identifiers_are_known_and_contents_are_unknown(attribute: str, is_known: bool) -> None:
    """`random_password.P.result` and `aws_ssm_parameter.P.value` are known only after apply."""
    reference = f"random_password.P.{attribute}"
    configuration = {
        "resource": {"random_password": {"P": {}}, "aws_sns_topic": {"T": {"name": f"${{{reference}}}"}}},
    }
    unknown = {} if is_known else {"aws_sns_topic.T": {"name": True}}
    assert unknown_at_synth(SynthesizedStack.of(configuration), {}) == unknown

    at = {"mode": "managed", "address": "aws_sns_topic.T", "type": "aws_sns_topic"}
    document = {
        "planned_values": {"root_module": {"resources": [{**at, "values": {}}]}},
        "configuration": {
            "root_module": {
                "resources": [
                    {**at, "expressions": {"name": {"references": [reference, "random_password.P"]}}},
                    {"mode": "managed", "address": "random_password.P"},
                ]
            }
        },
        "resource_changes": [{**at, "change": {"actions": ["create"], "after_unknown": {"name": True}}}],
    }
    assert unknown_at_plan(PlanFile(document)) == unknown
    filled = {"planned_values": {"root_module": {"resources": [{**at, "values": {"name": f"${{{reference}}}"}}]}}}
    assert unknown_at_plan(PlanFile({**document, **filled})) == unknown


def test_reference_to_a_whole_resource_is_unknown() -> None:
    configuration = {
        "resource": {"random_password": {"arn": {}}, "aws_sns_topic": {"T": {"name": "${random_password.arn}"}}}
    }
    assert unknown_at_synth(SynthesizedStack.of(configuration), {}) == {"aws_sns_topic.T": {"name": True}}


def test_nested_unknown_values_and_modules() -> None:
    """``after_unknown`` in nested blocks and in module instances."""
    rule = {"rule": [{"default": [{"key": {"references": ["data.aws_kms_alias.A.arn", "data.aws_kms_alias.A"]}}]}]}
    ours = {"rule": [{"default": [{"key": {"references": ["aws_kms_key.K.arn", "aws_kms_key.K"]}}]}]}
    later = {"rule": [{"default": [{"key": True}]}], "id": True}
    values = {"rule": [{"default": [{}]}]}
    at = 'module.lake["eu"].aws_x.X'
    document = {
        "planned_values": {
            "root_module": {
                "child_modules": [
                    {"resources": [{"address": at, "values": values}, {"address": at + "2", "values": values}]}
                ]
            }
        },
        "resource_changes": [
            {
                "address": address,
                "mode": "managed",
                "type": "aws_x",
                "change": {"actions": ["create"], "after_unknown": later},
            }
            for address in (at, at + "2")
        ],
        "configuration": {
            "root_module": {
                "module_calls": {
                    "lake": {
                        "module": {
                            "resources": [
                                {"address": "aws_x.X", "expressions": rule},
                                {"address": "aws_x.X2", "expressions": ours},
                                {"address": "aws_kms_key.K"},
                            ]
                        }
                    }
                }
            }
        },
    }
    assert unknown_at_plan(PlanFile(document)) == {at: {"rule": False}}


def test_unknown_values_of_peers_are_tracked(tmp_path: Path) -> None:
    """The rule reads the lifecycle configuration of the bucket, a separate resource."""
    stack = configuration(
        {
            "aws_s3_bucket": {"R": resource("prod-x/R", bucket="b")},
            "aws_s3_bucket_lifecycle_configuration": {
                "L": resource(
                    "prod-x/L", bucket="b", rule=[{"id": "r", "status": "Enabled", "filter": "${var.filter}"}]
                )
            },
        },
        tier="prod",
    )
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", prod_x=stack))
    assert any("LK_S3_7" in note for note in verdict.notes)


@pytest.mark.parametrize("read", [True, False])
def test_data_source_results_are_known(read: bool) -> None:
    """The value comes from the stack, because a new security group has no id in the plan."""
    text = json.dumps({"Resource": ["${aws_security_group.G.id}", "subnet/${data.aws_subnet.S.id}"]})
    at = {"mode": "managed", "type": "aws_iam_role_policy", "name": "P", "address": "aws_iam_role_policy.P"}
    group = {"mode": "managed", "type": "aws_security_group", "name": "G", "address": "aws_security_group.G"}
    subnet = {"mode": "data", "type": "aws_subnet", "name": "S", "address": "data.aws_subnet.S"}
    stated = {"references": ["aws_security_group.G.id", "data.aws_subnet.S.id"]}
    document = {
        "planned_values": {"root_module": {"resources": [{**at, "values": {"policy": text}}]}},
        "configuration": {
            "root_module": {
                "resources": [{**at, "expressions": {"policy": stated}}, {**group, "expressions": {}}, subnet]
            }
        },
        "resource_changes": [{**at, "change": {"actions": ["create"], "after_unknown": {"policy": True}}}],
        "prior_state": {"values": {"root_module": {"resources": [subnet] if read else []}}},
    }
    assert unknown_at_plan(PlanFile(document)) == ({} if read else {"aws_iam_role_policy.P": {"policy": True}})


def test_synth_only_rule_does_not_defer_to_the_plan(tmp_path: Path) -> None:
    """LK_VPC_4 runs at synth only, so the plan would not evaluate it."""
    verdict = synth(tmp_path, aws_vpc={"enable_dns_hostnames": True, "enable_dns_support": "${var.given}"})
    assert warned(verdict, "LK_VPC_4") == ["aws_vpc.R"] or found(verdict, "LK_VPC_4") == ["aws_vpc.R"]


def test_set_blocks_are_matched_in_any_order() -> None:
    """Metric math alarm whose metric queries are in another order, with one unknown id."""
    parts = [
        {"id": "total", "expression": "SUM(METRICS())", "return_data": True},
        {"id": "m1", "metric": [{"metric_name": "Lag", "dimensions": {"Id": "${aws_x.R.id}", "Kind": "a"}}]},
        {"id": "m2", "metric": [{"metric_name": "Lag", "dimensions": {"Kind": "b"}}]},
    ]
    at = {"address": "aws_cloudwatch_metric_alarm.A", "type": "aws_cloudwatch_metric_alarm"}
    written = {"planned_values": {"root_module": {"resources": [{**at, "values": {"metric_query": parts}}]}}}
    second = {"id": "m2", "metric": [{"metric_name": "Lag", "dimensions": {"Kind": "b"}, "period": 60}]}
    first = {"id": "m1", "metric": [{"metric_name": "Lag", "dimensions": None, "period": 60}]}
    planned = [second, first, {"id": "total", "expression": "SUM(METRICS())", "return_data": True, "metric": []}]
    later = [{"metric": [{"dimensions": {}}]}, {"metric": [{"dimensions": True}]}, {"metric": []}]
    document = {
        "resource_changes": [{**at, "change": {"actions": ["create"], "after_unknown": {"metric_query": later}}}],
        "planned_values": {"root_module": {"resources": [{**at, "values": {"metric_query": planned}}]}},
    }
    filled, attributes = fill(PlanFile(document), PlanFile(written))
    (resource_,) = filled.planned_module["resources"]
    assert attributes == ["aws_cloudwatch_metric_alarm.A.metric_query"]
    assert resource_["values"]["metric_query"][1]["metric"][0] == {
        "metric_name": "Lag",
        "dimensions": {"Id": "${aws_x.R.id}", "Kind": "a"},
        "period": 60,
    }
    assert [resource_["values"]["metric_query"][at] for at in (0, 2)] == [planned[0], planned[2]]


def test_ambiguous_blocks_stay_unknown() -> None:
    at = {"address": "aws_x.A", "type": "aws_x"}
    written = {"planned_values": {"root_module": {"resources": [{**at, "values": {"part": [{"a": "${x.y.id}"}] * 2}}]}}}
    document = {
        "resource_changes": [
            {**at, "change": {"actions": ["create"], "after_unknown": {"part": [{"a": True}, {"a": True}]}}}
        ],
        "planned_values": {"root_module": {"resources": [{**at, "values": {"part": [{"a": None}, {"a": None}]}}]}},
    }
    filled, attributes = fill(PlanFile(document), PlanFile(written))
    assert attributes == []
    assert filled.document["planned_values"] == document["planned_values"]


def test_values_that_pass_terraform_data_are_evaluated_at_synth(tmp_path: Path) -> None:
    stack = configuration(
        {
            "terraform_data": {
                "a": {"input": "arn:aws:iam::aws:policy/AdministratorAccess"},
                "b": {"input": "${terraform_data.a.output}"},
                "c": {"input": "${var.given}"},
            },
            "aws_iam_role_policy_attachment": {
                name: resource(f"prod-x/{name}", role="etl", policy_arn=f"${{terraform_data.{name}.output}}")
                for name in ("a", "b", "c")
            },
        },
        tier="prod",
    )
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", prod_x=stack))
    attached = "aws_iam_role_policy_attachment"
    assert found(verdict, "LK_IAM_6") == [f"{attached}.a", f"{attached}.b"]
    assert any(f"{attached}.c.policy_arn" in note for note in verdict.notes)


def test_variable_is_no_value_at_synth(tmp_path: Path) -> None:
    """What a variable holds is known in the plan; other problems of the resource are reported."""
    applied = [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "${var.algorithm}"}]}]
    kind = "aws_s3_bucket_server_side_encryption_configuration"
    stack = {"resource": {kind: {"E": {"bucket": "of-others", "rule": applied}}}}
    (tmp_path / "cdk.tf.json").write_text(json.dumps(stack))
    verdict = warm_gate().evaluate_synth(tmp_path)
    assert found(verdict, "LK_S3_43") == []
    assert any("var.algorithm" in note or f"{kind}.E.rule" in note for note in verdict.notes), verdict.notes
