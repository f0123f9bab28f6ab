"""Tags of S3 objects, which have a lower limit than those of other resources."""

from __future__ import annotations

from typing import Any

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of


def object_tags(scope: Construct) -> dict[str, Any]:
    """Return the arguments of an `aws_s3_object` that limit its tags.

    An object has at most ten tags (S3 user guide, "Categorizing your objects using tags"), and the provider counts its
    default tags. If the tags of the stack exceed that, objects use a provider of their own with those that Lakekit
    sets, at most nine, without the further tags of the environment. The argument `override_provider` does not serve:
    the provider leaves out tags whose value is that of a default tag (hashicorp/terraform-provider-aws 45506), and
    plans the others again and again.

    Args:
        scope: a construct of the stack.
    """
    provider = stack_of(scope).object_provider
    return {} if provider is None else {"provider": provider}
