"""Resolve unknown values of a plan by the expressions of its configuration.

Terraform prints which references an expression has, not the expression. So a value is resolved only if one resource
is left that it can come from: ``condition ? a : b``, ``one(...)``, ``try(...)``, module variables and outputs are
followed, and resources without an instance do not count. Everything else stays an expression (``${…}``), which rules
must not take for a value.

``each.value.id`` of a resource whose ``for_each`` is another resource (chaining) is the id of the instance with the
same key.

A value that passed through ``terraform_data`` is known although Terraform calls it unknown; it is inserted for the
rules, and still counts as unknown, because a function may have changed it on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.policy_documents import parse_or_text
from lakekit_policies.terraform import dynamic_blocks, hcl_expressions, instance_references, schema, unknown_blocks
from lakekit_policies.terraform.plan_file import ConfiguredResource, PlanFile
from lakekit_policies.terraform.unknown_values import DOCUMENT_ATTRIBUTES, is_identity_attribute

DOCUMENT: Final = "${document with "
"""Beginning of the text in place of a document that contains references and is none of them."""

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_MODULE: Final = re.compile(r"^(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*")
_KEY: Final = re.compile(r"\[\"(?:[^\"\\]|\\.)*\"\]$")
_CALL: Final = re.compile(r"module\.[^.\[]+(?:\[[^\]]*\])?")
_LAST_MODULE: Final = re.compile(r"module\.[^.\[]+(?:\[[^\]]*\])?\.$")
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
class _Sources:
    """What an expression can come from."""

    resources: set[str] = field(default_factory=set)
    literals: list[Any] = field(default_factory=list)
    """Values that passed through `terraform_data`."""
    opaque: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    """Attributes of managed resources that are not their identity."""
    is_certain: bool = True
    """Whether no expression that `terraform_data` holds may have changed a value."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression is written.

    Attributes:
        module: prefix of the module, with its keys.
        key: instance of the resource (``["raw"]``, ``[0]``); empty without ``count`` and ``for_each``.
        kind: type of the resource.
        each: the resource that the ``for_each`` is, by its address in the module; empty for another one.
    """

    module: str
    key: str = ""
    kind: str = ""
    each: str = ""


def resolve(plan: PlanFile) -> tuple[PlanFile, frozenset[tuple[str, str]]]:
    """Insert references and values for the unknown attributes of managed resources.

    Returns:
        The plan, and address and attribute of values that may have been changed on the way.
    """
    resolver = _Resolver(plan)
    unknown = {change.address: change.after_unknown for change in plan.changes()}
    uncertain: set[tuple[str, str]] = set()

    def module(printed: Mapping[str, Any]) -> dict[str, Any]:
        resources = []
        for entry in printed.get("resources") or ():
            later = unknown.get(entry["address"])
            added = resolver.attributes(entry, later, uncertain) if later and entry.get("mode") == "managed" else {}
            resources.append({**entry, "values": {**(entry.get("values") or {}), **added}} if added else entry)
        children = [module(child) for child in printed.get("child_modules") or ()]
        return {**printed, "resources": resources, **({"child_modules": children} if children else {})}

    root = module(plan.planned_module)
    planned = {**plan.document["planned_values"], "root_module": root}
    return PlanFile({**plan.document, "planned_values": planned}, plan.sha256), frozenset(uncertain)


class _Resolver:
    def __init__(self, plan: PlanFile) -> None:
        self._configured = {one.address: one for one in plan.configured()}
        self._calls: dict[str, Mapping[str, Any]] = {}
        self._outputs: dict[str, Mapping[str, Any]] = {}
        self._collect(plan.configured_module, "")
        self._values: dict[str, Mapping[str, Any]] = {}
        self._keys: dict[str, set[tuple[str, str]]] = {}
        self._instances: dict[str, list[str]] = {}
        for resource in plan.resources():
            declared = _INDEX.sub("", resource.address)
            self._values[resource.address] = resource.values
            self._instances.setdefault(declared, []).append(resource.address)
            module, key = _MODULE.match(resource.address), _KEY.search(resource.address)
            if module and key:
                self._keys.setdefault(declared, set()).add((module.group(0), key.group(0)))
        self._read = set(plan.read_data_sources())

    def _collect(self, module: Mapping[str, Any], prefix: str) -> None:
        self._outputs[prefix] = module.get("outputs") or {}
        for name, call in (module.get("module_calls") or {}).items():
            inner = f"{prefix}module.{name}."
            self._calls[inner] = call.get("expressions") or {}
            self._collect(call.get("module") or {}, inner)

    def attributes(
        self, entry: Mapping[str, Any], later: Mapping[str, Any], uncertain: set[tuple[str, str]]
    ) -> dict[str, Any]:
        """The unknown attributes of a resource that are more than the identity of a resource of its module."""
        address = str(entry["address"])
        configured = self._configured.get(_INDEX.sub("", address))
        if configured is None:
            return {}
        values, added = entry.get("values") or {}, {}
        module, key = instance_references.place(address)
        at = _Place(module, key, configured.type, self._chained(configured))
        for name, unknown in later.items():
            if name in configured.expressions:
                found, certain = self._value(name, configured.expressions[name], values.get(name), unknown, at)
                if found is not values.get(name):
                    added[name] = found
                if not certain:
                    uncertain.add((address, name))
            elif (found := dynamic_blocks.fill(values.get(name), unknown)) is not values.get(name):
                added[name] = found
        return added

    def _chained(self, configured: ConfiguredResource) -> str:
        """The resource whose instances a resource has one instance each for: ``for_each = aws_s3_bucket.zone``."""
        stated = set(configured.for_each)
        if len(stated) != 1:
            return ""
        (target,) = stated
        address = configured.module + target
        is_whole = target.count(".") == 1 and address in self._configured
        keys = self._keys.get(address)
        return target if is_whole and keys and keys == self._keys.get(configured.address) else ""

    def _value(self, name: str, expression: Any, value: Any, unknown: Any, at: _Place) -> tuple[Any, bool]:
        """The value with its unknown parts filled, and whether nothing in it may have been changed on the way."""
        if unknown is True and isinstance(expression, Mapping) and "references" in expression:
            return self._leaf(name, expression["references"], value, at)
        if isinstance(unknown, list) and isinstance(expression, list) and isinstance(value, list):
            if not len(unknown) == len(expression) == len(value):
                return dynamic_blocks.fill(value, unknown), True
            parts = [self._value(name, *part, at) for part in zip(expression, value, unknown, strict=True)]
            changed = any(new is not old for (new, _), old in zip(parts, value, strict=True))
            return [new for new, _ in parts] if changed else value, all(certain for _, certain in parts)
        if isinstance(unknown, Mapping) and isinstance(expression, Mapping) and isinstance(value, Mapping):
            made, certain = dict(value), True
            for part, later in unknown.items():
                if part in expression:
                    made[part], sure = self._value(part, expression[part], value.get(part), later, at)
                    certain = certain and sure
                elif later is True and not value.get(part) and unknown_blocks.is_dynamic_inside(at.kind, part):
                    made[part] = dynamic_blocks.UNKNOWN
                elif isinstance(later, list):
                    made[part] = dynamic_blocks.fill(value.get(part), later)
            changed = any(made[part] is not value.get(part) for part in made)
            return made if changed else value, certain
        return value, True

    def _leaf(self, name: str, references: list[str], value: Any, at: _Place) -> tuple[Any, bool]:
        written, chained = references, False
        several = schema.load().is_collection(at.kind, name)
        if at.each:
            chained = any(one.startswith("each.value.") for one in references)
            references = [re.sub(r"^each\.value(?=\.|$)", at.each, one) for one in references]
        is_document, outermost = name in DOCUMENT_ATTRIBUTES, _outermost(references)
        if isinstance(value, str) and value.startswith(hcl_expressions.ONE_OF):
            value = None  # of a stack, which does not show the instances
        if value is not None or (
            several
            and not (chained or is_document)
            and all(self._is_local_identity(ref, at.module) for ref in outermost)
        ):
            return value, True
        found = _Sources()
        self._follow(references, at.module, found, 0)
        if is_document and (found.literals or not (found.opaque or found.attributes)):
            documents = [one for one in found.literals if policy_documents.has_policy_form(parse_or_text(one))]
            return (documents[0], False) if documents else (DOCUMENT + (outermost or ["variables"])[0] + "}", True)
        if found.literals:
            return found.literals[0], False
        if found.resources and not found.opaque:
            targets = (
                found.resources
                if several
                else instance_references.meant(found.resources, written, at.key, self._instances)
            )
            text = instance_references.text(sorted(targets | found.attributes), written, value, at.module)
            return text, found.is_certain
        if found.attributes and not found.opaque:
            attributes = sorted(one.removeprefix(at.module) for one in found.attributes)
            return hcl_expressions.one_of(attributes) if attributes[1:] else "${" + attributes[0] + "}", True
        return "${" + (found.opaque or outermost or ["unknown"])[0] + "}", True

    def _is_local_identity(self, reference: str, module: str) -> bool:
        steps = _INDEX.sub("", reference).split(".")
        address = _INDEX.sub("", module) + ".".join(steps[:2])
        return address in self._configured and address in self._instances and is_identity_attribute(steps)

    def _follow(self, references: Iterable[str], module: str, found: _Sources, depth: int) -> None:
        if depth > _MAX_DEPTH:
            found.opaque.append("…")
            return
        for reference in _outermost(references):
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
            elif steps[0] == "local" or len(steps) < 2:
                found.opaque.append(reference)
            else:
                self._resource(steps, reference, module, found, depth)

    def _variable(self, steps: list[str], module: str, found: _Sources, depth: int) -> None:
        if not module or len(steps) < 2:
            return  # a variable of the root module is known; it is a condition here
        given = self._calls.get(_INDEX.sub("", module), {}).get(steps[1])
        if isinstance(given, Mapping) and "references" in given:
            self._follow(given["references"], _LAST_MODULE.sub("", module), found, depth + 1)

    def _output(self, steps: list[str], reference: str, module: str, found: _Sources, depth: int) -> None:
        called = _CALL.match(reference)
        inner = f"{module}{called.group(0) if called else f'module.{steps[1]}'}."
        output = self._outputs.get(_INDEX.sub("", inner), {}).get(steps[2] if len(steps) > 2 else "")
        expression = output.get("expression") if isinstance(output, Mapping) else None
        if isinstance(expression, Mapping) and "references" in expression:
            self._follow(expression["references"], inner, found, depth + 1)
        else:
            found.opaque.append(".".join(steps))

    def _resource(self, steps: list[str], reference: str, module: str, found: _Sources, depth: int) -> None:
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

    def _data(self, address: str, module: str, found: _Sources, depth: int) -> None:
        given = [self._values[one].get("input") for one in self._instances.get(address, ())]
        if inputs := [value for value in given if value is not None]:
            found.literals += inputs
            return
        found.is_certain = False
        expression = self._configured[address].expressions.get("input")
        if isinstance(expression, Mapping) and "references" in expression:
            self._follow(expression["references"], module, found, depth + 1)


def _outermost(references: Iterable[str]) -> list[str]:
    """The references without the shorter forms that Terraform lists behind each."""
    listed = list(dict.fromkeys(references))
    return [
        one for one in listed if not any(other != one and other.startswith((f"{one}.", f"{one}[")) for other in listed)
    ]
