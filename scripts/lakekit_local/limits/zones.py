"""Availability zones that a region does not have.

Source: Amazon EC2 API reference, "CreateSubnet" and "Error codes" (``InvalidParameterValue``); AWS regions and
availability zones. moto accepts the zones of every region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_MEMBERS: Final = ("AvailabilityZone", "AvailabilityZoneId")


@limits(
    "ec2", "CreateSubnet", "CreateDefaultSubnet", "CreateVolume", "RunInstances", "CreateFleet", "CreateLaunchTemplate"
)
def zone_of_region(call: Call) -> None:
    """Zones by name or id in a request of EC2."""
    zones = RegionsAndZonesBackend.zones.get(call.region)
    if not zones:
        return  # moto does not know the region
    known = {"AvailabilityZone": {one.name for one in zones}, "AvailabilityZoneId": {one.zone_id for one in zones}}
    for member, value in _given(call.params):
        if value not in known[member]:
            admitted = ", ".join(sorted(known[member]))
            text = (
                f"Value ({value}) for parameter {member[0].lower()}{member[1:]} is invalid. Subnets can currently only "
                f"be created in the following availability zones: {admitted}."
            )
            raise ServiceError("InvalidParameterValue", text, 400)


def _given(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in _MEMBERS and isinstance(item, str) and item:
                yield name, item
            else:
                yield from _given(item)
    elif isinstance(value, list):
        for item in value:
            yield from _given(item)
