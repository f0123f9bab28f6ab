"""EMR: clusters with instance fleets or groups, scaling and termination policies. No instance is started."""

from __future__ import annotations

import secrets
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now

_SERVICE = "emr"
_MISSING = "InvalidRequestException"
_KEPT = (
    *("AutoScalingRole", "BootstrapActions", "CustomAmiId", "EbsRootVolumeSize", "KerberosAttributes", "LogUri"),
    *("LogEncryptionKmsKeyId", "OSReleaseLabel", "PlacementGroupConfigs", "ReleaseLabel", "ScaleDownBehavior"),
    *("SecurityConfiguration", "ServiceRole", "StepConcurrencyLevel", "VisibleToAllUsers"),
)
_GROUPS = (
    *("Ec2KeyName", "EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "ServiceAccessSecurityGroup"),
    *("AdditionalMasterSecurityGroups", "AdditionalSlaveSecurityGroups"),
)


def _clusters(call: Call) -> Any:
    return call.table("cluster", missing=_MISSING)


def _fleets(call: Call) -> Any:
    return call.table("instance fleet", missing=_MISSING)


def _new(prefix: str) -> str:
    return prefix + secrets.token_hex(7).upper()


@handles(_SERVICE, "RunJobFlow")
def run(call: Call) -> dict[str, Any]:
    instances = call["Instances"]
    cluster_id = _new("j-")
    arn = call.arn(f"cluster/{cluster_id}", service="elasticmapreduce")
    subnets = instances.get("Ec2SubnetIds") or [instances[key] for key in ("Ec2SubnetId",) if key in instances]
    attributes = {name: instances[name] for name in _GROUPS if name in instances}
    if subnets:
        attributes |= {"Ec2SubnetId": subnets[0], "RequestedEc2SubnetIds": subnets}
    record = {
        **call.pick(*_KEPT),
        "Id": cluster_id,
        "Name": call["Name"],
        "ClusterArn": arn,
        "Status": {"State": "WAITING", "StateChangeReason": {}, "Timeline": {"CreationDateTime": now()}},
        "Ec2InstanceAttributes": {**attributes, "IamInstanceProfile": call.get("JobFlowRole", "")},
        "InstanceCollectionType": "INSTANCE_FLEET" if "InstanceFleets" in instances else "INSTANCE_GROUP",
        "Applications": call.get("Applications", []),
        "Configurations": call.get("Configurations", []),
        "AutoTerminate": not instances.get("KeepJobFlowAliveWhenNoSteps", False),
        "TerminationProtected": instances.get("TerminationProtected", False),
        "UnhealthyNodeReplacement": instances.get("UnhealthyNodeReplacement", False),
        "NormalizedInstanceHours": 0,
        "MasterPublicDnsName": f"ip-10-0-0-10.{call.region}.compute.internal",
    }
    _clusters(call).create(cluster_id, record)
    for kind, added in (("ManagedScalingPolicy", "scaling"), ("AutoTerminationPolicy", "termination")):
        if kind in call.params:
            call.table(added).put(cluster_id, call[kind])
    for fleet in instances.get("InstanceFleets", []):
        _add_fleet(call, cluster_id, fleet)
    for group in instances.get("InstanceGroups", []):
        _add_group(call, cluster_id, group)
    call.tags.add(cluster_id, call.get("Tags", []))
    return {"JobFlowId": cluster_id, "ClusterArn": arn}


@handles(_SERVICE, "DescribeCluster")
def describe(call: Call) -> dict[str, Any]:
    record = _clusters(call).get(call["ClusterId"])
    return {"Cluster": {**record, "Tags": call.tags.as_list(call["ClusterId"])}}


@handles(_SERVICE, "ListClusters")
def list_clusters(call: Call) -> dict[str, Any]:
    states = call.get("ClusterStates", [])
    found = _clusters(call).all(lambda record: not states or record["Status"]["State"] in states)
    return {"Clusters": found}


@handles(_SERVICE, "TerminateJobFlows")
def terminate(call: Call) -> None:
    for cluster_id in call["JobFlowIds"]:
        record = _clusters(call).get(cluster_id)
        if record["TerminationProtected"]:
            text = "Could not shut down one or more job flows since they are termination protected."
            raise ServiceError("ValidationException", text)
        status = {**record["Status"], "State": "TERMINATED"}
        status["Timeline"] = {**status["Timeline"], "EndDateTime": now()}
        _clusters(call).update(cluster_id, {"Status": status})


@handles(_SERVICE, "SetTerminationProtection", "SetVisibleToAllUsers", "SetUnhealthyNodeReplacement")
def set_flag(call: Call) -> None:
    names = ("TerminationProtected", "VisibleToAllUsers", "UnhealthyNodeReplacement")
    for cluster_id in call["JobFlowIds"]:
        _clusters(call).update(cluster_id, call.pick(*names))


@handles(_SERVICE, "SetKeepJobFlowAliveWhenNoSteps")
def keep_alive(call: Call) -> None:
    for cluster_id in call["JobFlowIds"]:
        _clusters(call).update(cluster_id, {"AutoTerminate": not call["KeepJobFlowAliveWhenNoSteps"]})


@handles(_SERVICE, "ModifyCluster")
def modify(call: Call) -> dict[str, Any]:
    _clusters(call).update(call["ClusterId"], call.pick("StepConcurrencyLevel"))
    return call.pick("StepConcurrencyLevel")


@handles(_SERVICE, "ListBootstrapActions", "ListSteps", "ListInstances")
def empty_answer(call: Call) -> dict[str, Any]:
    record = _clusters(call).get(call["ClusterId"])
    if call.operation != "ListBootstrapActions":
        return {"Steps" if call.operation == "ListSteps" else "Instances": []}
    actions = record.get("BootstrapActions", [])
    named = [
        {
            "Name": action["Name"],
            "ScriptPath": action["ScriptBootstrapAction"]["Path"],
            "Args": action["ScriptBootstrapAction"].get("Args", []),
        }
        for action in actions
    ]
    return {"BootstrapActions": named}


def _add_fleet(call: Call, cluster_id: str, fleet: dict[str, Any]) -> str:
    fleet_id = _new("if-")
    on_demand, spot = fleet.get("TargetOnDemandCapacity", 0), fleet.get("TargetSpotCapacity", 0)
    types = [
        {
            **{key: value for key, value in kind.items() if key != "EbsConfiguration"},
            "WeightedCapacity": kind.get("WeightedCapacity", 1),
            "EbsBlockDevices": _volumes(kind.get("EbsConfiguration", {})),
        }
        for kind in fleet.get("InstanceTypeConfigs", [])
    ]
    record = {
        **{key: value for key, value in fleet.items() if key != "InstanceTypeConfigs"},
        "Id": fleet_id,
        "ClusterId": cluster_id,
        "Status": {"State": "RUNNING", "StateChangeReason": {}, "Timeline": {"CreationDateTime": now()}},
        "TargetOnDemandCapacity": on_demand,
        "TargetSpotCapacity": spot,
        "ProvisionedOnDemandCapacity": on_demand,
        "ProvisionedSpotCapacity": spot,
        "InstanceTypeSpecifications": types,
    }
    _fleets(call).create(fleet_id, record)
    return fleet_id


def _volumes(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one device per volume, as EMR lists them."""
    return [
        {"VolumeSpecification": device["VolumeSpecification"], "Device": f"/dev/sd{chr(98 + number)}"}
        for device in configuration.get("EbsBlockDeviceConfigs", [])
        for number in range(device.get("VolumesPerInstance", 1))
    ]


@handles(_SERVICE, "AddInstanceFleet")
def add_fleet(call: Call) -> dict[str, Any]:
    record = _clusters(call).get(call["ClusterId"])
    fleet_id = _add_fleet(call, call["ClusterId"], call["InstanceFleet"])
    return {"ClusterId": call["ClusterId"], "InstanceFleetId": fleet_id, "ClusterArn": record["ClusterArn"]}


@handles(_SERVICE, "ModifyInstanceFleet")
def modify_fleet(call: Call) -> None:
    requested = call["InstanceFleet"]
    targets = {key: requested[key] for key in ("TargetOnDemandCapacity", "TargetSpotCapacity") if key in requested}
    got = {key.replace("Target", "Provisioned"): value for key, value in targets.items()}
    _fleets(call).update(requested["InstanceFleetId"], {**targets, **got})


@handles(_SERVICE, "ListInstanceFleets")
def list_fleets(call: Call) -> dict[str, Any]:
    _clusters(call).get(call["ClusterId"])
    return {"InstanceFleets": _fleets(call).all(lambda fleet: fleet["ClusterId"] == call["ClusterId"])}


def _groups(call: Call) -> Any:
    return call.table("instance group", missing=_MISSING)


def _add_group(call: Call, cluster_id: str, group: dict[str, Any]) -> str:
    group_id = _new("ig-")
    record = {
        **{key: value for key, value in group.items() if key not in ("InstanceCount", "InstanceRole")},
        "Id": group_id,
        "ClusterId": cluster_id,
        "InstanceGroupType": group["InstanceRole"],
        "Market": group.get("Market", "ON_DEMAND"),
        "RequestedInstanceCount": group["InstanceCount"],
        "RunningInstanceCount": group["InstanceCount"],
        "EbsBlockDevices": _volumes(group.get("EbsConfiguration", {})),
        "Status": {"State": "RUNNING", "StateChangeReason": {}, "Timeline": {"CreationDateTime": now()}},
    }
    _groups(call).create(group_id, record)
    return group_id


@handles(_SERVICE, "AddInstanceGroups")
def add_groups(call: Call) -> dict[str, Any]:
    _clusters(call).get(call["JobFlowId"])
    added = [_add_group(call, call["JobFlowId"], group) for group in call["InstanceGroups"]]
    return {"JobFlowId": call["JobFlowId"], "InstanceGroupIds": added}


@handles(_SERVICE, "ModifyInstanceGroups")
def modify_groups(call: Call) -> None:
    for change in call["InstanceGroups"]:
        count = change.get("InstanceCount")
        if count is not None:
            counts = {"RequestedInstanceCount": count, "RunningInstanceCount": count}
            _groups(call).update(change["InstanceGroupId"], counts)


@handles(_SERVICE, "ListInstanceGroups")
def list_groups(call: Call) -> dict[str, Any]:
    _clusters(call).get(call["ClusterId"])
    return {"InstanceGroups": _groups(call).all(lambda group: group["ClusterId"] == call["ClusterId"])}
