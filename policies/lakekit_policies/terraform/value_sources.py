"""What a value of a plan can come from, by the references of its expression.

Module variables are followed to their arguments, outputs to their expressions, and `terraform_data` to its input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.terraform import expression_parts, hcl_expressions
from lakekit_policies.terraform.plan_file import ConfiguredResource, PlanFile
from lakekit_policies.terraform.unknown_values import is_identity_attribute

_INDEX: Final = re.compile(hcl_expressions.INSTANCE_KEY)
_CALL: Final = re.compile(rf"module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?")
_LAST_MODULE: Final = re.compile(rf"module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.$")
_CONDITIONS: Final = frozenset({"each", "count", "path", "terraform", "self"})
_MAX_DEPTH: Final = 12
_BUCKET_PARTS: Final = frozenset(
    f"aws_s3_bucket_{part}"
    for part in (
        "cors_configuration",
        "lifecycle_configuration",
        "logging",
        "notification",
        "object_lock_configuration",
        "ownership_controls",
        "policy",
        "public_access_block",
        "replication_configuration",
        "server_side_encryption_configuration",
        "versioning",
        "website_configuration",
    )
)
"""Types whose id is the name of their bucket."""


@dataclass(slots=True)
class Sources:
    """What an expression can come from."""

    resources: set[str] = field(default_factory=set)
    literals: list[Any] = field(default_factory=list)
    """Values that passed through `terraform_data`."""
    opaque: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    """Attributes of managed resources that are not their identity."""
    is_certain: bool = True
    """Whether no expression that `terraform_data` holds may have changed a value."""


class ValueSources:
    """The expressions of a plan's configuration.

    Args:
        plan: the plan.
        configured: its resources by declared address.
        instances: addresses of the instances of each declared resource.
        locals_: references of local values of the root module, which a plan does not contain, by name.
    """

    def __init__(
        self,
        plan: PlanFile,
        configured: Mapping[str, ConfiguredResource],
        instances: Mapping[str, Sequence[str]],
        locals_: Mapping[str, list[str]] | None = None,
    ) -> None:
        self._locals = locals_ or {}
        self._configured = configured
        self._instances = instances
        self._values = plan.values()
        self._calls: dict[str, Mapping[str, Any]] = {}
        self._outputs: dict[str, Mapping[str, Any]] = {}
        self._collect(plan.configured_module, "")
        self._read = set(plan.read_data_sources())

    def of(self, references: Iterable[str], module: str) -> Sources:
        """What an expression with these references, written in a module, can come from."""
        found = Sources()
        self._follow(references, module, found, 0)
        return found

    def _collect(self, module: Mapping[str, Any], prefix: str) -> None:
        self._outputs[prefix] = module.get("outputs") or {}
        for name, call in (module.get("module_calls") or {}).items():
            inner = f"{prefix}module.{name}."
            self._calls[inner] = call.get("expressions") or {}
            self._collect(call.get("module") or {}, inner)

    def _follow(self, references: Iterable[str], module: str, found: Sources, depth: int) -> None:
        if depth > _MAX_DEPTH:
            found.opaque.append("…")
            return
        for reference in outermost(references):
            steps = _INDEX.sub("", reference).split(".")
            if steps[0] in _CONDITIONS:
                continue
            if steps[0] == "var":
                self._variable(steps, module, found, depth)
            elif steps[0] == "module":
                self._output(steps, reference, module, found, depth)
            elif steps[0] == "data":
                if _INDEX.sub("", module) + ".".join(steps[:3]) not in self._read:
                    found.opaque.append(reference)
            elif steps[0] == "local" and not module and (given := self._local(steps)):
                self._follow(given, module, found, depth + 1)
            elif steps[0] == "local" or len(steps) < 2:
                found.opaque.append(reference)
            else:
                self._resource(steps, reference, module, found, depth)

    def _local(self, steps: list[str]) -> list[str]:
        """References of a local value that is an identity; of an entry if every entry is an attribute."""
        given = self._locals.get(".".join(steps[:2]), [])
        return given if len(steps) == 2 or all(one.count(".") > 1 for one in outermost(given)) else []

    def follows(self, expression: str, module: str) -> bool:
        """Whether an expression gives local values that are identities, and else only attributes of resources."""
        stated = [] if module else expression_parts.locals_of(expression)
        local = [_INDEX.sub("", one).split(".") for one in stated]
        return bool(local) and all(map(self._local, local))

    def _variable(self, steps: list[str], module: str, found: Sources, depth: int) -> None:
        if not module or len(steps) < 2:
            return  # a variable of the root module is known; it is a condition here
        given = self._calls.get(_INDEX.sub("", module), {}).get(steps[1])
        if isinstance(given, Mapping) and "references" in given:
            self._follow(given["references"], _LAST_MODULE.sub("", module), found, depth + 1)

    def _output(self, steps: list[str], reference: str, module: str, found: Sources, depth: int) -> None:
        called = _CALL.match(reference)
        inner = f"{module}{called.group(0) if called else f'module.{steps[1]}'}."
        output = self._outputs.get(_INDEX.sub("", inner), {}).get(steps[2] if len(steps) > 2 else "")
        expression = output.get("expression") if isinstance(output, Mapping) else None
        if isinstance(expression, Mapping) and "references" in expression:
            self._follow(expression["references"], inner, found, depth + 1)
        else:
            found.opaque.append(".".join(steps))

    def _resource(self, steps: list[str], reference: str, module: str, found: Sources, depth: int) -> None:
        address = _INDEX.sub("", module) + ".".join(steps[:2])
        if address not in self._configured:
            found.opaque.append(reference)
        elif steps[0] == "terraform_data" and steps[2:3] in ([], ["output"], ["input"]):
            # `one(terraform_data.x[*].output)` refers to the resource alone.
            self._data(address, module, found, depth)
        elif address not in self._instances:
            return  # no instance: a branch that is not taken
        elif steps[0] in _BUCKET_PARTS and steps[2:] in (["id"], ["bucket"]):
            expression = self._configured[address].expressions.get("bucket")
            if isinstance(expression, Mapping) and "references" in expression:
                self._follow(expression["references"], module, found, depth + 1)
            else:
                found.resources.add(module + reference)
        elif is_identity_attribute(steps):
            found.resources.add(module + reference)
        else:
            found.attributes.add(module + reference)

    def _data(self, address: str, module: str, found: Sources, depth: int) -> None:
        given = [self._values[one].get("input") for one in self._instances.get(address, ())]
        if inputs := [value for value in given if value is not None]:
            found.literals += inputs
            return
        found.is_certain = False
        expression = self._configured[address].expressions.get("input")
        if isinstance(expression, Mapping) and "references" in expression:
            self._follow(expression["references"], module, found, depth + 1)


def outermost(references: Iterable[str]) -> list[str]:
    """The references without the shorter forms that Terraform lists behind each."""
    listed = list(dict.fromkeys(references))
    return [
        one for one in listed if not any(other != one and other.startswith((f"{one}.", f"{one}[")) for other in listed)
    ]
