"""Find secrets in the arguments of any resource, data source or provider."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from lakekit_policies.secrets import commands
from lakekit_policies.secrets.entropy import random_text
from lakekit_policies.secrets.find import find_in_arguments, find_in_lines, find_secret
from lakekit_policies.secrets.names import is_secret_name
from lakekit_policies.secrets.references import is_reference, is_secret_path
from lakekit_policies.shared.encoded_text import decoded_text
from lakekit_policies.shared.json_text import TooDeepError, read_json_text
from lakekit_policies.terraform import expression_parts, hcl_expressions

# Arguments whose value is a secret, whatever it is called.
_SECRET_ARGUMENTS: Final = frozenset(
    {
        ("aws_secretsmanager_secret_version", "secret_string"),
        ("aws_secretsmanager_secret_version", "secret_string_wo"),
        ("aws_secretsmanager_secret_version", "secret_binary"),
        ("aws_kms_ciphertext", "plaintext"),
        ("aws_kms_external_key", "key_material_base64"),
        ("aws_api_gateway_api_key", "value"),
    }
)
# Blocks with a name and a value, of which the value is a secret, whatever the name is.
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionApiKeyAuthRequestParameters.html
_SECRET_BLOCKS: Final = frozenset({("aws_cloudwatch_event_connection", "api_key")})
# Names of objects, dates and modes, not of secrets.
_NOT_SECRET: Final = frozenset({"client_token", "grant_creation_tokens", "request_token", "id_token", "key_pair"})
_LOCATING: Final = re.compile(r"(?i)(?:secrets?|credentials?)\Z")
# Types of variables of CodeBuild whose value is the name of a secret or parameter.
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
_LOCATIONS: Final = ("PARAMETER_STORE", "SECRETS_MANAGER")
_META: Final = frozenset({"provider", "lifecycle", "depends_on", "for_each", "count", "//"})


def find_in_resource(kind: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Problems of the arguments of a resource, one message each, with the path of the argument.

    Args:
        kind: resource type; empty for outputs, variables and the like.
        arguments: values as declared; expressions are not secrets.
    """
    for name, value in arguments.items():
        if name in _META:
            continue
        if (kind, name) in _SECRET_ARGUMENTS and isinstance(value, str):
            yield from _whole_secret(name, value)
        else:
            yield from dict.fromkeys((*_secret_blocks(kind, value, name), *find_in_value(name, value, name)))


def _whole_secret(name: str, value: str) -> Iterator[str]:
    """Problems of an argument whose whole value is a secret; those in a ``jsonencode`` can be references."""
    expression = hcl_expressions.whole(value)
    for text in [value] if expression is None else _literals(expression):
        document = _document_problems(name, text)
        if document or (document is not None and expression is not None):
            yield from document
        elif text and not is_reference(text):
            yield f"{name} is a literal"


def _secret_blocks(kind: str, value: Any, path: str) -> Iterator[str]:
    """Literals in blocks that hold secrets, and in parameters that are declared to be secret."""
    if isinstance(value, list):
        for item in value:
            yield from _secret_blocks(kind, item, path)
    elif isinstance(value, dict):
        name, literal = path.rpartition(".")[2], value.get("value")
        is_secret = (kind, name) in _SECRET_BLOCKS or value.get("is_value_secret") in (True, "true")
        if is_secret and isinstance(literal, str) and literal and not is_reference(literal):
            yield f"{path}.value is a literal"
        for key, part in value.items():
            if isinstance(part, dict | list):
                yield from _secret_blocks(kind, part, f"{path}.{key}")


def find_in_value(name: str, value: Any, path: str) -> Iterator[str]:
    """Problems of a named value: a text, or a list or map of texts at any depth."""
    # `dict` is checked in a tenth of the time of `Mapping`.
    if isinstance(value, dict):
        words = {str(key).lower(): part for key, part in value.items()}
        # Environment variables of containers and parameters have a name and a value.
        named = words.get("name", words.get("key", words.get("parameter_name")))
        for key, part in value.items():
            is_value = isinstance(named, str) and str(key).lower() in ("value", "parameter_value")
            if is_value and words.get("type") in _LOCATIONS:
                continue
            if key != "//" and part:
                yield from find_in_value(str(named) if is_value else str(key), part, f"{path}.{key}")
    elif isinstance(value, list):
        texts = [item for item in value if isinstance(item, str)]
        if texts and len(texts) == len(value) and any(item.startswith("-") for item in texts):
            yield from (f"{path}: {problem}" for problem in find_in_arguments(texts))
        else:
            for item in value:
                yield from find_in_value(name, item, path)
            yield from (f"{path}: {problem}" for problem in commands.in_words(texts))
    elif isinstance(value, str) and value:
        yield from (f"{path}: {problem}" for problem in _text_problems(name, value))


@lru_cache(maxsize=65_536)
def _text_problems(name: str, text: str) -> tuple[str, ...]:
    """Problems of one text; the same texts occur in many resources."""
    if name in _NOT_SECRET or (_LOCATING.search(name) and is_secret_path(text)):
        return ()
    expression = hcl_expressions.whole(text)
    if expression is not None:
        return tuple(dict.fromkeys(one for part in _literals(expression) for one in _text_problems(name, part)))
    if len(text) < 8:
        return (f"{name} holds a secret",) if is_secret_name(name) and not is_reference(text) else ()
    return _long_text_problems(name, text)


def _long_text_problems(name: str, text: str) -> tuple[str, ...]:
    if text.lstrip()[:1] in ("{", "["):
        document = _document_problems(name, text)
        if document is not None:
            return document
    found = find_secret(name, text) or find_in_lines(text)
    if found:
        return (found,)
    if decoded := decoded_text(text):
        found = find_secret("text", decoded) or find_in_lines(decoded)
        return (f"base64 of a text with a secret: {found.removeprefix('text: ')}",) if found else ()
    return (f"{name} holds a random text",) if random_text(name, text) and not is_reference(text) else ()


def _literals(expression: str) -> list[str]:
    """The texts written in an expression that it can give; none of one that is nested too deeply to be read."""
    try:
        return list(expression_parts.literals(expression))
    except RecursionError:
        return []


def _document_problems(name: str, text: str) -> tuple[str, ...] | None:
    """Problems of a JSON text; None for other texts."""
    try:
        document = read_json_text(text)
    except TooDeepError:
        return (f"{name} is nested too deeply to be checked",)
    except ValueError:
        return None
    return tuple(find_in_value(name, document, name)) if isinstance(document, dict | list) else None
