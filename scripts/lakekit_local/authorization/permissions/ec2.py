"""EC2: resources by their ids; what is created is a wildcard, with the tags of the request.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policy-structure.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.ec2.models import ec2_backends

from lakekit_local.authorization.permissions.model import Permission, arn_of, texts
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

_ID: Final = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_TYPES: Final = {
    "acl": "network-acl",
    "ami": "image",
    "dopt": "dhcp-options",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "fleet": "fleet",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "snap": "snapshot",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_OTHER_ACTIONS: Final = {"DescribeVpcEndpointServices": "DescribeVpcEndpointServices"}


def permissions(call: Call) -> list[Permission] | None:
    """The permissions of an operation; None if it takes no resource or is not known."""
    action = find_action("ec2", _OTHER_ACTIONS.get(call.operation, call.operation))
    if action is None or not action.resource_types:
        return None
    ids = [match for text in texts(call.params) if (match := _ID.fullmatch(text))]
    types = action.resource_types
    named = [(_TYPES[match[1]], match[0]) for match in ids if _TYPES.get(match[1]) in types]
    named += [("route-table", one) for match in ids if match[1] == "rtbassoc" for one in _associated(call, match[0])]
    found = [arn_of(call, f"{kind}/{name}") for kind, name in dict.fromkeys(named)]
    present = {kind for kind, _ in named}
    created = [kind for kind, required in types.items() if required and kind not in present]
    if call.operation in ("DeleteTags", "CreateTags") and found:
        created = []
    made = [Permission(action.name, arn) for arn in found]
    made += [Permission(action.name, arn_of(call, f"{kind}/*")) for kind in created]
    return [*made, *_tagging(call)] if made else [Permission(action.name, "*")]


def _associated(call: Call, association: str) -> list[str]:
    """The route table of an association, which requests name alone."""
    backend: Any = ec2_backends[call.account][call.region]
    return [table.id for table in backend.route_tables.values() if association in table.all_associations_ids]


def _tagging(call: Call) -> list[Permission]:
    """Tags of what is created need ``ec2:CreateTags``, too."""
    specifications: list[dict[str, Any]] = call.get("TagSpecifications") or call.get("TagSpecification") or []
    context = {"ec2:createaction": (call.operation,)}
    return [
        Permission("ec2:CreateTags", arn_of(call, f"{one['ResourceType']}/*"), context)
        for one in specifications
        if one.get("ResourceType") and one.get("Tags")
    ]
