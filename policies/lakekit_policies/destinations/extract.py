"""Extract the destinations of a resource from all of its arguments, by form and by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lakekit_policies.boundary import arns, references
from lakekit_policies.destinations import expressions, free_text, names, shapes, shell
from lakekit_policies.destinations.model import Destination, Kind, Use
from lakekit_policies.iam import policy_documents
from lakekit_policies.shared.encoded_text import decoded_text, hidden_texts, unescaped
from lakekit_policies.shared.json_text import is_too_deep, read_json_text
from lakekit_policies.terraform import dynamic_blocks, hcl_expressions
from lakekit_policies.terraform.declarations import Declaration
from lakekit_policies.terraform.value_literals import value_literals

_PARTIAL_FUNCTION: Final = re.compile(r"(\d{12}):function:[\w-]+(?::[\w$-]+)?")
"""Partial ARN of a function: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
_USES: Final = {
    Kind.IMAGE: Use.CODE,
    Kind.SNOWFLAKE_ACCOUNT: Use.ACCESS,
    Kind.CANONICAL_USER: Use.ACCESS,
    Kind.ACCOUNT_OF_MAIL: Use.ACCESS,
}


def destinations(resource: Declaration) -> Iterator[Destination]:
    """Every destination that the arguments of a resource name, once per argument and value."""
    walk = _Walk(resource.type, names.ignored_content(resource.type, resource.arguments))
    found = walk.value(resource.arguments, resource.expressions, "", "")
    yield from dict.fromkeys(found)


@dataclass(frozen=True, slots=True)
class _Walk:
    type: str
    ignored: frozenset[str]
    """Arguments of this resource that are no destinations."""

    def value(self, value: Any, expression: Any, name: str, path: str) -> Iterator[Destination]:
        if isinstance(value, dict):
            for key, part in value.items():
                name_, inside = str(key), f"{path}.{key}" if path else str(key)
                is_block = name_ == "provider" and path and isinstance(part, dict | list)
                if part is None or name_ in self.ignored or (names.is_ignored(self.type, name_) and not is_block):
                    continue
                if names.is_subject(self.type, name_, inside):
                    yield from _roles(part, inside) if names.is_role(name_) else ()
                else:
                    yield from self.value(part, _inner(expression, name_), name_, inside)
                    if ":" in name_ and names.is_free(self.type, name, inside):
                        yield from self._literal(name_, name, path)
        elif isinstance(value, list):
            for index, part in enumerate(value):
                yield from self.value(part, _item(expression, index), name, path)
            yield from (self._destination(kind, found, path) for kind, found in shell.in_words(value))
        elif isinstance(value, str):
            yield from self._text(value, expression, name, path)
        elif isinstance(value, int) and names.holds_account(name) and 10**11 <= value < 10**12:
            yield from self._text(str(value), expression, name, path)

    def _text(self, text: str, expression: Any, name: str, path: str) -> Iterator[Destination]:
        if text.lstrip()[:1] in ("{", "["):
            document = _parsed(text)
            if document is not None:
                if not _is_policy(document):
                    yield from self.value(document, None, name, path)
                return
            if name in policy_documents.POLICY_ATTRIBUTES and is_too_deep(text):
                return  # LK_IAM_31
        if name == "input_template" and text.lstrip()[:1] != "{":
            return  # a message for people
        inner = decoded_text(text)
        if inner is not None and (names.holds_script(name) or _names_destination(inner)):
            yield from self._text(inner, None, name, path)
            return
        found = list(self._of_expression(text, name, path)) if references.is_reference(text) else None
        found = list(self._literal(text, name, path)) if found is None else found
        if not found and "${" in text and names.is_sink(self.type, name):
            # A value of a dynamic block has no expression: the one at its place is that of another block.
            stated = () if text == dynamic_blocks.UNKNOWN else _references(expression)
            if text.startswith(hcl_expressions.ONE_OF):
                stated = tuple(text.removeprefix(hcl_expressions.ONE_OF).removesuffix("}").split(", "))
            stated = stated or tuple(references.expressions(text))
            yield Destination(Kind.EXPRESSION, text, path, names.use_of(self.type, path), stated)
        yield from found

    def _of_expression(self, text: str, name: str, path: str) -> Iterator[Destination]:
        """Destinations that are written in an expression: ``condition ? aws_sqs_queue.q.arn : "arn:…"``."""
        for constant in value_literals(text):
            yield from self._literal(constant, name, path)

    def _literal(self, text: str, name: str, path: str) -> Iterator[Destination]:
        """Destinations whose owner is written in the text, even if other parts of it are expressions."""
        if names.holds_principal(self.type, name) and names.EVERYBODY.fullmatch(text):
            yield Destination(Kind.EVERYBODY, text, path, Use.ACCESS)
        if function := _PARTIAL_FUNCTION.fullmatch(text):
            yield Destination(Kind.ACCOUNT, function[1], path, names.use_of(self.type, path))
            return
        if name.endswith("catalog_id"):
            text = text.partition(":")[0]  # 111122223333:s3tablescatalog/bucket
        if names.holds_bucket(self.type, name.removesuffix(".$")) and expressions.is_expression(text, name):
            for constant in expressions.bucket_names(text):
                yield self._destination(Kind.BUCKET, constant, path)
            return
        if names.is_copy_source(self.type, name) and (bucket := expressions.bucket_of_path(text)):
            yield self._destination(Kind.BUCKET, bucket, path)
            return
        named = None if text.startswith("${") else self._by_name(text, name, path)
        if named is not None:
            yield Destination(named, text, path, _USES.get(named) or names.use_of(self.type, path))
            return
        plain = unescaped(text)
        commands = list(shell.in_text(plain))
        found = [one for one in shapes.in_text(plain) if not shapes.is_open(*one)]
        found += (one for one in commands if one not in found)
        if names.holds_host(self.type, name):
            found += shapes.hosts(text)
        yield from (self._destination(kind, value, path) for kind, value in found)
        for hidden in hidden_texts(text):
            if _names_destination(hidden):
                yield from self._text(hidden, None, name, path)
        if not found and names.is_free(self.type, name, path):
            for kind, value in free_text.in_text(text, path):
                yield replace(self._destination(kind, value, path), is_certain=False)

    def _destination(self, kind: Kind, value: str, path: str) -> Destination:
        return Destination(kind, value, path, _USES.get(kind) or names.use_of(self.type, path))

    def _by_name(self, text: str, name: str, path: str) -> Kind | None:
        """What a text is by the name of its argument; None if only its form can tell."""
        if names.holds_account(name) and arns.is_account(text):
            return Kind.ACCOUNT
        if names.holds_connection(self.type, name):
            return Kind.CONNECTION
        if names.holds_image(self.type, name, text):
            return Kind.IMAGE
        if names.holds_snowflake_account(self.type, name):
            return Kind.SNOWFLAKE_ACCOUNT
        if names.holds_bucket(self.type, name) and shapes.BUCKET_NAME.fullmatch(text):
            return Kind.BUCKET
        return _grantee(text, name, path) if "grant" in path else None


def _grantee(text: str, name: str, path: str) -> Kind | None:
    """Who gets access by an ACL, if it is not named by its ARN."""
    if name == "email_address" and "grantee" in path:
        return Kind.ACCOUNT_OF_MAIL
    return Kind.CANONICAL_USER if len(text) == 64 and shapes.CANONICAL_USER.fullmatch(text) else None


def _names_destination(text: str) -> bool:
    """Whether a text that was found in base64 names a destination, so that it is no accident."""
    return next(shapes.in_text(text), None) is not None or any(map(_names_destination, hidden_texts(text)))


def _roles(value: Any, path: str) -> Iterator[Destination]:
    """The roles of an argument of AWS, by their ARNs; names are of the own account."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _roles(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from _roles(part, path)
    elif isinstance(value, str):
        for kind, found in shapes.in_text(value):
            if kind is Kind.ARN and not shapes.is_open(kind, found):
                yield Destination(kind, found, path, Use.ROLE)


def _parsed(text: str) -> Any:
    try:
        document = read_json_text(text)
    except ValueError:
        return None
    return document if isinstance(document, dict | list) else None


def _is_policy(document: Any) -> bool:
    """Whether a document is an IAM policy, whose principals and resources the access analysis evaluates."""
    return isinstance(document, dict) and "Statement" in document and not policy_documents.is_data_protection(document)


def _inner(expression: Any, name: str) -> Any:
    """The expression of an argument inside a block; that of the whole map for its entries."""
    if isinstance(expression, Mapping) and not {"references", "constant_value"} & set(expression):
        return expression.get(name)
    return expression


def _item(expression: Any, index: int) -> Any:
    """The expression of a block; dynamic blocks share one."""
    if isinstance(expression, list):
        return expression[index] if index < len(expression) else expression[0] if expression else None
    return expression


def _references(expression: Any) -> tuple[str, ...]:
    stated = expression.get("references") if isinstance(expression, Mapping) else None
    return tuple(str(one) for one in stated) if isinstance(stated, list) else ()
