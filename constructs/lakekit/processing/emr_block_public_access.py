"""The EMR block public access configuration of an account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakekit.bindings import Construct, aws
from lakekit.core.account_owner import require_owner_of_account

if TYPE_CHECKING:
    from lakekit.bindings.aws.emr_block_public_access_configuration import EmrBlockPublicAccessConfiguration


def block_public_emr_clusters(scope: Construct, id: str) -> EmrBlockPublicAccessConfiguration:
    """Create the EMR block public access configuration, with no port excepted.

    AWS has one configuration for each account and region: EMR then starts no cluster with a security group that allows
    public ingress (EMR management guide, "Using Amazon EMR block public access"). Create it in one stack only.

    Args:
        scope: the stack.
        id: PascalCase id.
    """
    require_owner_of_account(scope)
    module = aws.emr_block_public_access_configuration
    return module.EmrBlockPublicAccessConfiguration(scope, id, block_public_security_group_rules=True)
