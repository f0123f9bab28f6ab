"""The texts of ``data.aws_iam_policy_document`` in place of references to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import iam_policy_documents

_MOST: Final = 50_000_000
"""Characters of all texts; a document repeats what it inherits, and IAM accepts 20,480 in the largest policy."""


class PolicyTexts:
    """Replaces references to policy documents by their text.

    Args:
        documents: values and references of each document by name.
        undecided: names of documents with dynamic blocks whose number is not known.
    """

    def __init__(self, documents: dict[str, tuple[dict[str, Any], dict[str, Any]]], undecided: frozenset[str]) -> None:
        self._documents = documents
        self._texts: dict[str, str | None] = {}
        self._undecided = set(undecided)
        self._size = 0
        self.undecided: set[str] = set()
        """Attributes of the last resource whose text has dynamic blocks whose number is not known."""

    def fill(self, values: dict[str, Any], references: Mapping[str, Any]) -> dict[str, str]:
        """Insert the texts; return them by attribute.

        Raises:
            GateError: documents inherit too many statements.
        """
        filled = {}
        self.undecided = set()
        for attribute, reference in references.items():
            if attribute not in values and isinstance(reference, Mapping) and "whole" in reference:
                name = self._named(reference["whole"])
                text = self._text(name) if name is not None else None
                if text is not None:
                    values[attribute] = filled[attribute] = text
                    self.undecided |= {attribute} if name in self._undecided else set()
        return filled

    def _named(self, reference: str) -> str | None:
        """The document that a reference names; None for another reference."""
        parts = reference.removeprefix("${").removesuffix("}").split(".")
        if parts[:2] != ["data", iam_policy_documents.TYPE] or parts[3:] not in (["json"], ["minified_json"]):
            return None
        return parts[2] if parts[2] in self._documents else None

    def _text(self, name: str) -> str | None:
        """The text of a document: first those that it inherits from, without a limit of how many follow one another."""
        waiting = {name: self._inherited(name)}
        while waiting:
            last = next(reversed(waiting))
            following = next((one for one in waiting[last] if one not in self._texts), None)
            if following is None:
                del waiting[last]
                self._render(last)
            elif following in waiting:
                self._texts[following] = None  # a cycle, which Terraform rejects
            else:
                waiting[following] = self._inherited(following)
        return self._texts[name]

    def _inherited(self, name: str) -> Iterator[str]:
        values = self._documents[name][0]
        for argument in iam_policy_documents.INHERITING:
            listed = values.get(argument)
            for one in listed if isinstance(listed, list) else ():
                if isinstance(one, str) and (found := self._named(one)) is not None:
                    yield found

    def _render(self, name: str) -> None:
        if name in self._texts:
            return
        text = iam_policy_documents.render(self._documents[name][0], self._inherited_text)
        self._texts[name] = text
        self._size += len(text or "")
        if self._size > _MOST:
            raise GateError(
                "too_large",
                f"data.{iam_policy_documents.TYPE}.{name}: the policy documents of the stack have more than {_MOST:,} "
                "characters with what they inherit; IAM accepts 20,480 in a policy. Inherit fewer documents.",
            )
        if any(one in self._undecided for one in self._inherited(name)):
            self._undecided.add(name)

    def _inherited_text(self, reference: str) -> str | None:
        name = self._named(reference)
        return self._texts.get(name) if name is not None else None
