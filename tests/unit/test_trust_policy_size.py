"""Trust policies are measured: IAM takes 2,048 characters without white space."""

from __future__ import annotations

from typing import Any

import pytest
from stack_builder import stack

from lakekit.environment import RoleSettings
from lakekit.errors import ConstructError
from lakekit.governance import DataRole
from lakekit.testing import resources


def role(count: int) -> Any:
    settings = RoleSettings.model_validate(
        {"trusted_principals": [f"sso-data-engineer-{number:03}" for number in range(count)], "read": {"zone": ["raw"]}}
    )
    return lambda s: DataRole(s, "Engineer", settings=settings)


def test_a_trust_policy_above_the_quota_is_rejected() -> None:
    with pytest.raises(ConstructError, match=r"the trust policy has \d+ characters; IAM allows 2048"):
        stack(role(40))


def test_a_trust_policy_within_the_quota_is_accepted() -> None:
    (made,) = resources(stack(role(20)), "aws_iam_role").values()
    assert 1000 < len("".join(made["assume_role_policy"].split())) <= 2048
