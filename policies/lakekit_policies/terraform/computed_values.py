"""Values that AWS has given to resources of a plan, and to what its data sources have read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.terraform.plan_file import PlanFile, PlannedResource

_PROVIDER_PREFIX: Final = "aws_"


@dataclass(frozen=True, slots=True)
class ComputedValue:
    """A text that the configuration does not state.

    Attributes:
        mode: `managed`, or `data`.
        type: type of the resource or data source.
        text: the value.
        arn: ARN of the object; empty if it has none.
    """

    mode: str
    type: str
    text: str
    arn: str


def computed_values(plan: PlanFile) -> Iterator[ComputedValue]:
    """Texts of the AWS provider in the state before the plan, of arguments that the configuration does not set."""
    written = {one.address: one.expressions for one in plan.configured()}
    for resource in plan.prior_resources():
        if resource.type.startswith(_PROVIDER_PREFIX) and resource.declared_address in written:
            yield from _of_resource(resource, written[resource.declared_address])


def _of_resource(resource: PlannedResource, written: Mapping[str, Any]) -> Iterator[ComputedValue]:
    arn = str(resource.values.get("arn") or "")
    for name, value in resource.values.items():
        if name not in written:
            for text in _texts(value):
                yield ComputedValue(resource.mode, resource.type, text, arn)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
