"""Handlers of the tag operations that many services share."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, handles


def handle_tags(service: str, *, arn: str, tags: str, keys: str, as_list: bool = False) -> None:
    """Register TagResource, UntagResource and ListTagsForResource of a service.

    Args:
        service: botocore's name of the service.
        arn: Name of the parameter with the resource ARN.
        tags: Name of the parameter and of the response field with the tags.
        keys: Name of the parameter with the tag keys to remove.
        as_list: Return the tags as a list of Key/Value pairs instead of a map.
    """

    def tag(call: Call) -> None:
        call.tags.add(call[arn], call[tags])

    def untag(call: Call) -> None:
        call.tags.remove(call[arn], call[keys])

    def list_tags(call: Call) -> dict[str, Any]:
        return {tags: call.tags.as_list(call[arn]) if as_list else call.tags.as_dict(call[arn])}

    handles(service, "TagResource")(tag)
    handles(service, "UntagResource")(untag)
    handles(service, "ListTagsForResource")(list_tags)
