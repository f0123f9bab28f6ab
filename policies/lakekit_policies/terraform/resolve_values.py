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
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.policy_documents import parse_or_text
from lakekit_policies.terraform import (
    block_schema,
    dynamic_blocks,
    hcl_expressions,
    identity_expressions,
    instance_references,
    schema,
)
from lakekit_policies.terraform.plan_file import ConfiguredResource, PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.terraform.unknown_values import DOCUMENT_ATTRIBUTES, is_identity_attribute
from lakekit_policies.terraform.value_sources import ValueSources, outermost

DOCUMENT: Final = "${document with "
"""Beginning of the text in place of a document that contains references and is none of them."""

_INDEX: Final = re.compile(hcl_expressions.INSTANCE_KEY)
_MODULE: Final = re.compile(rf"^(?:module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.)*")
_KEY: Final = re.compile(r"\[\"(?:[^\"\\]|\\.)*\"\]$")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression is written.

    Attributes:
        module: prefix of the module, with its keys.
        filler: fills blocks without expressions.
        key: instance of the resource (``["raw"]``, ``[0]``); empty without ``count`` and ``for_each``.
        each: the resource that the ``for_each`` is, by its address in the module; empty for another one.
        path: names of the argument and of the blocks around the expression.
    """

    module: str
    filler: dynamic_blocks.Filler
    key: str = ""
    each: str = ""
    path: tuple[str, ...] = ()

    def is_block(self, expression: Any, written: Any) -> bool:
        """Whether a value that is unknown as a whole is a block, by the schema or because it is written like one."""
        stated = written if isinstance(written, list) else [written]
        is_written = expression is None and any(isinstance(one, Mapping) for one in stated)
        return is_written or block_schema.is_block(self.filler.kind, self.path)


def resolve(
    plan: PlanFile,
    stack: SynthesizedStack | None = None,
) -> tuple[PlanFile, frozenset[tuple[str, str]]]:
    """Insert references and values for the unknown attributes of managed resources.

    Args:
        plan: the plan.
        stack: the stack of the plan: a plan lists neither dynamic blocks nor local values.

    Returns:
        The plan, and address and attribute of values that may have been changed on the way.
    """
    resolver = _Resolver(plan, stack)
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
    def __init__(self, plan: PlanFile, stack: SynthesizedStack | None) -> None:
        locals_ = identity_expressions.identity_locals(stack) if stack else None
        self._constants = stack.constants if stack else {}
        self._written = {
            block.address: dynamic_blocks.expanded(block.body, block.address, self._constants)
            for block in (stack.resources() if stack else ())
        }
        self._configured = {one.address: one for one in plan.configured()}
        self._keys: dict[str, set[tuple[str, str]]] = {}
        self._instances: dict[str, list[str]] = {}
        for resource in plan.resources():
            declared = _INDEX.sub("", resource.address)
            self._instances.setdefault(declared, []).append(resource.address)
            module, key = _MODULE.match(resource.address), _KEY.search(resource.address)
            if module and key:
                self._keys.setdefault(declared, set()).add((module.group(0), key.group(0)))
        self._sources = ValueSources(plan, self._configured, self._instances, locals_)

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
        is_stated = configured.address in self._written
        filler = dynamic_blocks.Filler(configured.type, self._instances, self._constants, is_stated)
        at, written = _Place(module, filler, key, self._chained(configured)), self._written.get(configured.address, {})
        for name, unknown in later.items():
            expression, place = configured.expressions.get(name), replace(at, path=(name,))
            found, certain = self._value(expression, values.get(name), unknown, place, written=written.get(name))
            if found is not values.get(name) and found != dynamic_blocks.UNKNOWN_BLOCK:
                added[name] = found
            if not certain:
                uncertain.add((address, name))
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

    def _value(self, expression: Any, value: Any, unknown: Any, at: _Place, *, written: Any) -> tuple[Any, bool]:
        """The value with its unknown parts filled, and whether nothing in it may have been changed on the way."""
        if unknown is True and isinstance(expression, Mapping) and "references" in expression:
            return self._leaf(at.path[-1], expression["references"], value, at)
        if unknown is True and not value and at.is_block(expression, written):
            block = at.filler.unknown_block(written, at.path)
            # A block that is written is unknown as a whole if there is a dynamic one of its name.
            return (value, expression is None) if block is None else (block, False)
        if isinstance(unknown, list) and isinstance(expression, list) and isinstance(value, list):
            return self._blocks(expression, value, unknown, at, written)
        if isinstance(unknown, Mapping) and isinstance(expression, Mapping) and isinstance(value, Mapping):
            return self._block(expression, value, unknown, at, at.filler.inner(written))
        return (at.filler.fill(value, unknown, written, at.path) if expression is None else value), True

    def _blocks(
        self, expressions: list[Any], values: list[Any], unknown: list[Any], at: _Place, written: Any
    ) -> tuple[list[Any], bool]:
        if not len(unknown) == len(expressions) == len(values):
            return at.filler.fill(values, unknown, written, at.path), True
        inner = at.filler.inner(written)
        parts = [
            self._block(*part, at, inner)
            if all(isinstance(one, Mapping) for one in part)
            else self._value(*part, at, written=written)
            for part in zip(expressions, values, unknown, strict=True)
        ]
        changed = any(new is not old for (new, _), old in zip(parts, values, strict=True))
        return [new for new, _ in parts] if changed else values, all(certain for _, certain in parts)

    def _block(
        self,
        expressions: Mapping[str, Any],
        values: Mapping[str, Any],
        unknown: Mapping[str, Any],
        at: _Place,
        inner: Mapping[str, list[Any]],
    ) -> tuple[Mapping[str, Any], bool]:
        added, certain = {}, True
        for name, later in unknown.items():
            value, place = values.get(name), replace(at, path=(*at.path, name))
            found, sure = self._value(expressions.get(name), value, later, place, written=inner.get(name))
            certain = certain and sure
            if found is not value:
                added[name] = found
        return {**values, **added} if added else values, certain

    def _leaf(self, name: str, references: list[str], value: Any, at: _Place) -> tuple[Any, bool]:
        written, chained = references, False
        several = schema.load().is_collection(at.filler.kind, name)
        if at.each:
            chained = any(one.startswith("each.value.") for one in references)
            references = [re.sub(r"^each\.value(?=\.|$)", at.each, one) for one in references]
        is_document, stated = name in DOCUMENT_ATTRIBUTES, outermost(references)
        if isinstance(value, str) and value.startswith(hcl_expressions.ONE_OF):
            value = None  # of a stack, which does not show the instances
        if isinstance(value, str) and (whole := hcl_expressions.whole(value)) is not None:
            value = None if self._sources.follows(whole, at.module) else value
        is_computed = is_document or schema.load().takes_no_identity(at.filler.kind, name)
        if value is not None or (
            several and not (chained or is_computed) and all(self._is_local_identity(ref, at.module) for ref in stated)
        ):
            return value, True
        return self._followed(name, references, value, at, written)

    def _followed(
        self, name: str, references: list[str], value: Any, at: _Place, written: list[str]
    ) -> tuple[Any, bool]:
        """The value of an expression that is more than an identity of the module, by what it can come from."""
        several = schema.load().is_collection(at.filler.kind, name)
        is_document, stated = name in DOCUMENT_ATTRIBUTES, outermost(references)
        found = self._sources.of(references, at.module)
        if schema.load().takes_no_identity(at.filler.kind, name) and (found.resources or found.attributes):
            return dynamic_blocks.UNKNOWN, False
        if is_document and (found.literals or not (found.opaque or found.attributes)):
            documents = [one for one in found.literals if policy_documents.has_policy_form(parse_or_text(one))]
            return (documents[0], False) if documents else (DOCUMENT + (stated or ["variables"])[0] + "}", True)
        if found.literals:
            # A comparison or negation gives a boolean, arithmetic a number.
            is_computed = schema.load().is_scalar(at.filler.kind, name)
            return (dynamic_blocks.UNKNOWN if is_computed else found.literals[0]), False
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
        return "${" + (found.opaque or stated or ["unknown"])[0] + "}", True

    def _is_local_identity(self, reference: str, module: str) -> bool:
        steps = _INDEX.sub("", reference).split(".")
        address = _INDEX.sub("", module) + ".".join(steps[:2])
        return address in self._configured and address in self._instances and is_identity_attribute(steps)
