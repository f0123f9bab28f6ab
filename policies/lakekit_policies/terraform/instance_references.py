"""The instance of a resource that an expression of a plan means.

Terraform lists ``aws_s3_bucket.raw`` for ``one(aws_s3_bucket.raw[*].id)``, ``join("", aws_s3_bucket.raw[*].id)`` and
``aws_s3_bucket.raw[each.key].id``: the references of an expression do not name the instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lakekit_policies.terraform import hcl_expressions

ABSOLUTE: Final = "/"
"""Beginning of a reference to a resource of another module: ``/module.lake.aws_s3_bucket.raw.id``."""

_INDEX: Final = re.compile(hcl_expressions.INSTANCE_KEY)
_MODULE: Final = re.compile(rf"^(?:module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.)*")
_INSTANCE: Final = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\]$")
_RESOURCE: Final = re.compile(
    rf"^(?P<resource>(?:module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.)*(?:data\.)?[^.\[]+\.[^.\[]+)"
    rf"(?P<key>{hcl_expressions.INSTANCE_KEY})?"
)


def place(address: str) -> tuple[str, str]:
    """Module of an address, with its keys, and the key of the instance (``["raw"]``, ``[0]``); empty without one."""
    module, key = _MODULE.match(address), _INSTANCE.search(address)
    return module.group(0) if module else "", key.group(0) if key else ""


def meant(
    targets: Iterable[str], references: Iterable[str], own_key: str, addresses: Mapping[str, Sequence[str]]
) -> set[str]:
    """References with the key of the instance that each means, or one for each instance that it may mean.

    A function of all instances means the only one. ``each`` and ``count`` mean the instance with the resource's own
    key: then the reference has no key.

    Args:
        targets: references with their modules.
        references: references of the expression, as Terraform lists them.
        own_key: key of the instance that has the expression.
        addresses: addresses of the instances of each resource, by its address without keys.
    """
    found, keyed = set(), any(one.startswith(("each.", "count.")) for one in references)
    for target in targets:
        match = _RESOURCE.match(target)
        resource = match["resource"] if match else target
        instances = addresses.get(_INDEX.sub("", resource), ())
        keys = [one.removeprefix(resource) for one in instances if one.startswith(f"{resource}[")]
        if match is None or match["key"] or not keys or (keyed and own_key in keys):
            found.add(target)
        else:
            found |= {resource + key + target[match.end() :] for key in keys}
    return found


def text(targets: list[str], references: list[str], value: Any, module: str) -> Any:
    """Text for the resource that a value refers to, or for all that it may refer to; the value if it needs none.

    Args:
        targets: references with their modules.
        references: references of the expression, as Terraform lists them.
        value: the planned value.
        module: module of the resource with the expression.
    """
    if len(targets) > 1:
        return hcl_expressions.one_of(targets)
    inner, _ = place(targets[0])
    if inner != module:
        return ABSOLUTE + targets[0]
    local = targets[0].removeprefix(module)
    # The engine inserts the first reference for an unknown value.
    return value if local == references[0] else local
