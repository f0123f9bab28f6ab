"""The trust boundary: what is inside, outside, and not decided."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit_policies import GateError
from lakekit_policies.boundary import Membership, TrustBoundary, effective, from_plan, read
from lakekit_policies.boundary.oidc_subjects import names_owner
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_metadata import StackMetadata

INSIDE, OUTSIDE, UNKNOWN = Membership.INSIDE, Membership.OUTSIDE, Membership.UNKNOWN
OWN, TRUSTED, FOREIGN = "111122223333", "222233334444", "999988887777"
STATED = TrustBoundary(
    accounts={OWN: "own", TRUSTED: "backup"},
    organizations=("o-acme123456",),
    oidc_subjects={"token.actions.githubusercontent.com": ("repo:acme/lake:*",)},
    vpcs=("vpc-11111111",),
    networks=("203.0.113.0/24",),
    mail_domains=("acme.example",),
    image_registries=("public.ecr.aws/emr-serverless",),
    snowflake_accounts=("ACMEORG.LAKE_PROD",),
    buckets=("acme-prod-raw",),
    hosts=("*.acme.example",),
    stated=True,
)
DERIVED = TrustBoundary(accounts={OWN: "allowed_account_ids of the provider"})
GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("value", "stated", "derived", "nothing"),
    [
        (OWN, INSIDE, INSIDE, UNKNOWN),
        (TRUSTED, INSIDE, OUTSIDE, UNKNOWN),
        (FOREIGN, OUTSIDE, OUTSIDE, UNKNOWN),
        ("*", OUTSIDE, OUTSIDE, OUTSIDE),
        ("1111*", OUTSIDE, OUTSIDE, OUTSIDE),
        ("${data.aws_caller_identity.current.account_id}", INSIDE, INSIDE, INSIDE),
        ("${var.partner}", UNKNOWN, UNKNOWN, UNKNOWN),
        ("terraform_data.partner.output", UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_accounts(value: str, stated: Membership, derived: Membership, nothing: Membership) -> None:
    found = [boundary.contains_account(value) for boundary in (STATED, DERIVED, TrustBoundary())]
    assert found == [stated, derived, nothing]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"arn:aws:iam::{OWN}:role/x", INSIDE),
        (f"arn:aws:sqs:eu-west-1:{FOREIGN}:queue", OUTSIDE),
        ("arn:aws:iam::*:role/deploy", OUTSIDE),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", INSIDE),
        ("arn:aws:s3:::acme-prod-raw/tables/*", INSIDE),
        ("arn:aws:s3:::foreign-bucket", OUTSIDE),
        ("arn:aws:s3:::acme-prod-*", OUTSIDE),
        ("aws_kms_key.lake.arn", INSIDE),
        ("${module.lake.aws_kms_key.lake.arn}", UNKNOWN),
        ("arn:aws:iam::${var.account}:root", UNKNOWN),
        ("arn:aws:iam::${data.aws_caller_identity.me.account_id}:root", INSIDE),
    ],
)
def test_arns(value: str, expected: Membership) -> None:
    assert STATED.contains_arn(value) is expected


def test_other_parts_of_a_stated_boundary() -> None:
    assert STATED.contains_organization("o-acme123456") is INSIDE
    assert STATED.contains_organization("o-*") is OUTSIDE
    assert STATED.contains_organization_path("o-acme123456/r-1/*") is INSIDE
    assert STATED.contains_vpc("vpc-11111111") is INSIDE
    assert STATED.contains_vpc("${aws_vpc.lake.id}") is INSIDE
    assert STATED.contains_vpc_endpoint("vpce-22222222") is OUTSIDE
    assert STATED.contains_network("203.0.113.7/32") is INSIDE
    assert STATED.contains_network("0.0.0.0/0") is OUTSIDE
    assert STATED.contains_oidc_subject(GITHUB, "repo:acme/lake:ref:refs/heads/main") is INSIDE
    assert STATED.contains_oidc_subject(f"https://{GITHUB}", "repo:acme/*") is OUTSIDE
    assert STATED.contains_mail_address("oncall@Acme.example") is INSIDE
    assert STATED.contains_mail_address("me@evil.acme.example") is OUTSIDE
    assert STATED.contains_image(f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/spark:1") is INSIDE
    assert STATED.contains_image(f"{FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/spark:1") is OUTSIDE
    assert STATED.contains_image("public.ecr.aws/emr-serverless/spark:1") is INSIDE
    assert STATED.contains_image("public.ecr.aws/emr-serverless-evil/spark:1") is OUTSIDE
    assert STATED.contains_snowflake_account("acmeorg-lake_prod") is INSIDE
    assert STATED.contains_snowflake_account("OTHER.ACCOUNT") is OUTSIDE
    assert STATED.contains_host("events.acme.example") is INSIDE
    assert STATED.contains_host("acme.example.evil.test") is OUTSIDE
    assert STATED.contains_canonical_user("a" * 64) is OUTSIDE


def test_what_a_derived_boundary_does_not_show_is_unknown() -> None:
    assert DERIVED.contains_organization("o-acme123456") is UNKNOWN
    assert DERIVED.contains_organization("*") is OUTSIDE
    assert DERIVED.contains_vpc("vpc-11111111") is UNKNOWN
    assert DERIVED.contains_network("203.0.113.0/24") is UNKNOWN
    assert DERIVED.contains_network("3.0.0.0/8") is OUTSIDE
    assert DERIVED.contains_oidc_subject(GITHUB, "repo:acme/lake:*") is UNKNOWN
    assert DERIVED.contains_oidc_subject(GITHUB, "repo:acme*") is OUTSIDE
    assert DERIVED.contains_image("docker.io/library/spark:1") is UNKNOWN


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("repo:acme/lake:ref:refs/heads/main", True),
        ("repo:acme/*", True),
        ("repo:acme*", False),
        ("repo:*", False),
        ("*", False),
        ("system:serviceaccount:lake:spark", True),
        ("system:serviceaccount:*", False),
        ("organization:acme:project:*", True),
        ("project_path:acme/lake:*", True),
        ("auth0|12345", True),
    ],
)
def test_patterns_of_subjects_that_name_an_owner(pattern: str, expected: bool) -> None:
    assert names_owner(pattern) is expected


def plan(**parts: Any) -> PlanFile:
    return PlanFile({"format_version": "1.2", "planned_values": {"root_module": {}}, **parts})


def test_a_plan_shows_its_own_accounts() -> None:
    provider = {"aws": {"expressions": {"allowed_account_ids": {"constant_value": [OWN]}}}}
    assert set(from_plan.derive(plan(configuration={"provider_config": provider})).accounts) == {OWN}
    read_data = {"address": "data.aws_caller_identity.me", "mode": "data", "type": "aws_caller_identity"}
    managed = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue"}
    values = {
        "root_module": {
            "resources": [
                {**read_data, "values": {"account_id": OWN}},
                {**managed, "values": {"arn": f"arn:aws:sqs:eu-west-1:{TRUSTED}:q", "policy": FOREIGN}},
            ]
        }
    }
    assert set(from_plan.derive(plan(prior_state={"values": values})).accounts) == {OWN, TRUSTED}


def test_the_environment_states_its_boundary_with_its_own_account() -> None:
    found = effective.effective_boundary(StackMetadata(account_id=OWN, environment="prod"), plan(), None)
    assert found.contains_account(OWN) is INSIDE
    assert found.contains_account(FOREIGN) is OUTSIDE
    assert found.contains_organization("o-acme123456") is OUTSIDE


def test_options_apply_to_configurations_without_metadata_only() -> None:
    assert effective.effective_boundary(StackMetadata(), plan(), STATED).contains_account(TRUSTED) is INSIDE
    with pytest.raises(GateError) as caught:
        effective.effective_boundary(StackMetadata(account_id=OWN, environment="prod"), plan(), STATED)
    assert "the environment prod states its trust boundary" in caught.value.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "expected an object"),
        ({"acounts": {}}, "unknown keys acounts"),
        ({"accounts": ["111122223333"]}, "expected an object of account ids with a reason each"),
        ({"accounts": {"1111": "x"}}, "account ids of 12 digits"),
        ({"accounts": {OWN: " "}}, "expected the reason"),
        ({"organizations": ["o-*"]}, "expected ids such as"),
        ({"networks": ["office"]}, "expected address ranges"),
        ({"hosts": ["*"]}, "not only wildcards"),
        ({"oidc_subjects": ["repo:acme/x"]}, "an object of provider hosts"),
    ],
)
def test_invalid_boundaries_are_errors(data: Any, message: str) -> None:
    with pytest.raises(GateError) as caught:
        read.from_dict(data, "boundary.yaml")
    assert message in caught.value.message
    assert caught.value.code == read.CODE


def test_an_environment_file_is_a_boundary(tmp_path: Any) -> None:
    file = tmp_path / "prod.yaml"
    file.write_text(f"account_id: '{OWN}'\ntrust_boundary: {{accounts: {{'{TRUSTED}': backup account}}}}\n")
    found = read.read_file(file)
    assert found.stated
    assert dict(found.accounts) == {OWN: "the account of the environment", TRUSTED: "backup account"}
    assert read.from_dict(STATED.to_dict(), "x") == STATED
