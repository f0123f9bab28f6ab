"""Metadata of a stack: one format for those who write it and those who read it, with an error for anything else."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from lakekit_policies import GateError
from lakekit_policies.boundary import TrustBoundary
from lakekit_policies.terraform.stack_metadata import VERSION, PlanLimits, StackMetadata
from nonempty import nonempty

FULL = StackMetadata(
    organization="acme",
    environment="dev",
    tier="dev",
    target="aws",
    stack="sales-snowflake",
    account_id="111111111111",
    region="eu-west-1",
    partition="aws-cn",
    provider="snowflake",
    domain="sales",
    snowflake_account="ACMEORG-LAKE_DEV",
    edition="enterprise",
    plan_limits=PlanLimits(max_deletes=2, max_deleted_fraction=0.1),
    vocabularies={"classification": ("public", "internal")},
    source_locations={"": "stacks/main.py:1", "Lake": "stacks/lake.py:7"},
    waivers=({"policy": "LK_S3_7"},),
    fail_on="high",
    snowflake_policies=({"name": "MASK"},),
    athena_workgroups=(
        {"name": "acme-dev-analyst", "location": "s3://results/analyst/", "roles": ["acme-dev-analyst"]},
    ),
    trust_boundary=TrustBoundary(accounts={"222222222222": "backup account"}, stated=True),
)


def test_every_field_survives_the_round_trip() -> None:
    default = StackMetadata()
    assert all(getattr(FULL, entry.name) != getattr(default, entry.name) for entry in nonempty(fields(StackMetadata)))
    assert StackMetadata.from_dict(FULL.to_dict()) == FULL
    assert StackMetadata.of({"//": {"metadata": {"lakekit": FULL.to_dict()}}}) == FULL


def test_empty_values_are_left_out() -> None:
    assert StackMetadata().to_dict() == {"version": VERSION, "tier": "prod", "partition": "aws"}


@pytest.mark.parametrize("document", [{}, {"//": {}}, {"//": "a comment"}, {"//": {"metadata": {}}}])
def test_configuration_without_metadata_is_evaluated_as_prod(document: dict[str, Any]) -> None:
    metadata = StackMetadata.of(document)
    assert metadata == StackMetadata()
    assert metadata.is_prod
    assert metadata.limits == PlanLimits(max_deletes=5, max_deleted_fraction=0.2)


@pytest.mark.parametrize(("tier", "deletes", "fraction"), [("prod", 25, 0.5), ("staging", 50, 0.6), ("dev", 125, 1)])
def test_limits_of_a_stack_are_at_most_those_of_its_tier(tier: str, deletes: int, fraction: float) -> None:
    """The environment file is checked as well; this is the stack, which can be edited."""
    given = StackMetadata(tier=tier, plan_limits=PlanLimits(max_deletes=1_000_000, max_deleted_fraction=1))
    assert given.limits == PlanLimits(max_deletes=deletes, max_deleted_fraction=fraction)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("dev", "//.metadata.lakekit: expected an object, got 'dev'"),
        ({"version": VERSION + 1}, f"version {VERSION + 1} was written by a newer Lakekit"),
        ({"version": "1"}, "version: expected a number, got '1'"),
        ({"tier": "qa"}, "tier: expected one of sandbox, dev, staging, prod, got 'qa'"),
        ({"account_id": 111111111111}, "account_id: expected a string, got 111111111111"),
        ({"plan_limits": {"max_deletes": -1, "max_deleted_fraction": 0.1}}, "plan_limits: expected max_deletes"),
        ({"plan_limits": {"max_deletes": True, "max_deleted_fraction": 0.1}}, "plan_limits: expected max_deletes"),
        ({"plan_limits": {"max_deletes": 1, "max_deleted_fraction": 2}}, "plan_limits: expected max_deletes"),
        ({"plan_limits": 5}, "plan_limits: expected max_deletes"),
        ({"vocabularies": ["a"]}, "vocabularies: expected an object of lists"),
        ({"vocabularies": {"zone": "raw"}}, "vocabularies.zone: expected a list of strings, got 'raw'"),
        ({"source_locations": {"": 7}}, "source_locations: expected an object of strings"),
        ({"waivers": {}}, "waivers: expected a list of objects"),
        ({"snowflake_policies": ["x"]}, "snowflake_policies: expected a list of objects"),
        ({"trust_boundary": {"accounts": []}}, "trust_boundary.accounts: expected an object of account ids"),
        ({"made_at": {}}, "unknown keys made_at; known are account_id"),
    ],
)
def test_invalid_metadata_is_an_error(data: Any, message: str) -> None:
    with pytest.raises(GateError) as caught:
        StackMetadata.from_dict(data)
    assert message in caught.value.message
    codes = {"waivers": "ledger", "trust_boundary": "trust_boundary"}
    assert caught.value.code == next((code for key, code in codes.items() if key in message), "stack_metadata")


def test_version_may_be_left_out() -> None:
    assert StackMetadata.from_dict({"tier": "dev"}) == StackMetadata(tier="dev")
