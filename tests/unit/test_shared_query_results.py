"""Query results of Athena: roles that read different data have different workgroups, or a stated reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from stack_builder import stack

from lakekit import AthenaWorkgroup
from lakekit.core.stack import LakehouseStack
from lakekit.environment import load_file
from lakekit.errors import ConstructError, EnvironmentFileError
from lakekit.testing import environment, resources, synthesize
from nonempty import nonempty

ENVIRONMENTS = Path(__file__).resolve().parents[2] / "stacks/environments"
REASON = "Both teams signed the data sharing agreement of 2026"


def role(**filters: Any) -> dict[str, Any]:
    return {"trusted_principals": ["sso"], **filters}


ROLES = {
    "analyst": role(read={"zone": ["curated"], "classification": ["public", "internal"]}),
    "reporter": role(read={"zone": ["curated"], "classification": ["internal", "public"]}),
    # The same data, by the filter to write, which includes reading.
    "editor": role(write={"zone": ["curated"], "classification": ["public", "internal"]}),
    "auditor": role(read={"zone": ["curated"]}),
    "raw": role(read={"zone": ["raw", "curated"], "classification": ["public", "internal"]}),
    "sales": role(read={"zone": ["curated"], "domain": ["sales"], "classification": ["public", "internal"]}),
    "eu": role(row_filtered=True, read={"zone": ["curated"], "classification": ["public", "internal"]}),
    "us": role(row_filtered=True, read={"zone": ["curated"], "classification": ["public", "internal"]}),
}
GOVERNANCE = {"administrators": ["admin"], "domains": ["platform", "sales"], "roles": ROLES}


def settings(*, teams: dict[str, list[str]] | None = None, shared: dict[str, str] | None = None) -> dict[str, Any]:
    athena = {"teams": teams, "shared_results": shared or {}}
    return {"governance": GOVERNANCE, "processing": {"athena": athena}}


def validated(folder: Path, **arguments: Any) -> Any:
    given = yaml.safe_load((ENVIRONMENTS / "dev.yaml").read_text()) | settings(**arguments)
    given.pop("snowflake")
    file = folder / "dev.yaml"
    file.write_text(yaml.safe_dump(given, sort_keys=False))
    return load_file(file)


@pytest.mark.parametrize("name", ["dev", "local", "prod", "staging"])
def test_every_role_of_the_reference_environments_has_a_workgroup(name: str) -> None:
    found = load_file(ENVIRONMENTS / f"{name}.yaml")
    assert found.athena_workgroups == {one: (one,) for one in nonempty(found.governance.roles)}


@pytest.mark.parametrize(
    ("roles", "difference"),
    [
        (["analyst", "auditor"], "only auditor reads confidential data of zone curated and domain platform"),
        (["analyst", "raw"], "only raw reads public data of zone raw and domain platform"),
        (["analyst", "reporter", "sales"], "only analyst reads public data of zone curated and domain platform"),
        (["analyst", "eu"], "row filters give each role different rows"),
        (["eu", "us"], "row filters give each role different rows"),
        (["analyst", "loader"], "the access of loader is not known, because governance.roles does not have it"),
    ],
)
def test_a_workgroup_of_roles_that_read_different_data_is_rejected(
    tmp_path: Path, roles: list[str], difference: str
) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        validated(tmp_path, teams={"shop": roles, "other": ["auditor"]})
    error = caught.value
    line = (tmp_path / "dev.yaml").read_text().splitlines().index("      shop:") + 1
    assert error.where == f"{tmp_path / 'dev.yaml'}:{line}"
    message = str(error)
    assert f"processing.athena.teams.shop: {roles[0]} and {roles[-1]} would read each other's query results" in message
    assert difference in message
    assert "processing.athena.shared_results.shop" in message
    reasoned = validated(tmp_path, teams={"shop": roles}, shared={"shop": REASON})
    assert reasoned.athena_workgroups == {"shop": tuple(roles)}


@pytest.mark.parametrize("roles", [[], ["eu"], ["eu", "eu"], ["loader"], ["analyst", "reporter", "editor"]])
def test_a_workgroup_of_roles_that_read_the_same_data_is_accepted(tmp_path: Path, roles: list[str]) -> None:
    assert validated(tmp_path, teams={"shop": roles}).athena_workgroups == {"shop": tuple(roles)}


@pytest.mark.parametrize(
    ("shared", "problem"),
    [
        ({"shp": REASON}, "shared_results.shp: there is no Athena workgroup shp: did you mean 'shop'?"),
        ({"shop": "why not"}, "expected at least 10 characters, not 'why not'"),
        (
            {"shop": "a reason; of two parts"},
            "shared_results.shop: 'a reason; of two parts' is not a text of letters, digits",
        ),
    ],
)
def test_a_reason_names_a_workgroup_and_is_a_tag(tmp_path: Path, shared: dict[str, str], problem: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        validated(tmp_path, teams={"shop": ["eu", "us"]}, shared=shared)
    assert problem in str(caught.value)


def own(*users: str, **arguments: Any) -> Callable[[Any], None]:
    def build(s: Any) -> None:
        workgroup = AthenaWorkgroup(s, "Shop", **arguments)
        for user in users:
            workgroup.grant_query(user)

    return build


def referred(name: str, *users: str) -> Callable[[Any], None]:
    def build(s: Any) -> None:
        for number, user in enumerate(users):
            AthenaWorkgroup.from_name(s, f"Workgroup{number}", name).grant_query(user)

    return build


@pytest.mark.parametrize(
    ("build", "teams", "message"),
    [
        (
            own("analyst", "auditor"),
            None,
            "auditor and analyst would read each other's query results, and only auditor",
        ),
        (own("eu", "us"), None, "row filters give each role different rows"),
        (own("analyst", "loader"), None, r"loader and analyst .* is not known, because governance.roles"),
        (own("loader", "other-loader"), None, "is not known"),
        (referred("analyst", "loader"), None, "loader and analyst .* is not known"),
        (referred("analyst", "auditor"), None, "auditor and analyst would read"),
        (referred("shop", "loader", "other-loader"), {"shop": []}, "other-loader and loader would read"),
    ],
)
def test_a_grant_to_a_role_that_reads_other_data_is_an_error(
    build: Callable[[Any], None], teams: dict[str, list[str]] | None, message: str
) -> None:
    with pytest.raises(ConstructError, match=message) as caught:
        stack(build, **settings(teams=teams))
    assert "processing.athena.shared_results in dev.yaml" in str(caught.value)


def test_a_workgroup_states_why_its_roles_share_results() -> None:
    def tags(build: Callable[[Any], None], **arguments: Any) -> Any:
        (found,) = resources(stack(build, **settings(**arguments)), "aws_athena_workgroup").values()
        return found.get("tags")

    assert tags(own("analyst", "auditor", "loader", shared_results=REASON)) == {"shared-results": REASON}
    assert tags(own("analyst", "reporter", "editor")) == {"shared-results": "roles that read the same data"}
    assert tags(own("analyst", "analyst")) is None


@pytest.mark.parametrize("reason", ["", "too short", "a, b; c are the reasons", "x" * 257])
def test_a_reason_of_a_workgroup_can_be_a_tag(reason: str) -> None:
    with pytest.raises(ConstructError, match="is not a reason of 10 to 256 characters"):
        stack(own("analyst", shared_results=reason), **settings())


def test_a_reference_is_held_to_the_environment_file() -> None:
    same = stack(referred("analyst", "reporter", "analyst"), **settings())
    reasoned = stack(referred("analyst", "loader", "auditor"), **settings(shared={"analyst": REASON}))
    assert len(resources(same, "aws_iam_role_policy")) == len(resources(reasoned, "aws_iam_role_policy")) == 2


def test_grants_of_two_stacks_of_an_app_are_compared() -> None:
    def make(app: Any) -> LakehouseStack:
        target = environment(**settings(teams={"shop": []}))
        first, second = (LakehouseStack(app, target, name) for name in ("first", "second"))
        AthenaWorkgroup.from_name(first, "Workgroup", "shop").grant_query("analyst")
        AthenaWorkgroup.from_name(second, "Workgroup", "shop").grant_query("auditor")
        return second

    with pytest.raises(ConstructError, match="auditor and analyst would read"):
        synthesize(make)


def test_stacks_state_who_reads_the_results_of_each_workgroup() -> None:
    """`LK_ATHENA_24` compares the policies of every stack with it."""

    def said(**arguments: Any) -> dict[str, list[str]]:
        found = stack(lambda _: None, **settings(**arguments))["//"]["metadata"]["lakekit"]["athena_workgroups"]
        location = "s3://acme-dev-query-results-111111111111-eu-west-1"
        assert all(f"{location}/{one['name'].removeprefix('acme-dev-')}/" == one["location"] for one in nonempty(found))
        return {one["name"]: one["roles"] for one in found}

    same = ["acme-dev-analyst", "acme-dev-editor", "acme-dev-reporter"]
    by_role = said(shared={"raw": REASON})
    assert sorted(by_role) == sorted(f"acme-dev-{name}" for name in ROLES if name != "raw")
    assert sorted(by_role["acme-dev-analyst"]) == same
    assert by_role["acme-dev-eu"] == ["acme-dev-eu"]
    assert said(teams={"open": [], "jobs": ["loader"]}) == {"acme-dev-jobs": ["loader"]}
