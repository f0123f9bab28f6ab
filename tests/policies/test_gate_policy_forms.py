"""Access that plans give in policy documents of unusual form or place, and in grants without a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

FOREIGN = "999988887777"
OWN_USER, FOREIGN_USER = "7" * 64, "8" * 64
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-prod-raw/*"}


def reasons(folder: Path, rule: str, resources: dict[str, Any], **more: Any) -> list[str]:
    verdict = warm_gate().evaluate_plan(write_plan(folder / "plan.json", resources, **more))
    return [finding.reason for finding in verdict.findings if finding.rule_id == rule]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


PRINCIPALS: dict[str, dict[str, Any]] = {
    "everybody": {"Principal": "*"},
    "everybody of AWS": {"Principal": {"AWS": "*"}},
    "everybody in a list": {"Principal": {"AWS": ["*"]}},
    "everybody but an account": {"NotPrincipal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}},
    "everybody but accounts": {"NotPrincipal": {"AWS": [FOREIGN, "111122223333"]}},
    "everybody but a service": {"NotPrincipal": {"Service": "glue.amazonaws.com"}},
    "everybody but a canonical user": {"NotPrincipal": {"CanonicalUser": FOREIGN_USER}},
}


@pytest.mark.parametrize("kind", ["aws_s3_bucket_policy", "aws_sqs_queue_policy", "aws_ecr_repository_policy"])
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_every_form_of_everybody_is_reported(tmp_path: Path, kind: str, principal: str) -> None:
    policy = document({**READ, **PRINCIPALS[principal]})
    found = reasons(tmp_path, "LK_IAM_8", {f"{kind}.p": {"policy": policy}})
    assert len(found) == 1
    assert "allows any principal" in found[0]


OPEN = {**READ, "Principal": "*"}
PLACES: dict[str, dict[str, Any]] = {
    "a single statement": {"policy": json.dumps({"Statement": OPEN})},
    "a single statement with NotPrincipal": {
        "policy": json.dumps({"Statement": {**READ, "NotPrincipal": {"AWS": FOREIGN}}})
    },
    "escaped names": {"policy": document(OPEN).replace("Statement", "\\u0053tate\\u006dent")},
    "JSON in JSON": {"input": json.dumps({"Bucket": "b", "Policy": document(OPEN)})},
    "JSON in JSON in JSON": {"input": json.dumps({"Detail": json.dumps([{"Policy": document(OPEN)}])})},
    "parameters of a state": {
        "definition": json.dumps(
            {"States": {"A": {"Branches": [{"States": {"B": {"Parameters": {"Policy": document(OPEN)}}}}]}}}
        )
    },
    "an object in parameters": {
        "definition": json.dumps({"States": {"A": {"Parameters": json.loads(document(OPEN))}}})
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_policies_are_found_in_every_place(tmp_path: Path, place: str) -> None:
    found = reasons(tmp_path, "LK_IAM_8", {"aws_sfn_state_machine.s": PLACES[place]})
    assert ["allows any principal" in one for one in found] == [True]


def test_invalid_policies_are_found_in_every_place(tmp_path: Path) -> None:
    invalid = document({**OPEN, "Condition": {"StringMatches": {"aws:PrincipalOrgID": "o-1"}}})
    found = reasons(tmp_path, "LK_IAM_31", {"aws_sfn_state_machine.s": {"definition": json.dumps({"Policy": invalid})}})
    assert ["StringMatches" in one for one in found] == [True]
    query = json.dumps({"States": {"A": {"Parameters": {"Statement": "SELECT * FROM t"}}}})
    assert reasons(tmp_path, "LK_IAM_31", {"aws_sfn_state_machine.s": {"definition": query}}) == []


def test_saml_providers_do_not_state_the_own_account(tmp_path: Path) -> None:
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithSAML",
        "Principal": {"Federated": f"arn:aws:iam::{FOREIGN}:saml-provider/P"},
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    role = {"name": "r", "assume_role_policy": document(trust)}
    assert "not known" in reasons(tmp_path, "LK_IAM_8", {"aws_iam_role.r": role})[0]
    queue = {"arn": "arn:aws:sqs:eu-west-1:111122223333:q"}
    assert "saml-provider/P" in reasons(tmp_path, "LK_IAM_8", {"aws_iam_role.r": role, "aws_sqs_queue.q": queue})[0]
    own = {"arn": f"arn:aws:sqs:eu-west-1:{FOREIGN}:q"}
    assert reasons(tmp_path, "LK_IAM_8", {"aws_iam_role.r": role, "aws_sqs_queue.q": own}) == []


def test_blocks_of_a_set_are_read_in_any_order(tmp_path: Path) -> None:
    def grant(user: str, uri: str = "") -> dict[str, Any]:
        return {
            "permission": "READ",
            "grantee": [{"id": user, "uri": uri, "type": "CanonicalUser" if user else "Group"}],
        }

    def constants(*names: str) -> dict[str, Any]:
        return {
            "permission": {"constant_value": "READ"},
            "grantee": [{name: {"constant_value": name} for name in names}],
        }

    group = "http://acs.amazonaws.com/groups/s3/LogDelivery"
    values = {"bucket": "b", "access_control_policy": [{"grant": [grant("", group), grant(FOREIGN_USER)]}]}
    expressions = {"access_control_policy": [{"grant": [constants("id", "type"), constants("uri", "type")]}]}
    found = reasons(
        tmp_path, "LK_DEST_4", {"aws_s3_bucket_acl.a": values}, expressions={"aws_s3_bucket_acl.a": expressions}
    )
    assert [FOREIGN_USER in one for one in found] == [True]


CALLS = {
    "s3:putBucketPolicy": True,
    "rds:modifyDBInstance": True,
    "athena:updateWorkGroup": True,
    "s3:deletePublicAccessBlock": True,
    "s3:deleteBucket": True,
    "kms:createGrant": True,
    "kms:scheduleKeyDeletion": True,
    "sns:addPermission": True,
    "sqs:setQueueAttributes": True,
    "lambda:addPermission": True,
    "ec2:modifySnapshotAttribute": True,
    "ec2:authorizeSecurityGroupIngress": True,
    "redshift:authorizeDataShare": True,
    "rds:modifyDBSnapshotAttribute": True,
    "glue:putResourcePolicy": True,
    "secretsmanager:getSecretValue": True,
    "lakeformation:grantPermissions": True,
    "glue:startJobRun": False,
    "glue:getTable": False,
    "athena:startQueryExecution": False,
    "dynamodb:putItem": False,
    "s3:copyObject": False,
    "sqs:deleteMessage": False,
}


@pytest.mark.parametrize("call", CALLS)
def test_calls_that_change_access_are_reported(tmp_path: Path, call: str) -> None:
    target = [{"arn": f"arn:aws:scheduler:::aws-sdk:{call}", "role_arn": "arn:aws:iam::111122223333:role/r"}]
    found = reasons(tmp_path, "LK_ACT_8", {"aws_scheduler_schedule.s": {"name": "s", "target": target}})
    assert [call in one for one in found] == [True] * CALLS[call]
    state = json.dumps({"States": {"A": {"Resource": f"arn:aws:states:::aws-sdk:{call}"}}}).replace("sdk", "\\u0073dk")
    found = reasons(tmp_path, "LK_ACT_8", {"aws_sfn_state_machine.s": {"name": "s", "definition": state}})
    assert [call in one for one in found] == [True] * CALLS[call]


def test_unknown_bucket_policies_are_not_said_to_deny_nothing(tmp_path: Path) -> None:
    references = ["data.aws_iam_policy_document.p.json", "data.aws_iam_policy_document.p"]
    resources = {"aws_s3_bucket.b": {"bucket": "b"}, "aws_s3_bucket_policy.p": {"bucket": "b"}}
    more = {
        "unknown": {"aws_s3_bucket_policy.p": {"policy": True}},
        "expressions": {"aws_s3_bucket_policy.p": {"policy": {"references": references}}},
    }
    for rule in ("LK_S3_1", "LK_S3_3"):
        found = reasons(tmp_path, rule, resources, **more)
        assert found == ["not known yet: aws_s3_bucket_policy.p.policy"]
    resources["aws_s3_bucket_policy.p"] = {"bucket": "b", "policy": document(READ)}
    assert "no statement denies" in reasons(tmp_path, "LK_S3_1", resources)[0]


def test_ownership_of_buckets_outside_of_the_plan_is_evaluated(tmp_path: Path) -> None:
    def controls(owner: str) -> dict[str, Any]:
        return {"aws_s3_bucket_ownership_controls.o": {"bucket": "b", "rule": [{"object_ownership": owner}]}}

    assert "ObjectWriter" in reasons(tmp_path, "LK_S3_4", controls("ObjectWriter"))[0]
    assert reasons(tmp_path, "LK_S3_4", controls("BucketOwnerEnforced")) == []
    declared = {"aws_s3_bucket.b": {"bucket": "b"}, **controls("ObjectWriter")}
    assert len(reasons(tmp_path, "LK_S3_4", declared)) == 1


@pytest.mark.parametrize(("service", "is_reported"), [("ram", False), ("glue", True)])
def test_shares_of_the_catalog_have_no_source(tmp_path: Path, service: str, is_reported: bool) -> None:
    share = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "glue:ShareResource"}
    policy = document({**share, "Resource": "arn:aws:glue:eu-west-1:111122223333:catalog"})
    assert bool(reasons(tmp_path, "LK_IAM_7", {"aws_glue_resource_policy.p": {"policy": policy}})) is is_reported
