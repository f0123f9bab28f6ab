"""Condition keys of EC2: the VPC and subnet of network resources, and what instances and volumes are.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html. Of a resource that a request
creates, the keys are parameters of the request; metadata options that it does not state have no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.ec2.models import ec2_backends

from lakekit_local.authorization.permissions import Permission
from lakekit_local.requests.registry import Call

Values = dict[str, tuple[str, ...]]
EC2_KEYS: Final = (
    *("ec2:vpc", "ec2:subnet", "ec2:region", "ec2:instancetype", "ec2:metadatahttptokens", "ec2:metadatahttpendpoint"),
    *("ec2:encrypted", "ec2:volumetype", "ec2:volumesize", "ec2:volumeiops", "ec2:volumethroughput"),
)
_DEFAULT_INSTANCE: Final = "m1.small"
_DEFAULT_VOLUME: Final = "gp2"
_NEW: Final = "*"


def context_of_ec2(call: Call, permission: Permission, account: str) -> Values:
    """The keys of a permission by the resource that it names."""
    kind, _, name = permission.resource.rpartition(":")[2].partition("/")
    backend: Any = ec2_backends[account][call.region]
    found: Values = {"ec2:region": (call.region,)}
    match kind:
        case "security-group" | "subnet" | "route-table" | "network-acl" | "network-interface":
            found |= _of_network(call, backend, kind, name, account)
        case "instance":
            found |= _of_instance(call, backend, name)
        case "volume":
            found |= _of_volume(call, backend, name)
    return found


def _of_network(call: Call, backend: Any, kind: str, name: str, account: str) -> Values:
    vpc = subnet = ""
    if name == _NEW:
        subnet = str(call.get("SubnetId") or "")
    elif kind == "security-group":
        group = backend.get_security_group_from_id(name)
        vpc = group.vpc_id if group else ""
    elif kind == "subnet":
        subnet = name
    else:
        known = {"route-table": "route_tables", "network-acl": "network_acls", "network-interface": "enis"}[kind]
        item = getattr(backend, known).get(name)
        vpc = str(getattr(item, "vpc_id", "") or "")
        subnet = str(getattr(getattr(item, "subnet", None), "id", "") or "")
    of_zones = [one[subnet] for one in backend.subnets.values() if subnet in one]
    vpc = vpc or (of_zones[0].vpc_id if of_zones else "")
    made: Values = {"ec2:vpc": (_arn(call, account, "vpc", vpc),)} if vpc else {}
    if subnet and kind == "network-interface":
        made["ec2:subnet"] = (_arn(call, account, "subnet", subnet),)
    return made


def _of_instance(call: Call, backend: Any, name: str) -> Values:
    if name != _NEW:
        known = next((one for one in backend.all_instances() if one.id == name), None)
        return {"ec2:instancetype": (str(known.instance_type),)} if known else {}
    if call.operation != "RunInstances":
        return {}
    options = call.get("MetadataOptions") or {}
    stated = {
        "ec2:metadatahttptokens": options.get("HttpTokens"),
        "ec2:metadatahttpendpoint": options.get("HttpEndpoint"),
    }
    made: Values = {"ec2:instancetype": (str(call.get("InstanceType") or _DEFAULT_INSTANCE),)}
    return made | {key: (str(value),) for key, value in stated.items() if value}


def _of_volume(call: Call, backend: Any, name: str) -> Values:
    if name != _NEW:
        known = backend.volumes.get(name)
        if known is None:
            return {}
        return _volume({"Encrypted": known.encrypted, "VolumeType": known.volume_type, "Size": known.size})
    if call.operation == "CreateVolume":
        return _volume(call.params)
    # One permission for all disks of an instance: the least protected one counts.
    disks = [one.get("Ebs") or {} for one in call.get("BlockDeviceMappings") or ()]
    return _volume(min(disks, key=lambda one: bool(one.get("Encrypted")))) if disks else {}


def _volume(given: Mapping[str, Any]) -> Values:
    sizes = {"ec2:volumesize": "Size", "ec2:volumeiops": "Iops", "ec2:volumethroughput": "Throughput"}
    size = given.get("Size") or given.get("VolumeSize")
    values = {**given, "Size": size}
    return {
        "ec2:encrypted": (str(bool(given.get("Encrypted"))).lower(),),
        "ec2:volumetype": (str(given.get("VolumeType") or _DEFAULT_VOLUME),),
        **{key: (str(values[name]),) for key, name in sizes.items() if values.get(name) is not None},
    }


def _arn(call: Call, account: str, kind: str, name: str) -> str:
    return f"arn:{call.partition}:ec2:{call.region}:{account}:{kind}/{name}"
