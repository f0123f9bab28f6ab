"""Which accounts a plan proves as its own, and which it only suggests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lakekit_policies.boundary import Membership, TrustBoundary, from_plan, policy_evidence
from lakekit_policies.iam.statements import statements_of
from lakekit_policies.terraform.plan_file import PlanFile

OWN, OTHER, FOREIGN = "111122223333", "222233334444", "999988887777"
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}, "Action": "kms:*", "Resource": "*"}
DECOYS: dict[str, tuple[str, dict[str, Any]]] = {
    "registered location": ("aws_lakeformation_resource", {"role_arn": f"arn:aws:iam::{FOREIGN}:role/lf"}),
    "data share": (
        "aws_redshift_data_share_authorization",
        {"data_share_arn": f"arn:aws:redshift:eu-west-1:{FOREIGN}:datashare:abc/x"},
    ),
    "table bucket": (
        "aws_s3tables_table_bucket_policy",
        {"table_bucket_arn": f"arn:aws:s3tables:eu-west-1:{FOREIGN}:bucket/x"},
    ),
    "key policy": ("aws_kms_key_policy", {"policy": json.dumps({"Statement": [ROOT]})}),
    "crawler": ("aws_glue_crawler", {"role": f"arn:aws:iam::{FOREIGN}:role/x"}),
}


def resource(kind: str, values: dict[str, Any], mode: str = "managed") -> dict[str, Any]:
    return {"address": f"{kind}.x", "type": kind, "name": "x", "mode": mode, "values": values}


def derive(*planned: dict[str, Any], prior: tuple[dict[str, Any], ...] = (), **configuration: Any) -> TrustBoundary:
    return from_plan.derive(
        PlanFile(
            {
                "planned_values": {"root_module": {"resources": list(planned)}},
                "prior_state": {"values": {"root_module": {"resources": list(prior)}}},
                "configuration": configuration,
            }
        )
    )


def providers(**allowed: list[str] | None) -> dict[str, Any]:
    return {
        key: {"name": "aws", "expressions": {"allowed_account_ids": {"constant_value": ids}} if ids else {}}
        for key, ids in allowed.items()
    }


@pytest.mark.parametrize("decoy", DECOYS.values(), ids=DECOYS.keys())
def test_an_argument_that_names_an_account_does_not_put_it_inside(decoy: tuple[str, dict[str, Any]]) -> None:
    alone = derive(resource(*decoy))
    assert alone.accounts == {}
    assert alone.contains_account(FOREIGN) is Membership.UNKNOWN
    beside_another = derive(resource(*decoy), resource("aws_glue_job", {"role_arn": f"arn:aws:iam::{OWN}:role/r"}))
    assert beside_another.contains_account(FOREIGN) is Membership.UNKNOWN
    assert beside_another.contains_account(OTHER) is Membership.UNKNOWN
    proven = derive(resource(*decoy), prior=(resource("aws_caller_identity", {"account_id": OWN}, mode="data"),))
    assert set(proven.accounts) == {OWN}
    assert proven.contains_account(FOREIGN) is Membership.OUTSIDE


def test_other_accounts_than_the_only_suggested_one_are_outside() -> None:
    job = resource("aws_emr_job", {"execution_role_arn": f"arn:aws:iam::{OWN}:role/r"})
    assert derive(job).contains_account(FOREIGN) is Membership.OUTSIDE


def test_arns_that_aws_returned_prove_an_account() -> None:
    queue = resource("aws_sqs_queue", {"arn": f"arn:aws:sqs:eu-west-1:{OWN}:q"})
    assert set(derive(queue).accounts) == {OWN}
    assert set(derive(prior=(queue,)).accounts) == {OWN}


def test_a_configured_arn_proves_nothing() -> None:
    topic_policy = resource("aws_sns_topic_policy", {"arn": f"arn:aws:sns:eu-west-1:{FOREIGN}:t"})
    assert derive(topic_policy, prior=(topic_policy,)).contains_account(FOREIGN) is Membership.UNKNOWN
    written = resource("aws_new_attachment", {"arn": f"arn:aws:new:eu-west-1:{FOREIGN}:x"})
    declared = {"address": "aws_new_attachment.x", "mode": "managed", "type": "aws_new_attachment"}
    root = {"resources": [{**declared, "expressions": {"arn": {"constant_value": "arn"}}}]}
    assert derive(written, root_module=root).accounts == {}


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ({"aws": [OWN]}, {OWN}),
        ({"aws": [OWN, OTHER], "aws.us": [OWN]}, {OWN}),
        ({"aws": [OWN], "aws.decoy": [FOREIGN]}, set()),
        ({"aws": None, "aws.decoy": [FOREIGN]}, set()),
    ],
)
def test_all_providers_must_allow_an_account(allowed: dict[str, list[str] | None], expected: set[str]) -> None:
    assert set(derive(provider_config=providers(**allowed)).accounts) == expected


@pytest.mark.parametrize(
    ("kind", "bypasses", "suggested", "expected"),
    [
        ("aws_kms_key", False, (FOREIGN,), Membership.INSIDE),
        ("aws_kms_key", True, (FOREIGN,), Membership.UNKNOWN),
        ("aws_kms_key", False, (FOREIGN, OWN), Membership.UNKNOWN),
        ("aws_kms_key_policy", False, (FOREIGN,), Membership.UNKNOWN),
    ],
)
def test_a_new_key_shows_its_account_for_its_own_policy(
    kind: str, bypasses: bool, suggested: tuple[str, ...], expected: Membership
) -> None:
    statements = statements_of({"Statement": [ROOT]})
    boundary = TrustBoundary(suggested_accounts=suggested)
    found = policy_evidence.for_new_key(boundary, kind, statements, bypasses_lockout=bypasses)
    assert found.contains_account(FOREIGN) is expected
    assert boundary.contains_account(FOREIGN) is Membership.UNKNOWN
