"""Application Auto Scaling: tags, which moto lacks; moto handles targets and policies."""

from __future__ import annotations

import json
from typing import Any

from lakekit_local.requests.registry import Call, RawResponse, handles

_SERVICE = "application-autoscaling"


@handles(_SERVICE, "RegisterScalableTarget")
def register(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok and call.get("Tags"):
        arn = json.loads(answer.body).get("ScalableTargetARN")
        if arn:
            call.tags.add(arn, call["Tags"])
    return answer


@handles(_SERVICE, "TagResource")
def tag(call: Call) -> None:
    call.tags.add(call["ResourceARN"], call["Tags"])


@handles(_SERVICE, "UntagResource")
def untag(call: Call) -> None:
    call.tags.remove(call["ResourceARN"], call["TagKeys"])


@handles(_SERVICE, "ListTagsForResource")
def tags(call: Call) -> dict[str, Any]:
    return {"Tags": call.tags.as_dict(call["ResourceARN"])}
