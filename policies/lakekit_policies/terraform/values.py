"""Values and references of one resource, converted from the written form to that of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import constants, dynamic_blocks, hcl_expressions, schema
from lakekit_policies.terraform.unknown_values import DOCUMENT_ATTRIBUTES

AT_PLAN: Final = "${known at plan: "
"""Beginning of the text in place of a document that every plan of the stack shows."""
_OUTSIDE: Final = re.compile(r"\b(?:data|module|terraform_data)\.|\b(?:uuid|timestamp|bcrypt)\(")
_NAMED: Final = re.compile(r"\b(?:local|var)\.[A-Za-z_][\w-]*")


@dataclass(slots=True)
class Converter:
    """Converts resources of one configuration.

    Attributes:
        known: addresses of the configuration; only these are references.
        locals_: literal values by ``local.x`` and ``var.x``.
        notes: values that are known only at plan.
    """

    known: frozenset[str]
    locals_: Mapping[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    has_plan: bool = False
    """Whether a plan follows, which shows documents without references."""
    _dependent: dict[str, bool] = field(default_factory=dict)
    """Whether a local value depends on a resource, by name."""

    def block(self, kind: str, body: Mapping[str, Any], at: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """``(values, references)`` of a resource body; the latter in the shape of a plan's ``expressions``."""
        return self._body(kind, body, "", at)

    def _body(self, kind: str, body: Mapping[str, Any], prefix: str, at: str) -> tuple[dict[str, Any], dict[str, Any]]:
        values: dict[str, Any] = {}
        references: dict[str, Any] = {}
        for name, raw in dynamic_blocks.expanded(body, at, self.locals_).items():
            if name == "//" or raw is None:
                continue
            written = self._resolved(raw)
            if isinstance(written, str):
                self._scalar(name, written, values, references, at)
                if name in references and name not in values and schema.load().takes_no_identity(kind, name):
                    values[name] = dynamic_blocks.UNKNOWN
                if name not in DOCUMENT_ATTRIBUTES and not schema.load().is_collection(kind, name):
                    _name_candidates(name, values, references)
            elif isinstance(written, Mapping) and not schema.load().is_map(kind, prefix + name):
                values[name], found = self._blocks(kind, [written], f"{prefix}{name}.", at)
                references |= {name: found} if any(found) else {}
            elif isinstance(written, list) and any(isinstance(item, Mapping) for item in written):
                values[name], found = self._blocks(kind, written, f"{prefix}{name}.", at)
                references |= {name: found} if any(found) else {}
            else:
                values[name] = self._plain(written)
                if addresses := self._references(written):
                    references[name] = {"references": addresses}
        return values, references

    def _blocks(
        self, kind: str, blocks: list[Any], prefix: str, at: str
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        made = []
        for block in blocks:
            if block is None:
                continue
            if not isinstance(block, Mapping):
                raise GateError("not_a_configuration", f"{at}: {prefix}* mixes blocks and plain values")
            made.append(self._body(kind, block, prefix, at))
        return [values for values, _ in made], [references for _, references in made]

    def _scalar(self, name: str, text: str, values: dict[str, Any], references: dict[str, Any], at: str) -> None:
        found = hcl_expressions.references(text, self.known)
        if found:
            references[name] = {"references": found}
        expression = hcl_expressions.whole(text)
        if expression is None:
            values[name] = hcl_expressions.unescape(text)
        elif expression.startswith("jsonencode("):
            values[name] = self._jsonencode(text, expression, f"{at}.{name}", is_known=not found)
        elif not found:
            # A variable or a function of literals: there is no reference, so the text is kept.
            values[name] = self._evaluated(name, text, expression)
        else:
            # A plan does not contain the value either, only its references.
            references[name]["whole"] = expression

    def _jsonencode(self, text: str, expression: str, at: str, *, is_known: bool) -> str:
        try:
            literal = hcl_expressions.json_of_jsonencode(expression)
        except hcl_expressions.NotLiteralError:
            literal = None
        if literal is not None and not ("${" in literal and is_known):
            return literal
        found = constants.evaluated(text, self.locals_) if is_known else None
        if found is not None and found.is_final:
            return str(found.value)
        if literal is None:
            self.notes.append(f"{at} is computed by Terraform and evaluated in the plan, not at synth")
            return str(self._evaluated(at.rpartition(".")[2], text, expression)) if is_known else text
        return literal

    def _evaluated(self, name: str, text: str, expression: str) -> Any:
        """The value of an expression without references; a placeholder for a document that the plan shows."""
        found = constants.evaluated(text, self.locals_)
        if found is not None and found.is_final:
            return found.value if isinstance(found.value, str | bool | int) else text
        is_at_plan = self.has_plan and name in DOCUMENT_ATTRIBUTES and not self._depends_on_apply(expression)
        return f"{AT_PLAN}{expression}}}" if is_at_plan else text

    def _depends_on_apply(self, expression: str) -> bool:
        """Whether an expression reads a resource, a data source or a module, also through local values."""
        declared = self.locals_.declared if isinstance(self.locals_, constants.Constants) else frozenset[str]()
        return (
            _OUTSIDE.search(expression) is not None
            or not declared.issuperset(_NAMED.findall(expression))
            or any(self._local_depends(name) for name in _NAMED.findall(expression) if name.startswith("local."))
        )

    def _local_depends(self, name: str) -> bool:
        if name not in self._dependent:
            self._dependent[name] = False  # a cycle is an error of Terraform
            text = repr(self.locals_.get(name))
            is_reference = bool(hcl_expressions.references(text, self.known))
            self._dependent[name] = is_reference or self._depends_on_apply(text)
        return self._dependent[name]

    def _resolved(self, value: Any) -> Any:
        expression = hcl_expressions.whole(value) if isinstance(value, str) else None
        return self.locals_.get(expression, value) if expression is not None else value

    def _plain(self, value: Any) -> Any:
        """A list or map with its references as plain text (``aws_kms_key.lake.arn``)."""
        if isinstance(value, Mapping):
            return {
                name: self._plain(self._resolved(item))
                for name, item in value.items()
                if name != "//" and item is not None
            }
        if isinstance(value, list):
            return [self._plain(self._resolved(item)) for item in value if item is not None]
        if not isinstance(value, str):
            return value
        expression = hcl_expressions.whole(value)
        if expression is not None and hcl_expressions.is_traversal(expression) and self._references(value):
            return expression
        return hcl_expressions.unescape(value)

    def _references(self, value: Any) -> list[str]:
        if isinstance(value, str):
            return hcl_expressions.references(value, self.known)
        items = list(value.values()) if isinstance(value, Mapping) else value
        if not isinstance(items, list):
            return []
        return list(dict.fromkeys(found for item in items for found in self._references(item)))


def _name_candidates(name: str, values: dict[str, Any], references: dict[str, Any]) -> None:
    """Give an expression that refers to several resources a text that names each: which one is known at plan."""
    stated = references.get(name, {}).get("references", ())
    targets = [one for one in stated if not any(other.startswith(f"{one}.") for other in stated)]
    if name not in values and len({_resource(one) for one in targets}) > 1:
        values[name] = hcl_expressions.one_of(targets)


def _resource(reference: str) -> str:
    steps = reference.split(".")
    return ".".join(steps[: 3 if steps[0] == "data" else 2])
