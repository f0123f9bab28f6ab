"""Tags of S3 objects, which have a lower limit than those of other resources."""

from __future__ import annotations

from typing import Any

from lakekit.bindings import Construct, aws
from lakekit.core.stack import stack_of


def object_tags(scope: Construct) -> dict[str, Any]:
    """Return the arguments `tags` and `override_provider` of an `aws_s3_object`.

    An object has at most ten tags (S3 user guide, "Categorizing your objects using tags"), and the provider counts its
    default tags. The object gets those that Lakekit sets, at most nine, without the further tags of the environment.
    `override_provider` without tags switches the default tags off (provider documentation of `aws_s3_object`).

    Args:
        scope: a construct of the stack.
    """
    stack = stack_of(scope)
    module = aws.s3_object
    own = {key: value for key, value in stack.tags.items() if key not in stack.environment.tags}
    defaults = module.S3ObjectOverrideProviderDefaultTags(tags={})
    return {"tags": own, "override_provider": module.S3ObjectOverrideProvider(default_tags=defaults)}
