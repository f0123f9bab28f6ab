"""Write the metadata of a stack into its configuration (``//.metadata.lakekit``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lakekit_policies.terraform.stack_metadata import KEY, StackMetadata

if TYPE_CHECKING:
    from lakekit.bindings import cdktf

_ATTRIBUTE: Final = "__lakekit_metadata__"


def metadata_of(stack: cdktf.TerraformStack) -> StackMetadata:
    """The metadata of a stack as written so far."""
    found: Any = getattr(stack, _ATTRIBUTE, None)
    return found if isinstance(found, StackMetadata) else StackMetadata()


def write_metadata(stack: cdktf.TerraformStack, metadata: StackMetadata) -> None:
    """Replace the metadata of a stack."""
    setattr(stack, _ATTRIBUTE, metadata)
    stack.add_override(".".join(KEY), metadata.to_dict())
