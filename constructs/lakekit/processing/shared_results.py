"""Roles that query in one Athena workgroup: each reads the results of the others, so that all must read the same data.

GetQueryExecution and GetQueryResults are authorized on the workgroup, not on the query
(https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter, ValidationError

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of, stack_of
from lakekit.environment.processing import SharedResultsReason
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference
from lakekit.iam.role_name import role_name

if TYPE_CHECKING:
    from constructs import IConstruct

TAG: Final = "shared-results"
"""Tag of a workgroup with several roles: why they may read each other's results. `LK_ATHENA_24` requires it."""

# Names of the roles by app, ARN of the workgroup, and ARN of the role.
_USERS: Final[WeakKeyDictionary[IConstruct, dict[str, dict[str, str]]]] = WeakKeyDictionary()


def check_reason(scope: Construct, reason: str | None) -> str | None:
    """Return a reason for sharing results, without spaces around it.

    Raises:
        ConstructError: it has less than 10 characters, or more or others than the value of a tag may have.
    """
    if reason is None:
        return None
    try:
        return TypeAdapter(SharedResultsReason).validate_python(reason.strip())
    except ValidationError as error:
        raise ConstructError(
            scope,
            f"shared_results {reason[:80]!r} is not a reason of 10 to 256 characters that a tag may have",
            fix="state in a sentence of letters, digits, spaces and _.:/=+@- why the roles may share results",
        ) from error


def add_user(
    workgroup: Construct,
    arn: str,
    role: Role | RoleReference,
    *,
    declared: Iterable[str] = (),
    reason: str | None = None,
) -> bool:
    """Note a role that may query in a workgroup.

    Args:
        workgroup: the workgroup or a reference to it.
        arn: its ARN.
        role: the role.
        declared: roles that the environment file lets query in it: short names or names.
        reason: why its roles may read each other's results although they read different data.

    Returns:
        Whether the workgroup has several roles now.

    Raises:
        ConstructError: the role reads other data than one that may query in the workgroup, or it is not known what it
            reads, and there is no reason.
    """
    environment = environment_of(workgroup)
    names, roles = environment.names, environment.governance.roles
    users = _USERS.setdefault(stack_of(workgroup).app, {}).setdefault(arn, {})
    short = {names.role_arn(names.role(one)): one for one in roles}
    named = {names.role_arn(name): name for name in (role_name(workgroup, one) for one in declared)}
    others = {**named, **users}
    others.pop(role.arn, None)
    one = short.get(role.arn, role.name)
    for other in (short.get(other_arn, name) for other_arn, name in others.items() if reason is None):
        if found := environment.access_difference(one, other):
            raise ConstructError(
                workgroup,
                f"{one} and {other} would read each other's query results, and {found}",
                fix=f"create another AthenaWorkgroup for {one}, or state the reason as shared_results of the workgroup "
                f"(processing.athena.shared_results in {environment.name}.yaml for those of the file)",
            )
    users[role.arn] = role.name
    return bool(others)
