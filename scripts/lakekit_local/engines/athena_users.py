"""Roles that query with Athena: a query runs with the role that starts it, not with a role of the workgroup."""

from __future__ import annotations

from collections.abc import Iterator

from lakekit.environment import Environment
from lakekit_local.engines.deployment import Deployment, Resource

KIND = "athena_user"
"""Kind of the resources, which are no resources of Terraform."""


def athena_users(environment: Environment, deployment: Deployment) -> Iterator[Resource]:
    """Every role of the environment file with every workgroup that it may use (``Environment.athena_workgroups``).

    Args:
        environment: the environment.
        deployment: what is deployed: roles and workgroups.
    """
    names, governance = environment.names, environment.governance
    roles = {str(one.attributes.get("name")): one for one in deployment.of("aws_iam_role")}
    workgroups = {str(one.attributes["name"]): one for one in deployment.of("aws_athena_workgroup")}
    for team, users in environment.athena_workgroups.items():
        group = workgroups.get(names.resource(team))
        for user in users:
            role = roles.get(names.role(user))
            if group is None or role is None:
                continue
            known = governance.roles.get(user)
            zones = known.read.zone if known and known.read else ()
            written = known.write.zone if known and known.write else ()
            attributes = {
                "name": f"{user} in {team}",
                "role": role.attributes["arn"],
                "trust": role.attributes.get("assume_role_policy"),
                "workgroup": group.attributes["name"],
                "results": group.attributes["configuration"][0]["result_configuration"][0]["output_location"],
                "databases": [names.database(zone) for zone in zones],
                "written": [names.database(zone) for zone in written],
            }
            yield Resource(role.address, KIND, attributes)
