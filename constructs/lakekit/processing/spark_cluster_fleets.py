"""Instance fleets of EMR clusters."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf

_SPOT_WAIT_MINUTES: Final = 10


def instance_types(module: Any, prefix: str, types: tuple[str, ...]) -> list[Any]:
    """Return the instance type configurations of a fleet: one unit and a 64 GiB gp3 volume per node."""
    return [
        getattr(module, f"{prefix}InstanceTypeConfigs")(
            instance_type=kind,
            weighted_capacity=1,
            ebs_config=[getattr(module, f"{prefix}InstanceTypeConfigsEbsConfig")(size=64, type="gp3")],
        )
        for kind in types
    ]


def spot_fleet(scope: Construct, cluster_id: str, types: tuple[str, ...]) -> aws.emr_instance_fleet.EmrInstanceFleet:
    """Create the instance fleet of spot nodes."""
    module = aws.emr_instance_fleet
    spot = module.EmrInstanceFleetLaunchSpecificationsSpotSpecification(
        # Pools with the most capacity: fewer interruptions at a slightly higher price (EMR, "Allocation strategy").
        allocation_strategy="price-capacity-optimized",
        timeout_action="SWITCH_TO_ON_DEMAND",
        timeout_duration_minutes=_SPOT_WAIT_MINUTES,
    )
    return module.EmrInstanceFleet(
        scope,
        "Spot",
        cluster_id=cluster_id,
        name="spot",
        target_spot_capacity=1,
        instance_type_configs=instance_types(module, "EmrInstanceFleet", types),
        launch_specifications=module.EmrInstanceFleetLaunchSpecifications(spot_specification=[spot]),
        lifecycle=cdktf.TerraformResourceLifecycle(
            ignore_changes=["target_spot_capacity", "target_on_demand_capacity"]
        ),
    )
