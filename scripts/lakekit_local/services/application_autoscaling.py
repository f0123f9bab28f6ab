"""Application Auto Scaling: tags, which moto lacks; moto handles targets and policies."""

from __future__ import annotations

import json

from lakekit_local.requests.registry import Call, RawResponse, handles
from lakekit_local.requests.tag_handlers import handle_tags

_SERVICE = "application-autoscaling"


@handles(_SERVICE, "RegisterScalableTarget")
def register(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok and call.get("Tags"):
        arn = json.loads(answer.body).get("ScalableTargetARN")
        if arn:
            call.tags.add(arn, call["Tags"])
    return answer


handle_tags(_SERVICE, arn="ResourceARN", tags="Tags", keys="TagKeys")
