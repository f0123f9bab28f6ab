"""References to EMR clusters of the environment."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference
from lakekit.processing.emr_roles import node_role_name


class SparkClusterReference(Construct):
    """Cluster of another stack, as a grantee; `SparkCluster.from_name` returns one.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the cluster: `processing.cluster.name` of the environment file.

    Attributes:
        short_name: short name.
        name: physical name, a literal.
        role: RoleReference to the role of the nodes.

    Raises:
        ConstructError: the environment has no cluster of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        processing = environment.processing
        known = [processing.cluster.name] if processing.enabled and processing.cluster.enabled else []
        if name not in known:
            raise ConstructError(
                self,
                f"{environment.name} has no Spark cluster {name!r}; known: "
                f"{', '.join(known) or 'none, processing.cluster is disabled'}",
                fix=f"use a known name, or set processing.cluster.name in {environment.name}.yaml",
            )
        self.short_name: Final = name
        self.name: Final = environment.names.resource("emr", name)
        self.role: Final[RoleReference] = Role.from_name(self, "Role", node_role_name(environment.names, name))
