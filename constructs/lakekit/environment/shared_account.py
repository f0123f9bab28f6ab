"""Environments in one account and region: one of them owns the account-wide settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lakekit.errors import EnvironmentFileError

from .model import Environment

_ByPlace = dict[tuple[str, str], list[tuple[Path, Environment]]]


def check_shared_accounts(environments: Mapping[Path, Environment]) -> None:
    """Reject environments that would overwrite each other's account-wide settings or deployment roles.

    Lake Formation settings, LF-tags, catalog encryption and EMR's block of public access exist once for each account
    and region, and IAM roles once for each account.

    Args:
        environments: environments by file.

    Raises:
        EnvironmentFileError: two owners, another owner than the named one, an owner in another account, the same
            deployment role in two environments, or zones, domains or classifications that the LF-tags of the owner do
            not have.
    """
    by_place: _ByPlace = {}
    for path, environment in environments.items():
        by_place.setdefault((environment.account_id, environment.region), []).append((path, environment))
    for group in by_place.values():
        _one_owner(group)
    _distinct_roles(environments)
    by_name = {environment.name: environment for environment in environments.values()}
    for path, environment in environments.items():
        name = environment.account_settings.owner
        if name is not None and name not in by_name:
            # It may be in another repository, unless another environment has the settings of the account.
            _without_other_owner(path, environment, by_place)
        elif name is not None:
            _fits_owner(path, environment, by_name[name])


def _one_owner(group: Sequence[tuple[Path, Environment]]) -> None:
    owners = [(path, one) for path, one in group if one.owns_account_settings]
    if len(owners) > 1:
        (_, first), (path, second) = owners[:2]
        raise EnvironmentFileError(
            f"{first.name} and {second.name} are in account {second.account_id}, {second.region}, and each would "
            "overwrite its Lake Formation settings, LF-tags and catalog encryption",
            where=str(path),
            fix=f"use an account for each environment, or set account_settings.owner: {first.name} in {path.name} and "
            f"account_settings.environments: [{second.name}] in {first.name}.yaml",
        )


def _without_other_owner(path: Path, environment: Environment, by_place: _ByPlace) -> None:
    group = by_place[environment.account_id, environment.region]
    owner = next((one for _, one in group if one.owns_account_settings), None)
    if owner is not None:
        raise EnvironmentFileError(
            f"account_settings.owner is {environment.account_settings.owner!r}, which has no file here, but "
            f"{owner.name} has the account-wide settings of {environment.account_id}, {environment.region}",
            where=str(path),
            fix=f"set account_settings.owner: {owner.name}",
        )


def _distinct_roles(environments: Mapping[Path, Environment]) -> None:
    """The policies of a deployment role are restricted to the names and tags of one environment."""
    used: dict[tuple[str, str], tuple[str, str]] = {}
    for path, environment in environments.items():
        deployment = environment.deployment
        for kind, role in (("deployer", deployment.deployer.role), ("planner", deployment.planner.role)):
            first, of_first = used.setdefault((environment.account_id, role), (environment.name, kind))
            if first != environment.name:
                raise EnvironmentFileError(
                    f"deployment.{kind}.role is {role}, which is the {of_first} of {first} in the same account: "
                    f"`lakekit bootstrap` would replace its permissions for {first}",
                    where=str(path),
                    fix=f"set deployment.{kind}.role to a name of its own, such as {environment.name}-{kind}",
                )


def _fits_owner(path: Path, environment: Environment, owner: Environment) -> None:
    def reject(problem: str, fix: str) -> None:
        raise EnvironmentFileError(problem, where=str(path), fix=fix)

    place = ("organization", "account_id", "region")
    if any(getattr(owner, key) != getattr(environment, key) for key in place) or not owner.owns_account_settings:
        reject(
            f"account_settings.owner {owner.name!r} is in another account, region or organization, or has an owner",
            f"name the environment with the account-wide settings of {environment.account_id}, {environment.region}",
        )
    for key, wanted, known in (
        ("account_settings.environments", (environment.name,), owner.account_settings.environments),
        # The owner's settings make planners read-only administrators of Lake Formation.
        ("account_settings.planners", (environment.deployment.planner.role,), owner.account_settings.planners),
        ("lake.zones", tuple(environment.lake.zones), tuple(owner.lake.zones)),
        ("governance.domains", environment.governance.domains, owner.governance.domains),
        ("governance.classifications", environment.governance.classifications, owner.governance.classifications),
        ("governance.administrators", environment.governance.administrators, owner.governance.administrators),
    ):
        missing = [value for value in wanted if value not in known]
        if missing:
            reject(
                f"{key} of {owner.name}, which owns the account-wide settings, lacks {', '.join(missing)}",
                f"add them to {key} in {owner.name}.yaml",
            )
