"""Dependencies that Terraform cannot infer from references."""

from __future__ import annotations

from typing import Any

from lakekit.bindings import cdktf


def add_dependency(resource: Any, *others: Any) -> None:
    """Add others to the `depends_on` of a resource: resources, or all resources in a construct so far.

    Internal: public constructs take `depends_on=` and pass it on to here. `node.add_dependency` between resources has
    no effect in cdktf 0.21: nothing of it reaches the JSON.

    Args:
        resource: the Terraform resource that is created later.
        others: resources, or constructs that contain all of the resources to depend on already.
    """
    if not others:
        return
    dependencies = [
        f"{found.terraform_resource_type}.{found.friendly_unique_id}"
        for other in others
        for found in ([other] if isinstance(other, cdktf.TerraformResource) else other.node.find_all())
        if isinstance(found, cdktf.TerraformResource)
    ]
    resource.depends_on = list(dict.fromkeys([*(resource.depends_on or []), *dependencies]))
