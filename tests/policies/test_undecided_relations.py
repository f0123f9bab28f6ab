"""A resource that may refer to another one, because its reference is not known, is not reported as missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, metadata, warm_gate, write_out
from plan_documents import write_plan

from lakekit_policies import Finding

Resources = dict[str, dict[str, Any]]
LATER = "${data.external.x.result.v}"
"""A value that only apply shows."""


def split(value: Any) -> tuple[Any, Any, Any]:
    """The planned value, its expression and what of it is unknown, of a value as a stack writes it."""
    if isinstance(value, dict):
        parts = {name: split(one) for name, one in value.items()}
        known = {name: one for name, (one, _, _) in parts.items() if one is not None}
        return (
            known,
            {name: one for name, (_, one, _) in parts.items()},
            {name: one for name, (_, _, one) in parts.items()},
        )
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        known, expressions, later = zip(*map(split, value), strict=True)
        return list(known), list(expressions), list(later)
    if isinstance(value, str) and "${" in value:
        reference = value.partition("${")[2].partition("}")[0]
        steps = reference.split(".")
        return None, {"references": [reference, ".".join(steps[: 3 if steps[0] == "data" else 2])]}, True
    return value, {"constant_value": value}, False


def in_stack(given: Resources) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for address, body in given.items():
        kind, _, name = address.partition(".")
        found.setdefault(kind, {})[name] = body
    return found


def findings(folder: Path, given: Resources, stage: str, rule: str) -> list[Finding]:
    """Findings and warnings of a rule for a stack, for its plan, or for its plan with the stack."""
    stack = configuration(in_stack(given), tier="prod", data={"external": {"x": {"program": ["x"]}}})
    if stage == "synth":
        verdict = warm_gate().evaluate_synth(write_out(folder / "out", prod_x=stack))
    else:
        parts = {address: split(body) for address, body in given.items()}
        file = write_plan(
            folder / "plan.json",
            {address: known for address, (known, _, _) in parts.items()},
            {address: expressions for address, (_, expressions, _) in parts.items()},
            {address: {"id": True, "arn": True, **later} for address, (_, _, later) in parts.items()},
        )
        (folder / "cdk.tf.json").write_text(json.dumps({"//": metadata("prod"), **stack}))
        verdict = warm_gate().evaluate_plan(file, stack=folder / "cdk.tf.json" if stage == "both" else None)
    return [one for one in (*verdict.findings, *verdict.warnings) if one.rule_id == rule]


GROUPS = {
    "aws_security_group.a": {"name": "a"},
    "aws_security_group.b": {"name": "b"},
    "aws_security_group.c": {"name": "c"},
}
CLUSTER = {
    "name": "e",
    "release_label": "emr-7.0.0",
    "service_role": "r",
    "ec2_attributes": [
        {
            "instance_profile": "p",
            "subnet_id": "subnet-1",
            "emr_managed_master_security_group": "${aws_security_group.a.id}",
            "emr_managed_slave_security_group": "${aws_security_group.a.id}",
        }
    ],
}
EGRESS = {
    "security_group_id": "${aws_security_group.a.id}",
    "referenced_security_group_id": "${aws_security_group.a.id}",
}
TO_B = {"security_group_id": "${aws_security_group.a.id}", "referenced_security_group_id": "${aws_security_group.b.id}"}
FROM_A = {
    "security_group_id": "${aws_security_group.b.id}",
    "referenced_security_group_id": "${aws_security_group.a.id}",
}
TCP = {"ip_protocol": "tcp", "from_port": 9098, "to_port": 9098}
EXPIRING = {"id": "r", "status": "Enabled", "filter": [{"prefix": "exports/"}], "expiration": [{"days": 30}]}
TRAIL = {
    "name": "t",
    "advanced_event_selector": [
        {"field_selector": [{"field": "eventCategory", "equals": ["Management"]}]},
        {
            "field_selector": [
                {"field": "eventCategory", "equals": ["Data"]},
                {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                {"field": "resources.ARN", "not_starts_with": ["arn:aws:s3:::acme-trail/"]},
            ]
        },
    ],
}
MASKING = {
    "name": "M",
    "database": "D",
    "schema": "S",
    "argument": [{"name": "VAL", "type": "VARCHAR"}],
}


def workgroup(name: str, location: str) -> dict[str, Any]:
    return {"name": name, "configuration": [{"result_configuration": [{"output_location": location}]}]}


CASES: dict[str, tuple[str, Resources]] = {
    "egress rule of an unknown group": (
        "LK_EMR_6",
        {
            "aws_emr_cluster.x": CLUSTER,
            **GROUPS,
            "aws_vpc_security_group_egress_rule.r": {**EGRESS, "ip_protocol": "-1", "security_group_id": LATER},
        },
    ),
    "egress rule to an unknown group": (
        "LK_EMR_6",
        {
            "aws_emr_cluster.x": CLUSTER,
            **GROUPS,
            "aws_vpc_security_group_egress_rule.r": {
                **EGRESS,
                "ip_protocol": "-1",
                "referenced_security_group_id": LATER,
            },
        },
    ),
    "egress rule of an unknown protocol": (
        "LK_EMR_6",
        {
            "aws_emr_cluster.x": CLUSTER,
            **GROUPS,
            "aws_vpc_security_group_egress_rule.r": {**EGRESS, "ip_protocol": LATER},
        },
    ),
    "egress rule of another type": (
        "LK_EMR_6",
        {
            "aws_emr_cluster.x": CLUSTER,
            **GROUPS,
            "aws_security_group_rule.r": {
                "type": "egress",
                "protocol": "-1",
                "from_port": 0,
                "to_port": 0,
                "security_group_id": LATER,
                "source_security_group_id": "${aws_security_group.a.id}",
            },
        },
    ),
    "ingress rule of an unknown group": (
        "LK_VPC_10",
        {
            **GROUPS,
            "aws_vpc_security_group_egress_rule.x": {**TO_B, **TCP},
            "aws_vpc_security_group_ingress_rule.r": {**FROM_A, **TCP, "security_group_id": LATER},
        },
    ),
    "ingress rule from an unknown group": (
        "LK_VPC_10",
        {
            **GROUPS,
            "aws_vpc_security_group_egress_rule.x": {**TO_B, **TCP},
            "aws_vpc_security_group_ingress_rule.r": {**FROM_A, **TCP, "referenced_security_group_id": LATER},
        },
    ),
    "ingress rule of an unknown port": (
        "LK_VPC_10",
        {
            **GROUPS,
            "aws_vpc_security_group_egress_rule.x": {**TO_B, **TCP},
            "aws_vpc_security_group_ingress_rule.r": {**FROM_A, **TCP, "from_port": LATER},
        },
    ),
    "rule of an unknown port": (
        "LK_VPC_10",
        {
            **GROUPS,
            "aws_vpc_security_group_egress_rule.x": {**TO_B, **TCP, "to_port": LATER},
            "aws_vpc_security_group_ingress_rule.r": {**FROM_A, **TCP},
        },
    ),
    "log group with an unknown name": (
        "LK_OPS_3",
        {
            "aws_cloudwatch_log_stream.x": {"name": "s", "log_group_name": "acme"},
            "aws_cloudwatch_log_group.g": {"name": LATER},
        },
    ),
    "log group with a computed name": (
        "LK_OPS_3",
        {
            "aws_cloudwatch_log_stream.x": {"name": "s", "log_group_name": "acme"},
            "aws_cloudwatch_log_group.g": {"name": "${aws_sqs_queue.q.name}"},
            "aws_sqs_queue.q": {},
        },
    ),
    "export to an unknown bucket": (
        "LK_S3_7",
        {
            "aws_s3_bucket.x": {"bucket": "acme-raw"},
            "aws_s3_bucket_lifecycle_configuration.l": {"bucket": "${aws_s3_bucket.x.id}", "rule": [EXPIRING]},
            "aws_s3_bucket_inventory.i": {
                "bucket": "acme-other",
                "name": "i",
                "destination": [{"bucket": [{"bucket_arn": LATER, "format": "ORC", "prefix": "exports/"}]}],
            },
        },
    ),
    "lifecycle rule of an unknown prefix": (
        "LK_S3_7",
        {
            "aws_s3_bucket.x": {"bucket": "acme-raw"},
            "aws_s3_bucket_lifecycle_configuration.l": {
                "bucket": "${aws_s3_bucket.x.id}",
                "rule": [{**EXPIRING, "filter": [{"prefix": LATER}]}],
            },
            "aws_s3_bucket_inventory.i": {
                "bucket": "acme-other",
                "name": "i",
                "destination": [
                    {"bucket": [{"bucket_arn": "${aws_s3_bucket.x.arn}", "format": "ORC", "prefix": "exports/"}]}
                ],
            },
        },
    ),
    "lifecycle rules of an unknown bucket": (
        "LK_S3_7",
        {
            "aws_s3_bucket.x": {"bucket": "acme-raw"},
            "aws_s3_bucket_lifecycle_configuration.l": {"bucket": LATER, "rule": [EXPIRING]},
        },
    ),
    "object in what may be a log bucket": (
        "LK_S3_43",
        {
            "aws_s3_object.x": {"bucket": "acme-logs", "key": "k", "server_side_encryption": "AES256"},
            "aws_s3_bucket_logging.l": {"bucket": "acme-raw", "target_bucket": LATER, "target_prefix": "p"},
        },
    ),
    "settings of an unknown bucket": (
        "LK_S3_43",
        {
            "aws_s3_bucket.b": {"bucket": "acme-logs"},
            "aws_s3_bucket_server_side_encryption_configuration.x": {
                "bucket": LATER,
                "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}],
            },
        },
    ),
    "settings of a bucket that may be declared": (
        "LK_S3_43",
        {
            "aws_s3_bucket.b": {"bucket": LATER},
            "aws_s3_bucket_server_side_encryption_configuration.x": {
                "bucket": "acme-logs",
                "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}],
            },
        },
    ),
    "trail to an unknown bucket": ("LK_TRAIL_1", {"aws_cloudtrail.x": {**TRAIL, "s3_bucket_name": LATER}}),
    "trail to a bucket with an unknown name": (
        "LK_TRAIL_1",
        {
            "aws_cloudtrail.x": {**TRAIL, "s3_bucket_name": "${aws_s3_bucket.b.id}"},
            "aws_s3_bucket.b": {"bucket": LATER},
        },
    ),
    "masking policy with an unknown name": (
        "LK_SF_49",
        {
            "snowflake_view.x": {
                "name": "V",
                "database": "D",
                "schema": "S",
                "statement": "SELECT 1",
                "column": [{"column_name": "A", "masking_policy": [{"policy_name": "D.S.M"}]}],
            },
            "snowflake_masking_policy.m": {"name": LATER, "database": "D", "schema": "S"},
        },
    ),
    "masking policy with an unknown condition": (
        "LK_SF_27",
        {"snowflake_masking_policy.x": {**MASKING, "body": f"CASE WHEN {LATER} THEN VAL ELSE '***' END"}},
    ),
    "masking policy with an unknown function": (
        "LK_SF_27",
        {
            "snowflake_masking_policy.x": {
                **MASKING,
                "body": f"COALESCE(NULL, {LATER}(VAL))",
            }
        },
    ),
    "row policy with an unknown value": (
        "LK_SF_28",
        {"snowflake_row_access_policy.x": {**MASKING, "body": f"VAL = {LATER}"}},
    ),
    "results in what may be the location of others": (
        "LK_ATHENA_24",
        {
            "aws_athena_workgroup.x": workgroup("x", f"s3://{LATER}/"),
            "aws_athena_workgroup.y": workgroup("y", "s3://acme/y/"),
        },
    ),
    "shared results with an unknown reason": (
        "LK_ATHENA_24",
        {
            "aws_athena_workgroup.x": {**workgroup("x", "s3://acme/x/"), "tags": {"shared-results": LATER}},
            "aws_athena_workgroup.y": {
                **workgroup("y", "s3://acme/x/y/"),
                "tags": {"shared-results": "monthly reports"},
            },
        },
    ),
}


@pytest.mark.parametrize("stage", ["synth", "plan", "both"])
@pytest.mark.parametrize("case", CASES)
def test_relation_that_an_unknown_reference_may_satisfy(tmp_path: Path, case: str, stage: str) -> None:
    rule, given = CASES[case]
    found = findings(tmp_path, given, stage, rule)
    # At synth it is left to the plan; a computed name of severity low looks like an identity.
    expected = {"not known"} if stage != "synth" and case != "log group with a computed name" else set()
    assert {"not known" if "not known" in one.reason else one.reason for one in found} in ({"not known"}, expected)


@pytest.mark.parametrize(("role", "expected"), [("${aws_sqs_queue.q.name}", 1), ("SYSADMIN", 0)])
def test_role_of_a_provider_may_be_accountadmin(tmp_path: Path, role: str, expected: int) -> None:
    file = write_plan(tmp_path / "plan.json", {"snowflake_database.x": {"name": "D"}})
    plan = json.loads(file.read_text())
    _, expression, _ = split(role)
    snowflake = {"name": "snowflake", "full_name": "registry.terraform.io/snowflakedb/snowflake"}
    plan["configuration"]["provider_config"] = {"snowflake": {**snowflake, "expressions": {"role": expression}}}
    plan["configuration"]["root_module"]["resources"][0]["provider_config_key"] = "snowflake"
    file.write_text(json.dumps(plan))
    found = [one for one in warm_gate().evaluate_plan(file).findings if one.rule_id == "LK_SF_4"]
    assert ["not known before apply" in one.reason for one in found] == [True] * expected
