"""The trust boundary of an environment: what its file states, and what belongs to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakekit.core.trust_boundary import boundary_of
from lakekit.environment import Environment, load_file
from lakekit.errors import EnvironmentFileError

PROD = Path(__file__).parents[2] / "stacks/environments/prod.yaml"


def load(folder: Path, more: str) -> Environment:
    file = folder / "prod.yaml"
    file.write_text(PROD.read_text(encoding="utf-8") + more, encoding="utf-8")
    return load_file(file)


def test_what_belongs_to_the_environment_is_inside(tmp_path: Path) -> None:
    boundary = boundary_of(load(tmp_path, ""))
    assert boundary.stated
    assert boundary.accounts == {}
    assert boundary.snowflake_accounts == ("ACMEORG.LAKE_PROD",)
    assert boundary.mail_domains == ("acme.example",)
    assert boundary.hosts == ("events.oncall.example",)
    assert "acme-prod-lake-raw-333333333333-eu-west-1" in boundary.buckets
    assert "acme-prod-terraform-state-333333333333-eu-west-1" in boundary.buckets


def test_the_file_states_the_rest(tmp_path: Path) -> None:
    boundary = boundary_of(
        load(
            tmp_path,
            'trust_boundary:\n  accounts: {"444444444444": backup account of the platform team}\n'
            "  organizations: [o-a1b2c3d4e5]\n"
            '  oidc_subjects: {token.actions.githubusercontent.com: ["repo:acme/lake:*"]}\n'
            "  vpc_endpoints: [vpce-0123456789abcdef0]\n",
        )
    )
    assert boundary.accounts == {"444444444444": "backup account of the platform team"}
    assert boundary.organizations == ("o-a1b2c3d4e5",)
    assert boundary.oidc_subjects == {"token.actions.githubusercontent.com": ("repo:acme/lake:*",)}
    assert boundary.vpc_endpoints == ("vpce-0123456789abcdef0",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('accounts: {"444444444444": why}', "at least 10 characters"),
        ('accounts: ["444444444444"]', "trust_boundary.accounts"),
        ("oidc_subjects: {token.actions.githubusercontent.com: ['repo:acme*']}", "includes subjects of any owner"),
        ("organizations: ['o-*']", "trust_boundary.organizations"),
    ],
)
def test_invalid_boundaries_are_rejected(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        load(tmp_path, f"trust_boundary:\n  {text}\n")
    assert problem in str(caught.value)
