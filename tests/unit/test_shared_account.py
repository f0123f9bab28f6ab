"""Environments in one account: one owner of the account-wide settings, and distinct zones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from stack_builder import stack

from lakekit.catalog import CatalogSettings, Database
from lakekit.environment import RoleSettings, selected
from lakekit.errors import ConstructError, EnvironmentFileError
from lakekit.governance import DataRole, LakeFormationSettings, LakeTags
from lakekit.processing import block_public_emr_clusters
from lakekit.testing import environment, resources

OWNED: dict[str, Any] = {"environment": "test", "account_settings": {"owner": "dev"}}
SHARED: dict[str, Any] = {"account_settings": {"environments": ["test"], "planners": ["test-planner"]}}
OF_OWNER: dict[str, Any] = {
    "account_settings": {"owner": "dev"},
    "deployment": {"deployer": {"role": "test-deployer"}, "planner": {"role": "test-planner"}},
}
OWN = ["consumption", "curated", "landing", "raw"]
OF_TEST = [f"test-{zone}" for zone in OWN]


def write(folder: Path, name: str, **changes: Any) -> None:
    document = {
        "organization": "acme",
        "environment": name,
        "tier": "dev",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "owner": "data-platform@acme.example",
        "cost_center": "cc-1001",
        "backend": {"kind": "s3"},
        "governance": {"administrators": ["lakehouse-deployer"], "domains": ["platform", "sales"]},
        **changes,
    }
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(document))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEKIT_ENV", "test")


@pytest.mark.usefixtures("alone")
def test_two_owners_in_one_account_are_rejected_even_if_one_is_synthesized_alone(tmp_path: Path) -> None:
    write(tmp_path, "dev")
    write(tmp_path, "test")
    with pytest.raises(EnvironmentFileError, match="dev and test are in account 111111111111, eu-west-1") as caught:
        selected(tmp_path)
    assert "account_settings.owner: dev in test.yaml" in str(caught.value)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("changes", [{"account_id": "222222222222"}, {"region": "eu-central-1"}])
def test_another_account_or_region_has_its_own_settings(tmp_path: Path, changes: dict[str, str]) -> None:
    write(tmp_path, "dev", **changes)
    write(tmp_path, "test", deployment=OF_OWNER["deployment"])
    assert [one.name for one in selected(tmp_path)] == ["test"]


@pytest.mark.usefixtures("alone")
def test_an_environment_with_an_owner_is_accepted(tmp_path: Path) -> None:
    write(tmp_path, "dev", **SHARED)
    write(tmp_path, "test", **OF_OWNER)
    (found,) = selected(tmp_path)
    assert not found.owns_account_settings
    assert found.account_names.key_alias("catalog") == "alias/acme-dev-catalog"


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (
            {"planner": {"role": "test-planner"}},
            "deployment.deployer.role is lakehouse-deployer, which is the deployer of dev",
        ),
        ({"deployer": {"role": "test-deployer"}}, "deployment.planner.role is lakehouse-planner, which is the planner"),
        (
            {"deployer": {"role": "lakehouse-planner"}, "planner": {"role": "test-planner"}},
            "deployment.deployer.role is lakehouse-planner, which is the planner of dev",
        ),
    ],
)
def test_two_environments_of_an_account_have_their_own_deployment_roles(
    tmp_path: Path, region: str, roles: dict[str, Any], message: str
) -> None:
    write(tmp_path, "dev", **SHARED)
    owned = {"account_settings": {"owner": "dev"}} if region == "eu-west-1" else {}
    write(tmp_path, "test", **owned, region=region, deployment=roles)
    with pytest.raises(EnvironmentFileError, match=message):
        selected(tmp_path)


def test_planners_of_all_environments_see_every_table() -> None:
    (settings,) = resources(
        stack(lambda s: LakeFormationSettings(s, "Settings"), **SHARED), "aws_lakeformation_data_lake_settings"
    ).values()
    roles = "arn:aws:iam::111111111111:role"
    assert settings["read_only_admins"] == [f"{roles}/lakehouse-planner", f"{roles}/test-planner"]


@pytest.mark.usefixtures("alone")
def test_the_owner_may_be_in_another_repository(tmp_path: Path) -> None:
    write(tmp_path, "test", **OF_OWNER)
    assert [one.name for one in selected(tmp_path)] == ["test"]


@pytest.mark.usefixtures("alone")
def test_a_neighbour_that_is_not_valid_is_left_to_its_own_synthesis(tmp_path: Path) -> None:
    write(tmp_path, "dev", tier="unknown")
    write(tmp_path, "test")
    assert [one.name for one in selected(tmp_path)] == ["test"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("dev", "test", "message"),
    [
        ({}, {}, "account_settings.environments of dev, which owns the account-wide settings, lacks test"),
        (SHARED, {"lake": {"zones": {"extra": {}}}}, "lake.zones of dev, which owns .* lacks extra"),
        (
            SHARED,
            {"governance": {"administrators": ["lakehouse-deployer"], "domains": ["finance"]}},
            "governance.domains of dev, which owns the account-wide settings, lacks finance",
        ),
        (
            SHARED,
            {"governance": {"administrators": ["other"], "domains": ["sales"]}},
            "governance.administrators of dev, which owns the account-wide settings, lacks other",
        ),
        (
            {"account_settings": {"environments": ["test"]}},
            {},
            "account_settings.planners of dev, which owns the account-wide settings, lacks test-planner",
        ),
        ({**SHARED, "account_id": "222222222222"}, {}, "account_settings.owner 'dev' is in another account"),
        (
            SHARED,
            {"account_settings": {"owner": "devv"}},
            "'devv', which has no file here, but dev has the account-wide",
        ),
    ],
)
def test_what_does_not_fit_the_owner_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dev: dict[str, Any], test: dict[str, Any], message: str
) -> None:
    write(tmp_path, "dev", **dev)
    write(tmp_path, "test", **{**OF_OWNER, **test})
    # The owner in another account is read only if it is selected too.
    monkeypatch.setenv("LAKEKIT_ENV", "dev,test" if "account_id" in dev else "test")
    with pytest.raises(EnvironmentFileError, match=message):
        selected(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"account_settings": {"owner": "dev"}}, "account_settings.owner is dev itself"),
        ({"account_settings": {"owner": "test", "environments": ["x"]}}, "environments belong into the file"),
        ({"account_settings": {"owner": "test", "planners": ["x"]}}, "planners belong into the file"),
        (
            {**SHARED, "lake": {"zones": {"raw": {}, "test-raw": {}}}},
            "zones test-raw are LF-tag values of account_settings.environments",
        ),
    ],
)
def test_contradictions_in_one_file_are_rejected(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        environment(**changes)


@pytest.mark.parametrize(
    "build",
    [
        lambda s: LakeFormationSettings(s, "Settings"),
        lambda s: LakeTags(s, "Tags"),
        lambda s: CatalogSettings(s, "Catalog"),
        lambda s: block_public_emr_clusters(s, "Emr"),
    ],
)
def test_account_wide_constructs_belong_into_the_owner(build: Any) -> None:
    with pytest.raises(ConstructError, match="a setting of account 111111111111, which the environment dev owns"):
        stack(build, **OWNED)
    stack(build)


def test_grants_stay_in_the_zones_of_the_environment() -> None:
    def build(s: Any) -> None:
        settings = RoleSettings.model_validate({"trusted_principals": ["sso"], "read": {"domain": ["sales"]}})
        DataRole(s, "Analyst", settings=settings)

    def zones(**changes: Any) -> list[list[str]]:
        grants = resources(stack(build, **changes), "aws_lakeformation_permissions").values()
        expressions = [{one["key"]: one["values"] for one in grant["lf_tag_policy"]["expression"]} for grant in grants]
        return [expression.get("zone", []) for expression in expressions]

    assert zones(**OWNED) == [OF_TEST] * 2
    assert zones(**SHARED) == [OWN] * 2
    assert zones() == [[], []]


def test_readers_use_the_catalog_key_of_the_owner() -> None:
    def build(s: Any) -> None:
        Database.from_name(s, "Curated", "curated").grant_read("reader", domains=["sales"])

    (policy,) = resources(stack(build, **OWNED), "aws_iam_role_policy").values()
    assert "alias/acme-dev-catalog" in policy["policy"]
    assert "alias/acme-test-catalog" not in policy["policy"]


def test_the_owner_has_the_zones_of_all() -> None:
    template = stack(lambda s: LakeTags(s, "Tags"), **SHARED)
    values = {tag["key"]: tag["values"] for tag in resources(template, "aws_lakeformation_lf_tag").values()}
    assert values["zone"] == [*OWN, *OF_TEST]


def test_databases_have_the_zone_of_their_environment() -> None:
    def zone(**changes: Any) -> list[str]:
        template = stack(lambda s: Database(s, "Curated", zone="curated"), **changes)
        (tags,) = resources(template, "aws_lakeformation_resource_lf_tags").values()
        return [one["value"] for one in tags["lf_tag"] if one["key"] == "zone"]

    assert (zone(**OWNED), zone(**SHARED), zone()) == (["test-curated"], ["curated"], ["curated"])
