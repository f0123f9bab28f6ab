"""EC2: endpoints of a VPC without a type are gateways, and their policies can be reset, which moto ignores.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html ("ResetPolicy")
"""

from __future__ import annotations

import json
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.vpcs import VPCEndPoint

from lakekit_local.requests.registry import Call, RawResponse, handles


@handles("ec2", "CreateVpcEndpoint")
def create(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    for one in _endpoints(call):
        one.vpc_endpoint_type = one.vpc_endpoint_type or "Gateway"
    return answer


@handles("ec2", "ModifyVpcEndpoint")
def modify(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok and call.get("ResetPolicy"):
        for one in _endpoints(call):
            if one.id == call["VpcEndpointId"]:
                one.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    return answer


def _endpoints(call: Call) -> list[Any]:
    return list(ec2_backends[call.account][call.region].vpc_end_points.values())
