"""Sentences on access from outside of the trust boundary."""

from __future__ import annotations

import pytest

from lakekit_policies.boundary import TrustBoundary
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
    assert f"aws:sourceaccount {OTHER}" in unknown
    assert "admits more" not in unknown
    (outside,) = sentences(principal, TrustBoundary(accounts={"111111111111": "own"}, stated=True))
    assert f"aws:sourceaccount {OTHER} admits more than the trust boundary" in outside
