"""A restriction that an update makes unknown until apply can be wider than the one before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import metadata, warm_gate
from plan_documents import write_plan

from lakekit_policies import Verdict

LATER: dict[str, Any] = {"references": ["aws_sns_topic.z.id", "aws_sns_topic.z"]}
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "s3:GetObject", "Resource": "*"}],
}
TAG = {"key": "domain", "values": ["sales"]}


def literal(value: Any) -> Any:
    """The expression of a literal; blocks by their arguments."""
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return [{name: literal(part) for name, part in one.items()} for one in value]
    return {"constant_value": value}


def unknown_at(value: Any, path: tuple[str, ...], later: Any) -> Any:
    """Blocks with ``later`` at a path: of the values it is removed, everything else is kept or, of flags, left out."""
    name, *rest = path
    inner = [unknown_at(one, tuple(rest), later) for one in value.get(name) or [{}]] if rest else later
    kept = {key: one for key, one in value.items() if key != name}
    return kept if inner is None else {**kept, name: inner}


def evaluate(folder: Path, address: str, before: dict[str, Any], path: str, tier: str = "prod") -> Verdict:
    """The verdict on a plan that updates a resource, of which the value at a path becomes unknown."""
    steps = tuple(path.split("."))
    after = unknown_at(before, steps, None)
    expressions = unknown_at({name: literal(value) for name, value in before.items()}, steps, LATER)
    flags = unknown_at({}, steps, True)
    queue = "aws_sns_topic.z"
    file = write_plan(
        folder / "plan.json",
        {address: after, queue: {"name": "z"}},
        {address: expressions},
        {address: flags, queue: {"id": True}},
    )
    plan = json.loads(file.read_text())
    plan["resource_changes"][0]["change"] |= {"actions": ["update"], "before": before}
    file.write_text(json.dumps(plan))
    kind, _, name = address.partition(".")
    resources = {kind: {name: {}}, "aws_sns_topic": {"z": {"name": "z"}}}
    (folder / "cdk.tf.json").write_text(json.dumps({"//": metadata(tier), "resource": resources}))
    return warm_gate().evaluate_plan(file, stack=folder / "cdk.tf.json")


PRINCIPAL = {"principal": "arn:aws:iam::111111111111:role/etl"}
CELLS = {"name": "n", "table_name": "t", "database_name": "d", "column_names": ["a"]}
CASES: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "LK_PLAN_6",
        "aws_lakeformation_permissions.x",
        {**PRINCIPAL, "permissions": ["SELECT"], "lf_tag_policy": [{"resource_type": "TABLE", "expression": [TAG]}]},
        "lf_tag_policy.expression.values",
    ),
    (
        "LK_PLAN_6",
        "aws_lakeformation_permissions.x",
        {**PRINCIPAL, "permissions": ["SELECT"], "lf_tag_policy": [{"resource_type": "TABLE", "expression": [TAG]}]},
        "lf_tag_policy.expression.key",
    ),
    (
        "LK_PLAN_6",
        "aws_lakeformation_permissions.x",
        {**PRINCIPAL, "permissions": ["SELECT"], "database": [{"name": "d"}]},
        "permissions",
    ),
    ("LK_PLAN_6", "aws_lakeformation_lf_tag_expression.x", {"name": "e", "expression": [TAG]}, "expression.tag_values"),
    (
        "LK_PLAN_6",
        "aws_lakeformation_data_cells_filter.x",
        {"table_data": [{**CELLS, "row_filter": [{"filter_expression": "country = 'DE'"}]}]},
        "table_data.row_filter.filter_expression",
    ),
    (
        "LK_PLAN_6",
        "aws_lakeformation_data_cells_filter.x",
        {"table_data": [{**CELLS, "row_filter": [{"filter_expression": "country = 'DE'"}]}]},
        "table_data.column_names",
    ),
    ("LK_PLAN_6", "aws_lakeformation_data_lake_settings.x", {"admins": ["arn:aws:iam::111111111111:role/a"]}, "admins"),
    (
        "LK_PLAN_6",
        "aws_vpc_security_group_ingress_rule.x",
        {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_ipv4": "10.0.0.0/24"},
        "cidr_ipv4",
    ),
    (
        "LK_PLAN_6",
        "aws_security_group.x",
        {"ingress": [{"protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_blocks": ["10.0.0.0/24"]}]},
        "ingress.cidr_blocks",
    ),
    (
        "LK_PLAN_6",
        "aws_security_group_rule.x",
        {"type": "ingress", "protocol": "tcp", "from_port": 1, "to_port": 1, "cidr_blocks": ["10.0.0.0/24"]},
        "to_port",
    ),
    (
        "LK_PLAN_6",
        "aws_iam_role.x",
        {"permissions_boundary": "arn:aws:iam::111111111111:policy/b"},
        "permissions_boundary",
    ),
    ("LK_PLAN_6", "snowflake_masking_policy.x", {"name": "M", "body": "'***'"}, "body"),
    ("LK_PLAN_6", "snowflake_service_user.x", {"name": "U", "network_policy": "P"}, "network_policy"),
    ("LK_PLAN_6", "snowflake_tag_association.x", {"tag_id": "T", "tag_value": "restricted"}, "tag_value"),
    ("LK_PLAN_5", "aws_s3_bucket_policy.x", {"bucket": "acme-raw", "policy": json.dumps(ALLOWED)}, "policy"),
    ("LK_PLAN_5", "aws_kms_key_policy.x", {"key_id": "1234", "policy": json.dumps(ALLOWED)}, "policy"),
    ("LK_PLAN_5", "aws_kms_key.x", {"policy": json.dumps(ALLOWED)}, "policy"),
    ("LK_PLAN_5", "aws_iam_role.x", {"name": "r", "assume_role_policy": json.dumps(ALLOWED)}, "assume_role_policy"),
    ("LK_PLAN_3", "aws_db_instance.x", {"identifier": "d", "deletion_protection": True}, "deletion_protection"),
    (
        "LK_PLAN_3",
        "aws_dynamodb_table.x",
        {"name": "t", "point_in_time_recovery": [{"enabled": True}]},
        "point_in_time_recovery.enabled",
    ),
    (
        "LK_PLAN_3",
        "aws_s3_bucket_versioning.x",
        {"bucket": "acme-raw", "versioning_configuration": [{"status": "Enabled"}]},
        "versioning_configuration.status",
    ),
    ("LK_PLAN_3", "aws_cloudwatch_log_group.x", {"name": "g", "retention_in_days": 365}, "retention_in_days"),
    ("LK_PLAN_11", "aws_sqs_queue.x", {"name": "q", "message_retention_seconds": 900}, "message_retention_seconds"),
    (
        "LK_PLAN_11",
        "aws_msk_configuration.x",
        {"name": "m", "server_properties": "log.retention.hours=720"},
        "server_properties",
    ),
    (
        "LK_PLAN_11",
        "aws_s3_bucket_lifecycle_configuration.x",
        {"bucket": "acme-raw", "rule": [{"id": "r", "status": "Enabled", "expiration": [{"days": 90}]}]},
        "rule.expiration.days",
    ),
    (
        "LK_PLAN_11",
        "aws_s3_bucket_lifecycle_configuration.x",
        {
            "bucket": "acme-raw",
            "rule": [{"id": "r", "status": "Enabled", "filter": [{"prefix": "tmp/"}], "expiration": [{"days": 90}]}],
        },
        "rule.filter.prefix",
    ),
]


@pytest.mark.parametrize(("rule", "address", "before", "path"), CASES, ids=[f"{one[1]}-{one[3]}" for one in CASES])
def test_value_that_becomes_unknown_is_reported_as_unknown(
    tmp_path: Path, rule: str, address: str, before: dict[str, Any], path: str
) -> None:
    verdict = evaluate(tmp_path, address, before, path)
    (reason,) = (one.reason for one in verdict.findings if (one.rule_id, one.address) == (rule, address))
    assert "not known before apply" in reason
    assert not any(text in reason for text in ("becomes", "+ ", "- ", "changes from")), reason


def test_below_staging_it_is_a_warning(tmp_path: Path) -> None:
    rule, address, before, path = CASES[0]
    verdict = evaluate(tmp_path, address, before, path, tier="dev")
    assert rule not in {one.rule_id for one in verdict.findings}
    assert [one.address for one in verdict.warnings if one.rule_id == rule] == [address]


def test_what_the_provider_computes_is_not_reported(tmp_path: Path) -> None:
    """Beside a wildcard, the provider computes the names of columns in every update."""
    address = "aws_lakeformation_data_cells_filter.x"
    before = {"table_data": [{"name": "n", "table_name": "t", "column_wildcard": [{"excluded_column_names": ["a"]}]}]}
    file = write_plan(
        tmp_path / "plan.json", {address: before}, {}, {address: {"table_data": [{"column_names": True}]}}
    )
    plan = json.loads(file.read_text())
    plan["configuration"]["root_module"]["resources"][0]["expressions"] = {"table_data": literal(before["table_data"])}
    plan["resource_changes"][0]["change"] |= {"actions": ["update"], "before": before}
    file.write_text(json.dumps(plan))
    verdict = warm_gate().evaluate_plan(file)
    assert "LK_PLAN_6" not in {one.rule_id for one in (*verdict.findings, *verdict.warnings)}


def test_lifecycle_rules_of_an_unknown_bucket_may_delete_objects(tmp_path: Path) -> None:
    """The name of the bucket is computed, so that it may be an existing one."""
    address = "aws_s3_bucket_lifecycle_configuration.x"
    rule = [{"id": "r", "status": "Enabled", "expiration": [{"days": 1}]}]
    expressions = {"bucket": {"references": ["data.external.x.result", "data.external.x"]}, "rule": literal(rule)}
    file = write_plan(
        tmp_path / "plan.json", {address: {"rule": rule}}, {address: expressions}, {address: {"bucket": True}}
    )
    (reason,) = (one.reason for one in warm_gate().evaluate_plan(file).findings if one.rule_id == "LK_PLAN_11")
    assert "not known before apply" in reason
    assert "are deleted" not in reason


def test_grant_to_an_unknown_principal_is_reported(tmp_path: Path) -> None:
    """Other than a principal that the plan creates, it may be an existing one."""
    address = "aws_lakeformation_permissions.x"
    values = {"permissions": ["SELECT"], "database": [{"name": "d"}]}
    for references, expected in (
        (["data.external.x.result", "data.external.x"], [True]),
        (["aws_iam_role.r.arn", "aws_iam_role.r"], []),
    ):
        file = write_plan(
            tmp_path / "plan.json",
            {address: values, "aws_iam_role.r": {"name": "r", "assume_role_policy": "{}"}},
            {address: {"principal": {"references": references}}},
            {address: {"principal": True}, "aws_iam_role.r": {"arn": True}},
        )
        found = [one for one in warm_gate().evaluate_plan(file).findings if one.rule_id == "LK_PLAN_6"]
        assert ["that is not known before apply" in one.reason for one in found] == expected
