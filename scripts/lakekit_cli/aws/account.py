"""Check that the AWS credentials belong to the account of an environment."""

from __future__ import annotations

from typing import Any

from lakekit.environment import Environment
from lakekit.errors import LakekitError


def require_account(environment: Environment, session: Any) -> None:
    """Check the account of a boto3 session.

    Raises:
        LakekitError: The credentials belong to another account.
    """
    account = session.client("sts", region_name=environment.region).get_caller_identity()["Account"]
    if account != environment.account_id:
        raise LakekitError(
            f"the credentials belong to account {account}, but {environment.name} is in {environment.account_id}",
            fix="log in to that account: aws sso login, or set AWS_PROFILE",
        )
