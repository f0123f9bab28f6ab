"""Restrict the AWS provider of a stack to versions that one configuration fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakekit.core.stack import stack_of

if TYPE_CHECKING:
    from constructs import IConstruct

    from lakekit.environment import CapabilityName


def restrict_provider(construct: IConstruct, capability: CapabilityName) -> bool:
    """Exclude the provider versions that have a capability from the construct's stack, unless all have it.

    For arguments that AWS returns although the configuration does not state them: a provider that knows them plans a
    change at every run, and an older one accepts neither the argument nor `ignore_changes` on it. No configuration fits
    both.

    Args:
        construct: the construct whose resource has the argument.
        capability: the argument.

    Returns:
        Whether all provider versions of the stack have it, so that it can be stated or ignored.
    """
    stack = stack_of(construct)
    provider = stack.environment.provider
    if provider.supports(capability):
        return True
    if provider.admits(capability):
        stack.exclude_provider_versions(capability)
    return False
