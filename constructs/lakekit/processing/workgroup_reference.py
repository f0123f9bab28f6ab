"""References to Athena workgroups of the environment."""

from __future__ import annotations

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.processing.workgroup_base import WorkgroupBase


class WorkgroupReference(WorkgroupBase):
    """Workgroup of another stack; `AthenaWorkgroup.from_name` returns one.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the workgroup: a key of `processing.athena.teams` of the environment file, or a role of
            `governance.roles` if that is unset.

    Attributes:
        short_name: short name.
        name: physical name, a literal.
        arn: ARN, a literal.

    Raises:
        ConstructError: the environment has no workgroup of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        environment = environment_of(scope)
        known = environment.athena_workgroups
        reason = environment.processing.athena.shared_results.get(name)
        super().__init__(scope, id, name=name, shared_results=reason, declared_users=known.get(name, ()))
        if name not in known:
            raise ConstructError(
                self,
                f"{environment.name} has no Athena workgroup {name!r}; known: "
                f"{', '.join(known) or 'none, processing.athena is disabled'}",
                fix=f"use a known name, or add it to processing.athena.teams in {environment.name}.yaml",
            )
