"""What is rejected at synth is rejected at plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import found, warm_gate

from lakekit_policies import Verdict
from lakekit_policies.pack.load import load_pack
from lakekit_policies.terraform.stack_as_full_plan import convert_stack_fully
from lakekit_policies.terraform.stack_as_plan import convert_stack
from nonempty import nonempty

GOOD: dict[str, Any] = {
    "terraform": {
        "backend": {"s3": {"bucket": "state", "key": "k", "encrypt": True, "use_lockfile": True}},
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}},
    },
    "provider": {"aws": [{"region": "eu-west-1"}]},
    "resource": {"aws_glue_catalog_database": {"Db": {"name": "raw", "description": "raw data"}}},
}


def evaluate(
    folder: Path, document: dict[str, Any], *, with_stack: bool = True, **about: str
) -> tuple[Verdict, Verdict]:
    """Verdicts at synth and at plan."""
    named = {"//": {"metadata": {"stackName": "prod-x", "lakekit": {"tier": "prod", **about}}}, **document}
    stack, plan = folder / "cdk.tf.json", folder / "plan.json"
    stack.write_text(json.dumps(named))
    plan.write_text(json.dumps(convert_stack(named).document))
    return warm_gate().evaluate_synth(folder), warm_gate().evaluate_plan(plan, stack=stack if with_stack else None)


@pytest.mark.parametrize("backend", ["http", "consul", "gcs", "local"])
def test_other_backends_are_rejected_at_both_stages(tmp_path: Path, backend: str) -> None:
    terraform = {**GOOD["terraform"], "backend": {backend: {"address": "https://state.example"}}}
    for verdict in nonempty(evaluate(tmp_path, {**GOOD, "terraform": terraform})):
        assert len(found(verdict, "LK_TF_4")) > 0, verdict.stage


def test_s3_backend_passes_at_both_stages(tmp_path: Path) -> None:
    assert [found(verdict, "LK_TF_4") for verdict in evaluate(tmp_path, GOOD)] == [[], []]


@pytest.mark.parametrize("with_stack", [True, False])
def test_provider_version_and_source_are_evaluated_at_both_stages(tmp_path: Path, *, with_stack: bool) -> None:
    for folder, wanted, rule in (
        ("version", {"source": "hashicorp/aws", "version": ">= 5.0"}, "LK_TF_6"),
        ("source", {"source": "evil/aws", "version": "= 5.100.0"}, "LK_ACT_4"),
    ):
        (tmp_path / folder).mkdir()
        terraform = {**GOOD["terraform"], "required_providers": {"aws": wanted}}
        verdicts = evaluate(tmp_path / folder, {**GOOD, "terraform": terraform}, with_stack=with_stack)
        assert [rule in {one.rule_id for one in verdict.findings} for verdict in verdicts] == [True, True], rule


def test_built_in_provider_needs_no_version(tmp_path: Path) -> None:
    plan = convert_stack({**GOOD, "resource": {"terraform_data": {"Input": {"input": "1"}}}}).document
    built_in = {"name": "terraform", "full_name": "terraform.io/builtin/terraform"}
    providers = {**plan["configuration"]["provider_config"], "terraform": built_in}
    configuration = {**plan["configuration"], "provider_config": providers}
    (tmp_path / "plan.json").write_text(json.dumps({**plan, "configuration": configuration}))
    assert found(warm_gate().evaluate_plan(tmp_path / "plan.json"), "LK_TF_6") == []


WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "address without a NAT gateway": ("LK_VPC_7", {"aws_eip": {"Own": {"domain": "vpc"}}}),
    "group without users": ("LK_VPC_8", {"aws_security_group": {"Own": {"name": "own", "vpc_id": "vpc-1"}}}),
    "network without host names": ("LK_VPC_4", {"aws_vpc": {"Own": {"cidr_block": "10.0.0.0/16"}}}),
    "setting in a bucket": ("LK_S3_12", {"aws_s3_bucket": {"Own": {"bucket": "acme-own", "acl": "private"}}}),
    "rule without its counterpart": (
        "LK_VPC_10",
        {
            "aws_security_group": {name: {"name": name, "vpc_id": "vpc-1"} for name in ("A", "B")},
            "aws_vpc_security_group_egress_rule": {
                "Out": {
                    "security_group_id": "${aws_security_group.A.id}",
                    "referenced_security_group_id": "${aws_security_group.B.id}",
                    "ip_protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                }
            },
        },
    ),
}


@pytest.mark.parametrize("with_stack", [True, False])
@pytest.mark.parametrize("case", WRITTEN)
def test_rules_on_written_references_are_evaluated_at_both_stages(
    tmp_path: Path, case: str, *, with_stack: bool
) -> None:
    rule, resources = WRITTEN[case]
    document = {**GOOD, "resource": resources}
    named = {"//": {"metadata": {"stackName": "prod-x", "lakekit": {"tier": "prod"}}}, **document}
    stack, plan = tmp_path / "cdk.tf.json", tmp_path / "plan.json"
    stack.write_text(json.dumps(named))
    plan.write_text(json.dumps(convert_stack_fully(named)))
    at_plan = warm_gate().evaluate_plan(plan, stack=stack if with_stack else None)
    for verdict in (warm_gate().evaluate_synth(tmp_path), at_plan):
        assert len(found(verdict, rule)) > 0, verdict.stage


def test_columns_are_evaluated_as_declared_in_the_stack(tmp_path: Path) -> None:
    """A plan alone does not show which columns an engine has added."""
    columns = [{"name": "id", "type": "int"}]
    document = {**GOOD, "resource": {"aws_glue_catalog_table": {"Own": {"storage_descriptor": [{"columns": columns}]}}}}
    named = {"//": {"metadata": {"stackName": "prod-x", "lakekit": {"tier": "prod"}}}, **document}
    stack, plan = tmp_path / "cdk.tf.json", tmp_path / "plan.json"
    stack.write_text(json.dumps(named))
    plan.write_text(json.dumps(convert_stack_fully(named)))
    for verdict in (warm_gate().evaluate_synth(tmp_path), warm_gate().evaluate_plan(plan, stack=stack)):
        assert len(found(verdict, "LK_GOV_4")) > 0, verdict.stage
    assert found(warm_gate().evaluate_plan(plan), "LK_GOV_4") == []


def test_written_references_of_a_plan_with_modules_are_not_evaluated_alone(tmp_path: Path) -> None:
    _, resources = WRITTEN["address without a NAT gateway"]
    plan = convert_stack_fully({**GOOD, "resource": resources})
    plan["configuration"]["root_module"]["module_calls"] = {"network": {"source": "./network", "module": {}}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert found(warm_gate().evaluate_plan(tmp_path / "plan.json"), "LK_VPC_7") == []


@pytest.mark.parametrize("with_stack", [True, False])
def test_default_tags_are_evaluated_at_both_stages(tmp_path: Path, *, with_stack: bool) -> None:
    for verdict in nonempty(evaluate(tmp_path, GOOD, with_stack=with_stack)):
        assert found(verdict, "LK_TAG_1") == ["provider.aws"], verdict.stage


LOG_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Write",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs/*",
        }
    ],
}


def test_bucket_that_only_log_services_write_is_a_log_bucket(tmp_path: Path) -> None:
    """Load balancers and CloudFront cannot write with SSE-KMS and need no EventBridge."""
    sse = {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "AES256"}]}]}
    resources = {
        "aws_s3_bucket": {"B": {"bucket": "logs"}},
        "aws_s3_bucket_server_side_encryption_configuration": {"E": {"bucket": "logs", **sse}},
        "aws_s3_bucket_policy": {"P": {"bucket": "logs", "policy": json.dumps(LOG_POLICY)}},
    }
    (tmp_path / "logs").mkdir()
    for verdict in nonempty(evaluate(tmp_path / "logs", {**GOOD, "resource": resources})):
        assert [found(verdict, rule) for rule in ("LK_S3_2", "LK_S3_11")] == [[], []]
    reader = {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "s3:GetObject"}
    read = {**LOG_POLICY, "Statement": [*LOG_POLICY["Statement"], {**reader, "Resource": "arn:aws:s3:::logs/*"}]}
    resources["aws_s3_bucket_policy"] = {"P": {"bucket": "logs", "policy": json.dumps(read)}}
    (tmp_path / "data").mkdir()
    for verdict in nonempty(evaluate(tmp_path / "data", {**GOOD, "resource": resources})):
        assert [found(verdict, rule) for rule in ("LK_S3_2", "LK_S3_11")] == [["aws_s3_bucket.B"]] * 2


SKIPPED = {"access_key": "mock", "secret_key": "mock", "skip_requesting_account_id": True}


@pytest.mark.parametrize("name", ["provider", "local value", "variable", "gate"])
def test_stack_of_a_plan_is_evaluated_as_at_synth(tmp_path: Path, name: str) -> None:
    """A plan contains no local values, and a plan without an account has provider settings of its own."""
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    rule, address, parts = {
        "provider": ("LK_TF_3", "provider.aws", {"provider": {"aws": [{"region": "eu-west-1", **SKIPPED}]}}),
        "local value": ("LK_SECRET_2", "local.key", {"locals": {"key": secret}}),
        "variable": ("LK_SECRET_2", "var.key", {"variable": {"key": {"default": secret}}}),
        "gate": ("LK_TF_7", "", {}),
    }[name]
    for verdict in nonempty(evaluate(tmp_path, {**GOOD, **parts}, environment="prod")):
        assert address in found(verdict, rule), verdict.stage
        keys = [(one.key, one.reason) for one in verdict.findings if one.rule_id == rule]
        assert len(keys) == len(set(keys)), keys
        assert rule not in {one.rule_id for one in verdict.warnings}


@pytest.mark.parametrize("with_stack", [True, False])
def test_rules_on_written_references_count_as_run(tmp_path: Path, *, with_stack: bool) -> None:
    at_synth, at_plan = evaluate(tmp_path, GOOD, with_stack=with_stack)
    pack = load_pack()
    of_stacks, of_plans = ({rule.id for rule in rules} for rules in (pack.stack_rules, pack.plan_rules))
    only_plan = {rule.id for rule in pack.rules if "synth" not in rule.stages}
    needs_stack = {rule.id for rule in pack.rules if rule.needs_stack}
    unknown = set() if with_stack else (of_stacks - of_plans) | needs_stack
    assert at_plan.rules_run == at_synth.rules_run + len(of_plans - of_stacks | only_plan) - len(unknown)
    assert needs_stack == {"LK_GOV_4"}


UNSET: dict[str, tuple[str, str, list[str]]] = {
    "logs of a search domain": ("CKV_AWS_84", "aws_opensearch_domain", ["log_publishing_options"]),
    "rotation of a key": ("CKV_AWS_7", "aws_kms_key", []),
    "description of a rule": ("CKV_AWS_23", "aws_vpc_security_group_ingress_rule", []),
    "backups of a document database": ("CKV_AWS_360", "aws_docdb_cluster", []),
}


@pytest.mark.parametrize("case", UNSET)
def test_unset_arguments_of_a_plan_are_as_absent_as_in_a_stack(tmp_path: Path, case: str) -> None:
    """A plan has null for an argument that is not set, and an empty list for an absent block."""
    rule, kind, blocks = UNSET[case]
    arguments = ("enable_key_rotation", "description", "backup_retention_period")
    values = dict.fromkeys(arguments) | {name: [] for name in blocks}
    plan = convert_stack_fully({**GOOD, "resource": {kind: {"X": {}}}})
    plan["planned_values"]["root_module"]["resources"][0]["values"] = values
    plan["resource_changes"][0]["change"]["after"] = values
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    (tmp_path / "cdk.tf.json").write_text(json.dumps({**GOOD, "resource": {kind: {"X": {}}}}))
    for verdict in (warm_gate().evaluate_synth(tmp_path), warm_gate().evaluate_plan(tmp_path / "plan.json")):
        assert found(verdict, rule) == [f"{kind}.X"], verdict.stage


ONE_STAGE = {
    "LK_EMR_6": "ids of new security groups are unknown in a plan; references are evaluated",
    "LK_GOV_4": "a plan also has columns that engines have added; evaluated with the stack of a plan",
    "LK_S3_12": "a plan has the values of these attributes that were read from AWS; what is written is evaluated",
    "LK_TAG_2": "only a plan has the tags of the provider and of the resource together",
    "LK_VPC_3": "ids of new gateways are unknown in a plan; references are evaluated",
    "LK_VPC_4": "subnets and networks are counted by their references",
    "LK_VPC_7": "the id of a new address is unknown in a plan; references are evaluated",
    "LK_VPC_8": "ids of new security groups are unknown in a plan; references are evaluated",
    "LK_VPC_10": "ids of new security groups are unknown in a plan; references are evaluated",
    "LK_TF_1": "a plan has no lifecycle settings; evaluated with the stack of a plan",
    "LK_TF_2": "allowed_account_ids is compared with the account of the stack; evaluated with it at plan",
    "LK_TF_4": "a plan has no backend; evaluated with the stack of a plan",
    "LK_TF_5": "a plan has no lifecycle settings; evaluated with the stack of a plan",
    "LK_TF_7": "a plan has no ephemeral variables; evaluated with the stack of a plan",
    "LK_TF_8": "a plan has no backend; evaluated with the stack of a plan",
}
"""Rules that evaluate stacks or plans alone, with the reason. Plan rules on changes have none in a stack."""


def test_rules_of_one_stage_are_listed_with_a_reason() -> None:
    pack = load_pack()
    at_once = {rule.id for rule in pack.rules if len(rule.stages) == 1}
    of_stacks = {rule.id for rule in pack.stack_rules} - {rule.id for rule in pack.plan_rules}
    of_changes = {rule.id for rule in pack.plan_rules} - {rule.id for rule in pack.stack_rules}
    assert at_once | of_stacks == set(ONE_STAGE)
    assert {rule.rpartition("_")[0] for rule in of_changes} == {"LK_PLAN"}


def test_kafka_cluster_without_encryption_settings_uses_tls(tmp_path: Path) -> None:
    resources = {"aws_msk_cluster": {"X": {"cluster_name": "x"}}}
    for verdict in nonempty(evaluate(tmp_path, {**GOOD, "resource": resources})):
        assert found(verdict, "CKV_AWS_81") == []
    resources["aws_msk_cluster"]["X"]["encryption_info"] = [{"encryption_in_transit": [{"client_broker": "PLAINTEXT"}]}]
    for verdict in nonempty(evaluate(tmp_path, {**GOOD, "resource": resources})):
        assert found(verdict, "CKV_AWS_81") == ["aws_msk_cluster.X"]
