"""Constructs of settings that an account has once in a region."""

from __future__ import annotations

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import Environment
from lakekit.errors import ConstructError


def require_owner_of_account(scope: Construct) -> Environment:
    """Return the environment of a construct if it owns the account-wide settings.

    Raises:
        ConstructError: another environment of the account owns them.
    """
    environment = environment_of(scope)
    if not environment.owns_account_settings:
        raise ConstructError(
            scope,
            f"is a setting of account {environment.account_id}, which the environment "
            f"{environment.account_settings.owner} owns",
            fix="create it only if environment.owns_account_settings",
        )
    return environment
