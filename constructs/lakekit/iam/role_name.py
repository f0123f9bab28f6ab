"""Physical names of IAM roles, from a name, a short name or an ARN."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError

# IAM user guide, "IAM and AWS STS quotas": names of roles.
_ROLE_NAME: Final = re.compile(r"[\w+=,.@-]{1,64}\Z", re.ASCII)


def role_name(scope: Construct, reference: str) -> str:
    """Return the physical name of a role of this account.

    Args:
        scope: the construct that grants.
        reference: the ARN or the name of the role, or the short name of a data role of the environment.

    Raises:
        ConstructError: not the name of a role, or the ARN of something else or of another account.
    """
    environment = environment_of(scope)
    if reference in environment.governance.roles:
        return environment.names.role(reference)
    if not reference.startswith("arn:"):
        if not _ROLE_NAME.match(reference):
            raise ConstructError(
                scope,
                f"cannot grant to {reference!r}: it is not the name of a role",
                fix="pass the name of a role: at most 64 letters, digits and +=,.@_-",
            )
        return reference
    own = environment.names.role_arn("")
    if not reference.startswith(own):
        raise ConstructError(
            scope,
            f"cannot grant to {reference}: it is not a role of account {environment.account_id}",
            fix="grant to a role of this account that they may assume, or use share_with() for another account's role",
        )
    return reference.rpartition("/")[2]
