"""A synthesized ``cdk.tf.json`` in the shape of ``terraform show -json`` of its first plan.

One shape for both stages means one runner and one set of rules. The conversion drops what Terraform
drops (nulls, comments), gives blocks and maps the forms a plan has, reads ``jsonencode`` and policy
documents, and turns references into the configuration references that a plan carries beside its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import hcl_expressions, iam_policy_documents, schema
from lakekit_policies.terraform.values import Converter

META_ARGUMENTS: Final = frozenset(
    {"//", "count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner"}
)
"""What Terraform keeps for itself: no plan shows it among a resource's values."""


@dataclass(frozen=True, slots=True)
class DeclaredBlock:
    """One ``resource`` or ``data`` block as it was written."""

    mode: str
    kind: str
    name: str
    body: Mapping[str, Any]

    @property
    def address(self) -> str:
        return f"data.{self.kind}.{self.name}" if self.mode == "data" else f"{self.kind}.{self.name}"

    @property
    def path(self) -> str:
        """Construct path, as cdktf writes it; empty for what cdktf did not write."""
        comment = self.body.get("//")
        metadata = comment.get("metadata") if isinstance(comment, Mapping) else None
        path = metadata.get("path") if isinstance(metadata, Mapping) else None
        return path if isinstance(path, str) else ""


@dataclass(slots=True)
class ConvertedStack:
    """The converted document and what could not be read before a plan."""

    document: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    rendered: dict[str, dict[str, str]] = field(default_factory=dict)
    """Policy texts by address and attribute that stand where the configuration refers to a document."""


def declared_blocks(configuration: Mapping[str, Any]) -> Iterator[DeclaredBlock]:
    """Every resource and data block of a JSON configuration.

    Raises:
        GateError: a block does not have the form ``{type: {name: {…}}}``.
    """
    for block, mode in (("resource", "managed"), ("data", "data")):
        for kind, named in _objects(configuration.get(block, {}), block):
            for name, body in _objects(named, f"{block}.{kind}"):
                yield DeclaredBlock(mode, kind, name, _object(body, f"{block}.{kind}.{name}"))


def convert_stack(configuration: Mapping[str, Any]) -> ConvertedStack:
    """Convert one synthesized configuration.

    Raises:
        GateError: the configuration is JSON but no Terraform configuration.
    """
    blocks = list(declared_blocks(configuration))
    converter = Converter(known=frozenset(block.address for block in blocks), locals_=constants(configuration))
    converted = {
        block.address: converter.block(block.kind, _without_meta(block.body), block.address) for block in blocks
    }
    policies = _Policies({b.name: converted[b.address] for b in blocks if b.kind == iam_policy_documents.TYPE})
    tags = _default_tags(configuration)
    resources, settings, changes = [], [], []
    rendered: dict[str, dict[str, str]] = {}
    for block in blocks:
        values, references = converted[block.address]
        if texts := policies.fill(values, references):
            rendered[block.address] = texts
        _fill_tags(values, tags.get(_provider(block), {}), block.kind)
        at = {"address": block.address, "mode": block.mode, "type": block.kind, "name": block.name}
        resources.append({**at, "values": values})
        settings.append({**at, "expressions": references})
        if block.mode == "managed":
            change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
            changes.append({**at, "change": change})
    notes = list(converter.notes)
    if modules := sorted(name for name, _ in _objects(configuration.get("module", {}), "module")):
        notes.append(f"modules are judged in the plan, not at synth: {', '.join(modules)}")
    document = {
        "format_version": "1.2",
        "terraform_version": "synthesized",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": _providers(configuration),
            "root_module": {"resources": settings},
        },
    }
    return ConvertedStack(document, notes, rendered)


class _Policies:
    """Puts the text of policy documents where resources refer to them."""

    def __init__(self, documents: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> None:
        self._documents = documents
        self._open: set[str] = set()

    def fill(self, values: dict[str, Any], references: Mapping[str, Any]) -> dict[str, str]:
        """Put the texts in; returns them by attribute."""
        filled = {}
        for name, reference in references.items():
            if name not in values and isinstance(reference, Mapping) and "whole" in reference:
                text = self._text(reference["whole"])
                if text is not None:
                    values[name] = filled[name] = text
        return filled

    def _text(self, reference: str) -> str | None:
        parts = reference.removeprefix("${").removesuffix("}").split(".")
        if parts[:2] != ["data", iam_policy_documents.TYPE] or parts[3:] not in (["json"], ["minified_json"]):
            return None
        if parts[2] not in self._documents or parts[2] in self._open:
            return None
        self._open.add(parts[2])
        try:
            return iam_policy_documents.render(self._documents[parts[2]][0], self._text)
        finally:
            self._open.discard(parts[2])


def _without_meta(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in META_ARGUMENTS}


def constants(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Literal locals and variable defaults, by the name an expression uses."""
    found = {f"local.{name}": value for name, value in _objects(configuration.get("locals", {}), "locals")}
    for name, variable in _objects(configuration.get("variable", {}), "variable"):
        if isinstance(variable, Mapping) and variable.get("default") is not None:
            found[f"var.{name}"] = variable["default"]
    return found


def _provider(block: DeclaredBlock) -> str:
    stated = block.body.get("provider")
    text = stated if isinstance(stated, str) else block.kind.partition("_")[0]
    return (hcl_expressions.whole(text) or text).strip()


def _providers(configuration: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, body in _provider_bodies(configuration):
        alias = body.get("alias")
        entry: dict[str, Any] = {
            "name": name,
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


def _default_tags(configuration: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for name, body in _provider_bodies(configuration):
        blocks = body.get("default_tags") or []
        tags: dict[str, Any] = {}
        for part in blocks if isinstance(blocks, list) else [blocks]:
            tags |= part.get("tags") or {}
        found[f"{name}.{body['alias']}" if body.get("alias") else name] = tags
    return found


def _provider_bodies(configuration: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, bodies in _objects(configuration.get("provider", {}), "provider"):
        for body in bodies if isinstance(bodies, list) else [bodies]:
            yield name, _object(body, f"provider.{name}")


def _fill_tags(values: dict[str, Any], defaults: Mapping[str, Any], kind: str) -> None:
    """At plan ``tags_all`` holds the provider's default tags and the resource's own: so it does here."""
    own = values.get("tags") or {}
    if isinstance(own, Mapping) and (defaults or own) and kind in schema.load().taggable:
        values["tags_all"] = {**defaults, **own}


def _objects(block: Any, at: str) -> Iterator[tuple[str, Any]]:
    for part in block if isinstance(block, list) else [block]:
        yield from ((name, body) for name, body in _object(part, at).items() if name != "//")


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise GateError(
            "not_a_configuration",
            f"{at}: expected an object, found {type(value).__name__}. This is not Terraform's JSON syntax.",
        )
    return value
