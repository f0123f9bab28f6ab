"""Sentences on access from outside of the trust boundary."""

from __future__ import annotations

import pytest

from lakekit_policies.boundary import Membership, TrustBoundary
from lakekit_policies.iam.calls_outside import allowed_calls
from lakekit_policies.iam.explanations import explain
from lakekit_policies.iam.outside_access import outside_access
from lakekit_policies.iam.statements import statements_of

OTHER = "999988887777"


def sentences(principal: object, boundary: TrustBoundary) -> list[str]:
    statement = {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": OTHER}},
    }
    statements = statements_of({"Version": "2012-10-17", "Statement": [statement]})
    return [explain(access) for access in outside_access(statements, boundary, trust=False)]


@pytest.mark.parametrize("principal", ["*", {"Service": "logs.amazonaws.com"}], ids=["any principal", "service"])
def test_sentence_states_only_what_is_known(principal: object) -> None:
    (unknown,) = sentences(principal, TrustBoundary())
    assert "it is not known whether" in unknown
    assert f"aws:SourceAccount {OTHER}" in unknown
    assert "admits more" not in unknown
    (outside,) = sentences(principal, TrustBoundary(accounts={"111111111111": "own"}, stated=True))
    assert f"aws:SourceAccount {OTHER} admits more than the trust boundary" in outside


OWN = "111111111111"
BOUNDARY = TrustBoundary(accounts={OWN: "own"}, organizations=("o-a1b2c3d4e5",), stated=True)


def outside(*statements: dict[str, object]) -> list[str]:
    found = statements_of({"Version": "2012-10-17", "Statement": list(statements)})
    return [explain(access) for access in outside_access(found, BOUNDARY)]


def allow(condition: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::raw/*",
        "Condition": condition,
        **more,
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("true", "requires that the key is absent"),
        (True, "requires that the key is absent"),
        ("false", "only requires that the key is present"),
        (["true", "false"], "holds whether the key is present or absent"),
    ],
)
def test_null_says_what_it_requires(values: object, expected: str) -> None:
    (text,) = outside(allow({"Null": {"aws:PrincipalOrgID": values}}))
    assert (
        f"Null aws:PrincipalOrgID {'true, false' if isinstance(values, list) else str(values).lower()} {expected}"
        in text
    )


def test_account_of_the_resource_is_inside() -> None:
    assert outside(allow({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}})) == []
    assert outside(allow({"StringNotEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}))
    assert outside(allow({"StringEqualsIfExists": {"aws:PrincipalAccount": "${aws:PrincipalTag/account}"}}))


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["s3:PutObject"], "for example s3:GetObject on arn"),
        (["s3:G*", "s3:P*", "s3:L*", "s3:D*"], "for example another action of s3 on arn"),
    ],
)
def test_example_names_an_action(actions: list[str], expected: str) -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*"}
    (text,) = outside(allow({}), denial)
    assert expected in text


CALLS = {
    "resource of the principal's organization": (
        {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "${aws:PrincipalOrgID}"},
        True,
    ),
    "principal of the resource's organization": (
        {"aws:ResourceOrgID": "o-a1b2c3d4e5", "aws:PrincipalOrgID": "${aws:ResourceOrgID}"},
        True,
    ),
    "resource of the principal's account": (
        {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceAccount": "${aws:PrincipalAccount}"},
        True,
    ),
    "principal of another organization": (
        {"aws:PrincipalOrgID": "o-zzzzzzzzzz", "aws:ResourceOrgID": "${aws:PrincipalOrgID}"},
        False,
    ),
    "any organization, the same for both": ({"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}, False),
    "any account, the same for both": ({"aws:PrincipalAccount": "${aws:ResourceAccount}"}, False),
    "own account, whose organization is not stated": (
        {"aws:PrincipalAccount": OWN, "aws:ResourceOrgID": "${aws:PrincipalOrgID}"},
        False,
    ),
    "a tag of the principal": (
        {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "${aws:PrincipalTag/org}"},
        False,
    ),
}


@pytest.mark.parametrize(("keys", "inside"), CALLS.values(), ids=CALLS)
def test_calls_to_the_other_sides_account_or_organization(keys: dict[str, str], inside: bool) -> None:
    statement = allow({"StringEquals": keys}, Resource="*")
    (calls,) = allowed_calls(statements_of({"Statement": [statement]}), BOUNDARY)
    assert (calls.principals is calls.resources is Membership.INSIDE) is inside
