"""Blocks of a plan whose number is not known.

The configuration of a plan lists no dynamic blocks: a block that is unknown as a whole is either a dynamic one with an
unknown number of instances, or one that is not set and that the provider computes. The schema of a provider does not
tell which blocks are computed. ``aws_computed_blocks.json`` lists them: they are the blocks that hashicorp/aws 5.100.0
shows as unknown when it plans a resource without them (``PlanResourceChange`` for each type and level of blocks).
"""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform import schema

_NEVER_COMPUTED: Final = {
    "aws_kinesis_firehose_delivery_stream": ("extended_s3_configuration", "server_side_encryption"),
    "aws_quicksight_data_source": ("ssl_properties",),
}
"""Optional blocks that rules require, of types without an entry in the lists; from the source of the provider."""
_COMPUTED_INSIDE: Final = {"aws_s3control_multi_region_access_point": ("region",)}
"""Blocks inside of required ones that the provider computes; from its source."""
_COMPUTED_ARGUMENTS: Final = {
    "aws_msk_cluster": (
        ("broker_node_group_info", "connectivity_info", "vpc_connectivity", "client_authentication", "tls"),
    ),
    "aws_imagebuilder_lifecycle_policy": (("policy_detail", "action", "include_resources", "amis"),),
    "aws_s3control_multi_region_access_point": (("details", "region", "region"),),
}
"""Computed arguments with the name of a block of another place: all in the schema of hashicorp/aws 5.100.0."""
_NO_BLOCKS: Final = frozenset({"id", "tags", "tags_all", "timeouts"})
"""Attributes of resources with the name of a block of another level."""


def is_dynamic(kind: str, name: str) -> bool:
    """Whether a block of a resource type that is unknown as a whole is a dynamic one."""
    if name in schema.load().required.get(kind, ()) or name in _NEVER_COMPUTED.get(kind, ()):
        return True
    lists = schema.computed_blocks()
    is_listed = kind.startswith("aws_") and kind not in lists["undetermined"] and name not in _NO_BLOCKS
    return is_listed and schema.load().is_block(kind, name) and name not in lists["computed"].get(kind, ())


def is_dynamic_inside(kind: str, path: tuple[str, ...]) -> bool:
    """Whether a block inside of another one that is unknown as a whole is a dynamic one.

    Args:
        kind: resource type.
        path: names of the blocks that lead to it, and its own.
    """
    if path in _COMPUTED_ARGUMENTS.get(kind, ()):
        return False
    name = path[-1]
    computed = (*schema.computed_blocks()["computed_inside"].get(kind, ()), *_COMPUTED_INSIDE.get(kind, ()))
    return schema.load().is_block(kind, name) and name not in computed
