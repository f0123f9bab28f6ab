"""What is made before what, where Terraform cannot see it from references."""

from __future__ import annotations

from typing import Any

from lakekit.bindings import cdktf


def add_dependency(resource: Any, *others: Any) -> None:
    """Let a resource wait for others, or for every resource that stands in a construct so far.

    `node.add_dependency` between resources is silently without effect in cdktf 0.21: nothing of it reaches the JSON.

    Args:
        resource: the Terraform resource that waits.
        others: resources or constructs, which have to hold all that is waited for already.
    """
    waited = [
        f"{found.terraform_resource_type}.{found.friendly_unique_id}"
        for other in others
        for found in ([other] if isinstance(other, cdktf.TerraformResource) else other.node.find_all())
        if isinstance(found, cdktf.TerraformResource)
    ]
    resource.depends_on = list(dict.fromkeys([*(resource.depends_on or []), *waited]))
