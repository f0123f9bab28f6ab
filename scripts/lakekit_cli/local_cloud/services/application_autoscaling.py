"""Application Auto Scaling: tags, which moto does not know; targets and policies are moto's."""

from __future__ import annotations

import json
from typing import Any

from lakekit_cli.local_cloud.registry import Call, Raw, handles

_SERVICE = "application-autoscaling"


@handles(_SERVICE, "RegisterScalableTarget")
def register(call: Call) -> Raw:
    answer = call.moto()
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
    return {"Tags": call.tags.mapped(call["ResourceARN"])}
