"""Values of a stack or plan that are not known yet.

A reference to the identity of a resource of the same configuration (its id, ARN, name …) counts as known, and so does,
in a plan, the identity of a data source that has been read. Every other computed value is unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.boundary.references import HOLDING_VALUES
from lakekit_policies.terraform import block_schema, dynamic_blocks, hcl_expressions, schema
from lakekit_policies.terraform.constants import Constants, evaluated
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resource_block import META_ARGUMENTS
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

UnknownValues = dict[str, dict[str, bool | None]]
"""Per address: top-level attribute to whether all of it is unknown; None if only the texts in its blocks are."""

_IDENTITY: Final = re.compile(
    r"(?:^|_)(?:id|ids|arn|arns|name|names|bucket|url|alias|version|etag|endpoint|fqn|fully_qualified_name)$"
)
# Policy variables of IAM: ${aws:PrincipalTag/team}.
_POLICY_VARIABLE: Final = re.compile(r"[A-Za-z0-9-]+:[^\s]+")
DOCUMENT_ATTRIBUTES: Final = frozenset(
    {
        *("access_policies", "access_policy", "assume_role_policy", "inline_policy_document", "key_policy"),
        *("policy", "policy_document", "policy_text", "repository_policy", "resource_policy", "redrive_policy"),
        *("body", "configuration", "container_definitions", "content", "dashboard_body", "definition", "document"),
        *("event_pattern", "input", "input_template", "message_body", "properties", "query", "query_string"),
        *("query_statement", "row_access_expression", "secret_string", "server_properties", "sql_body", "statement"),
        *("template_body", "user_data", "user_data_base64"),
    }
)
"""Attributes that hold a document: one written with references is none of the identities that it refers to."""
_INDEX: Final = re.compile(hcl_expressions.INSTANCE_KEY)
_MODULE: Final = re.compile(rf"^(?:module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.)*")


def unknown_at_synth(
    stack: SynthesizedStack,
    rendered: Mapping[str, Mapping[str, str]],
    undecided: Collection[tuple[str, str]] = (),
) -> UnknownValues:
    """The values of a synthesized stack that only a plan will show.

    Args:
        stack: the stack.
        rendered: policy texts in place of references to policy documents.
        undecided: address and attribute of those with dynamic blocks whose number is not known.
    """
    managed, constants = list(stack.resources()), stack.constants
    managed_addresses = {block.address for block in managed}
    found: UnknownValues = {}
    for block in managed:
        attributes: dict[str, bool | None] = dict.fromkeys(schema.READ_ONLY.get(block.kind, ()), True)
        texts = rendered.get(block.address, {})
        for name, written in dynamic_blocks.expanded(block.body, block.address, constants).items():
            value = texts.get(name, written)
            if name not in META_ARGUMENTS and (
                _has_unknown_text(value, managed_addresses, constants)
                or _is_computed(block.kind, name, value, constants)
            ):
                attributes[name] = isinstance(value, str) and hcl_expressions.whole(value) is not None
            elif (block.address, name) in undecided:
                attributes[name] = False
        for name, is_choice in dynamic_blocks.undecided(block.arguments, constants):
            if not is_choice or constants.has_choices is None:
                attributes.setdefault(name, False)
        if attributes:
            found[block.address] = attributes
    return found


def unknown_at_plan(
    plan: PlanFile,
    guaranteed: Mapping[str, Collection[str]] | None = None,
    uncertain: Collection[tuple[str, str]] = (),
) -> UnknownValues:
    """The values of a plan that are known only after apply.

    Args:
        plan: the plan; values inserted by ``fill_unknown.fill`` and ``resolve_values.resolve`` are evaluated by their
            text.
        uncertain: address and attribute of inserted values that count as unknown nevertheless.
        guaranteed: by address, local values that count as known there (see ``preconditions.guaranteed_locals``).
    """
    guaranteed = guaranteed or {}
    configured = list(plan.configured())
    written = {one.address: one.expressions for one in configured}
    values = plan.values()
    managed = {one.address for one in configured if one.is_managed}
    named = managed | set(plan.read_data_sources())
    found: UnknownValues = {}
    for change in plan.changes():
        later, address = change.after_unknown, change.address
        if address not in values:
            continue
        expression = written.get(_declared(address), {})
        module = _MODULE.match(address)
        prefix = _INDEX.sub("", module.group(0)) if module else ""
        attributes: dict[str, bool | None] = {}
        for name, unknown in later.items():
            value = values[address].get(name)
            if not _any(unknown):
                continue
            if unknown is True and block_schema.is_block(change.type, (name,)):
                # Its number of instances is unknown, unless it is not set and the provider computes it.
                attributes |= {name: True} if (address, name) in uncertain else {}
                continue
            if name not in expression:
                if (address, name) in uncertain or name in schema.READ_ONLY.get(change.type, ()):
                    attributes[name] = unknown is True
                elif dynamic_blocks.is_in(value):
                    attributes[name] = None
                continue
            constants = guaranteed.get(_declared(address), ())
            leaves = _leaves(name, expression[name], unknown, value)
            is_open = (address, name) in uncertain or any(
                _takes_no_identity(change.type, part)
                or (
                    _has_unknown_text(text, named, constants)
                    if isinstance(text, str)
                    else part in DOCUMENT_ATTRIBUTES or _is_unknown_expression(item, managed, prefix)
                )
                for part, item, text in leaves
            )
            if is_open:
                attributes[name] = unknown is True
            elif dynamic_blocks.is_in(value):
                attributes[name] = None
        if attributes:
            found[address] = attributes
    return found


def _has_unknown_text(value: Any, managed: Collection[str], constants: Collection[str]) -> bool:
    if isinstance(value, Mapping):
        parts = (part for name, item in value.items() if name != "//" for part in (name, item))
        return any(_has_unknown_text(part, managed, constants) for part in parts)
    if isinstance(value, list):
        return any(_has_unknown_text(item, managed, constants) for item in value)
    if not isinstance(value, str) or not hcl_expressions.BEGINNING.search(value):
        return False
    return not (isinstance(constants, Constants) and _is_decided(value, constants)) and _is_unknown_text(
        value, managed, constants
    )


def _is_computed(kind: str, name: str, value: Any, constants: Mapping[str, Any]) -> bool:
    """Whether an argument that takes no identity is an expression that is not decided: an ID in a comparison."""
    if isinstance(value, Mapping):
        return any(_is_computed(kind, part, item, constants) for part, item in value.items() if part != "//")
    if isinstance(value, list):
        return any(_is_computed(kind, name, item, constants) for item in value)
    if not isinstance(value, str) or not schema.load().takes_no_identity(kind, name):
        return False
    whole = hcl_expressions.whole(value)
    if whole is None:
        return any(not _POLICY_VARIABLE.fullmatch(one) for one in hcl_expressions.interpolations(value))
    return whole not in constants and not (isinstance(constants, Constants) and _is_decided(value, constants))


def _is_unknown_text(value: str, managed: Collection[str], constants: Collection[str]) -> bool:
    whole = hcl_expressions.whole(value)
    if whole is not None and whole.startswith("jsonencode("):
        try:
            document = json.loads(hcl_expressions.json_of_jsonencode(whole))
        except hcl_expressions.NotLiteralError:
            return True
        return _has_unknown_text(document, managed, constants)
    found = [whole] if whole is not None else hcl_expressions.interpolations(value)
    return not all(
        _is_identity(item, managed) or item in constants or _POLICY_VARIABLE.fullmatch(item) for item in found
    )


def _is_decided(text: str, constants: Constants) -> bool:
    found = evaluated(text, constants) if hcl_expressions.whole(text) is not None else None
    return found is not None and found.is_final and isinstance(found.value, str | bool | int)


def _is_identity(expression: str, managed: Collection[str]) -> bool:
    steps = _INDEX.sub("", expression.strip()).split(".")
    length = 3 if steps[0] == "data" else 2
    return (
        hcl_expressions.is_traversal(expression.strip())
        and len(steps) > length
        and ".".join(steps[:length]) in managed
        and _IDENTITY.search(steps[-1]) is not None
    )


def is_identity_attribute(steps: list[str]) -> bool:
    """Whether a reference, given by its steps without indexes, names a resource or its identity (id, ARN, name …).

    For ``one(x.y[*].z)`` and ``for`` expressions, Terraform lists the resource ``x.y`` alone: that of a type which
    holds values of any kind can stand for such a value.
    """
    if len(steps) == 2:
        return steps[0].startswith(("aws_", "awscc_", "snowflake_")) and steps[0] not in HOLDING_VALUES
    return _IDENTITY.search(steps[-1]) is not None


def _any(unknown: Any) -> bool:
    if isinstance(unknown, Mapping):
        return any(_any(item) for item in unknown.values())
    if isinstance(unknown, list):
        return any(_any(item) for item in unknown)
    return unknown is True


def _takes_no_identity(kind: str, name: str) -> bool:
    """Whether an argument is a boolean, a number or a range of addresses: no ID, ARN or name of a resource."""
    return schema.load().takes_no_identity(kind, name) or "cidr" in name


def _leaves(name: str, expression: Any, unknown: Any, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """The attributes and expressions of unknown values, with the text that was inserted for each."""
    if isinstance(value, str):
        yield name, expression, value
    elif isinstance(unknown, list) and isinstance(expression, list):
        values = value if isinstance(value, list) and len(value) == len(unknown) else [None] * len(unknown)
        for inner, later, one in zip(expression, unknown, values, strict=False):
            yield from _leaves(name, inner, later, one)
    elif isinstance(unknown, Mapping) and isinstance(expression, Mapping) and "references" not in expression:
        inserted = value if isinstance(value, Mapping) else {}
        for part, later in unknown.items():
            if _any(later) and part in expression:
                yield from _leaves(part, expression[part], later, inserted.get(part))
    elif _any(unknown):
        yield name, expression, value if isinstance(value, str) else None


def _is_unknown_expression(expression: Any, managed: Collection[str], prefix: str) -> bool:
    """Whether an expression is more than the identity of a resource of the same module."""
    stated = expression.get("references") if isinstance(expression, Mapping) else None
    if not stated:
        return isinstance(expression, Mapping) and "constant_value" not in expression
    # A plan lists the attribute first, then its resource.
    for item in stated:
        steps = _INDEX.sub("", item).split(".")
        address = prefix + ".".join(steps[:2])
        if address not in managed or (len(steps) > 2 and not _IDENTITY.search(steps[-1])):
            return True
    return False


def _declared(address: str) -> str:
    return _INDEX.sub("", address)
