"""Lake Formation grants on data locations, without which no engine may commit to a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.governance.lake_formation_grants import named_grants
from lakekit.naming import pascal
from lakekit.storage.zone_names import zone_bucket

# For `CREATE_TABLE` and `ALTER` on a table at a registered location a principal needs access to the location as well,
# and an Iceberg commit is an update of the table (Lake Formation developer guide, "Underlying data access control";
# Iceberg's integration tests of Lake Formation, where a commit without it is refused). Data lake administrators, who
# create the tables, have it everywhere ("Implicit Lake Formation permissions").
LOCATION_ACCESS: Final = ("DATA_LOCATION_ACCESS",)


def location_target(scope: Construct, location: str) -> dict[str, Any]:
    """The argument of `aws_lakeformation_permissions` for a location and everything below it.

    Args:
        scope: a construct of the stack.
        location: `s3://<bucket>/<prefix>`, or `s3://<bucket>/` for the whole bucket.
    """
    path = location.removeprefix("s3://").rstrip("/")
    arn = environment_of(scope).names.bucket_arn(path)
    return {"data_location": aws.lakeformation_permissions.LakeformationPermissionsDataLocation(arn=arn)}


def grant_zone_locations(
    scope: Construct, principal: str, zones: Iterable[str]
) -> list[aws.lakeformation_permissions.LakeformationPermissions]:
    """Allow a role to create and change tables anywhere in zones that hold tables.

    Args:
        scope: parent of the grants.
        principal: ARN of the role.
        zones: names of zones; those that hold no tables are not registered and need no grant.
    """
    environment = environment_of(scope)
    grants = [
        (f"{pascal(name)}Location", LOCATION_ACCESS, location_target(scope, f"s3://{_bucket(scope, name)}/"))
        for name in zones
        if environment.lake.zones[name].holds_tables
    ]
    return named_grants(scope, principal, grants)


def _bucket(scope: Construct, zone: str) -> str:
    return environment_of(scope).names.bucket(zone_bucket(zone))
