"""Convert a synthesized ``cdk.tf.json`` to the shape of ``terraform show -json`` of its first plan.

One shape for both stages means one runner and one set of rules. The conversion drops what Terraform
drops (nulls, comments), gives blocks and maps the form they have in a plan, parses ``jsonencode`` and policy
documents, and converts references to the configuration references of a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lakekit_policies.terraform import dynamic_blocks, hcl_expressions, iam_policy_documents, schema
from lakekit_policies.terraform.policy_texts import PolicyTexts
from lakekit_policies.terraform.resource_block import ResourceBlock
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.terraform.values import Converter


@dataclass(slots=True)
class ConvertedStack:
    """The converted document, and notes on values that are known only at plan."""

    document: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    rendered: dict[str, dict[str, str]] = field(default_factory=dict)
    """Rendered policy texts by address and attribute, in place of references to policy documents."""
    undecided: frozenset[tuple[str, str]] = frozenset()
    """Address and attribute of those of documents with dynamic blocks whose number is not known."""


def convert_stack(configuration: Mapping[str, Any]) -> ConvertedStack:
    """Convert one synthesized configuration.

    Raises:
        GateError: the configuration is JSON but not a Terraform configuration.
    """
    return convert(SynthesizedStack.of(configuration))


def convert(stack: SynthesizedStack, *, has_plan: bool = False) -> ConvertedStack:
    """Convert one synthesized stack.

    Args:
        stack: the stack.
        has_plan: whether a plan follows, which shows documents without references.

    Raises:
        GateError: the configuration is JSON but not a Terraform configuration.
    """
    blocks = list(stack.blocks())
    known = frozenset(block.address for block in blocks)
    converter = Converter(known, stack.constants, has_plan=has_plan)
    converted = {block.address: converter.block(block.kind, block.arguments, block.address) for block in blocks}
    documents = [block for block in blocks if block.kind == iam_policy_documents.TYPE]
    policies = PolicyTexts(
        {one.name: converted[one.address] for one in documents},
        frozenset(one.name for one in documents if any(dynamic_blocks.undecided(one.arguments, stack.constants))),
    )
    undecided: set[tuple[str, str]] = set()
    tags = _default_tags(stack)
    resources, settings, changes = [], [], []
    rendered: dict[str, dict[str, str]] = {}
    for block in blocks:
        values, references = converted[block.address]
        if texts := policies.fill(values, references):
            rendered[block.address] = texts
            undecided |= {(block.address, name) for name in texts if name in policies.undecided}
        _fill_tags(values, tags.get(_provider(block), {}), block.kind)
        at = {"address": block.address, "mode": block.mode, "type": block.kind, "name": block.name}
        resources.append({**at, "values": values})
        settings.append({**at, "expressions": references})
        if block.mode == "managed":
            change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
            changes.append({**at, "change": change})
    notes = list(converter.notes)
    if stack.modules:
        notes.append(f"modules are evaluated in the plan, not at synth: {', '.join(sorted(stack.modules))}")
    document = {
        "format_version": "1.2",
        "terraform_version": "synthesized",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": _providers(stack),
            "root_module": {"resources": settings},
        },
    }
    return ConvertedStack(document, notes, rendered, frozenset(undecided))


def _provider(block: ResourceBlock) -> str:
    stated = block.body.get("provider")
    text = stated if isinstance(stated, str) else block.kind.partition("_")[0]
    return (hcl_expressions.whole(text) or text).strip()


def _providers(stack: SynthesizedStack) -> dict[str, Any]:
    found = {}
    sources = {name: wanted.get("source") for name, wanted in stack.required_providers}
    versions = {name: str(wanted.get("version") or "") for name, wanted in stack.required_providers}
    for name, body in stack.provider_blocks():
        alias = body.get("alias")
        entry: dict[str, Any] = {
            "name": name,
            "full_name": f"registry.terraform.io/{sources.get(name) or f'hashicorp/{name}'}",
            "version_constraint": versions.get(name, ""),
            "expressions": {
                key: {"constant_value": value}
                for key, value in body.items()
                if key not in ("//", "alias") and value is not None
            },
        }
        if alias:
            entry["alias"] = alias
        found[f"{name}.{alias}" if alias else name] = entry
    return found


def _default_tags(stack: SynthesizedStack) -> dict[str, dict[str, Any]]:
    found = {}
    for name, body in stack.provider_blocks():
        blocks = body.get("default_tags") or []
        tags: dict[str, Any] = {}
        for part in blocks if isinstance(blocks, list) else [blocks]:
            tags |= part.get("tags") or {}
        found[f"{name}.{body['alias']}" if body.get("alias") else name] = tags
    return found


def _fill_tags(values: dict[str, Any], defaults: Mapping[str, Any], kind: str) -> None:
    """Set ``tags_all`` as in a plan: the provider's default tags and the resource's own."""
    own = values.get("tags") or {}
    if isinstance(own, Mapping) and (defaults or own) and kind in schema.load().taggable:
        values["tags_all"] = {**defaults, **own}
