from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.requests import clauses_of
from lakekit_policies.iam.statements import MalformedPolicyError, statements_of
from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.rules._shared.policy_statements import IDENTITY, RESOURCE
from lakekit_policies.shared.json_text import MAX_DEPTH, TooDeepError, read_json_text
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_LISTS: Final = ("Action", "NotAction", "Resource", "NotResource")


class PolicyDocumentValid(ConfigurationRule):
    id = "LK_IAM_31"
    title = "Policy documents have the form that IAM accepts"
    severity = "high"
    rationale = (
        "AWS rejects a malformed policy at apply, or reads it otherwise than a reviewer. Rules can evaluate only a "
        "document of the documented form."
    )
    remedy = "Write statements with Effect, Action or NotAction, and texts or lists of texts as values."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for block in stack.resources():
            for attribute, document in _documents(block.body, ""):
                if found := list(_problems(document)):
                    yield Problem(block.address, f"{attribute}: {'; '.join(found)}")
            for attribute in sorted(policy_documents.POLICY_ATTRIBUTES & set(block.body)):
                if problem := _unreadable(block.kind, block.body[attribute]):
                    yield Problem(block.address, f"{attribute}: {problem}")
            for attribute, problem in dict.fromkeys(_unreadable_texts(block.body, "")):
                yield Problem(block.address, f"{attribute}: {problem}")


def _unreadable(kind: str, value: Any) -> str:
    """Why a text is not a document at all; empty if it is one, or an expression."""
    if problem := _json_problem(value):
        return problem
    document = policy_documents.parse_or_text(value)
    if policy_documents.has_policy_form(document) and "Statement" not in document:
        is_policy = kind in (*IDENTITY, *RESOURCE) or str(document.get("Version")) in _VERSIONS
        return "has no Statement" if is_policy else ""
    if kind not in (*IDENTITY, *RESOURCE) or not policy_documents.is_known(document):
        return ""
    if not isinstance(document, Mapping):
        return "is not a JSON object with Version and Statement"
    return "" if "Statement" in document else f"has no Statement, but {', '.join(map(str, document))}"[:200]


def _json_problem(value: Any) -> str:
    """Why a text that is meant to be JSON cannot be read; empty if it can, or is an expression."""
    try:
        policy_documents.parse(value)
    except TooDeepError as error:
        return str(error)
    except (ValueError, IndexError):
        return "is not valid JSON" if policy_documents.is_json_text(value) else ""
    return ""


def _unreadable_texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Texts in nested blocks and in other attributes which no rule can read, with what is wrong with them.

    A text that is nested too deeply is reported whatever it is: it can contain a policy, a destination or a secret.
    """
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name != "//":
                yield from _unreadable_texts(item, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _unreadable_texts(item, at)
    elif isinstance(value, str) and at not in policy_documents.POLICY_ATTRIBUTES:
        if "tatement" not in value and value.count("{") + value.count("[") <= MAX_DEPTH:
            return
        try:
            document = read_json_text(value) if value.lstrip().startswith("[") else policy_documents.parse(value)
        except TooDeepError as error:
            yield at, str(error)
        except (ValueError, IndexError):
            if '"Statement"' in value and policy_documents.is_json_text(value):
                yield at, "is not valid JSON"
        else:
            yield from _unreadable_texts(document, at) if document != value else ()


def _documents(value: Any, at: str, *, inside: bool = False) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Policy documents in JSON texts, and in JSON texts inside of them."""
    if isinstance(value, str):
        try:
            document = policy_documents.parse(value) if "tatement" in value or "\\u" in value else None
        except (ValueError, IndexError):
            return  # not JSON: an expression that is evaluated in the plan
        if isinstance(document, Mapping):
            if _is_policy(document, inside=inside):
                yield at, document
            else:
                yield from _documents(document, at, inside=True)
    elif isinstance(value, Mapping):
        if inside and _is_policy(value, inside=True):
            yield at, value
            return
        for name, item in value.items():
            if name != "//":
                yield from _documents(item, f"{at}.{name}" if at else str(name), inside=inside)
    elif isinstance(value, list):
        for item in value:
            yield from _documents(item, at, inside=inside)


def _is_policy(document: Mapping[str, Any], *, inside: bool) -> bool:
    """Whether a document has statements; inside of other documents, `Statement` can also be a text of PartiQL."""
    statements = document.get("Statement")
    items = statements if isinstance(statements, list) else [statements]
    if policy_documents.is_data_protection(document):
        return False
    return "Statement" in document and (not inside or any(isinstance(item, Mapping) for item in items))


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    statements = document["Statement"]
    if not statements or not isinstance(statements, list | Mapping):
        yield f"Statement is {_shown(statements)}; expected a statement or a list of statements"
        return
    for number, statement in enumerate(statements if isinstance(statements, list) else [statements], 1):
        if not isinstance(statement, Mapping):
            yield f"statement {number} is {_shown(statement)}; expected an object"
            continue
        name = f"statement {statement.get('Sid') or number}"
        found = list(_statement(statement)) or list(_analysis(statement))
        yield from (f"{name}: {problem}" for problem in found)


def _statement(statement: Mapping[str, Any]) -> Iterator[str]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"Effect is {_shown(statement.get('Effect'))}; expected Allow or Deny"
    if len({"Action", "NotAction"} & set(statement)) != 1:
        yield "expected either Action or NotAction"
    for key in _LISTS:
        if key not in statement:
            continue
        if not _is_texts(statement[key]):
            yield f"{key} is {_shown(statement[key])}; expected a text or a list of texts"
        elif key.endswith("Action"):
            for action in policy_documents.items(dict(statement), key):
                service, colon, operation = action.partition(":")
                if action != "*" and "${" not in action and not (service and colon and operation):
                    yield f"{key} {action!r} names no service; expected SERVICE:OPERATION"
    for key in ("Principal", "NotPrincipal"):
        if key in statement and not _is_principal(statement[key]):
            yield f"{key} is {_shown(statement[key])}; expected * or an object of texts or lists of texts"
    condition = statement.get("Condition", {})
    if not isinstance(condition, Mapping) or not all(
        isinstance(keys, Mapping) and all(_is_values(value) for value in keys.values()) for keys in condition.values()
    ):
        yield f"Condition is {_shown(condition)}; expected operators with keys and values"
    yield from _services(statement)


def _services(statement: Mapping[str, Any]) -> Iterator[str]:
    """Services with a wildcard, which AWS rejects.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    for key in ("Principal", "NotPrincipal"):
        named = statement[key].get("Service") if isinstance(statement.get(key), Mapping) else None
        for service in named if isinstance(named, list) else [named]:
            if isinstance(service, str) and "*" in service and service != "*":
                yield f"{key} is the service {_shown(service)}; a wildcard cannot be a part of a principal"


def _analysis(statement: Mapping[str, Any]) -> Iterator[str]:
    """What the analysis of access cannot read: operators that do not exist, values of another type."""
    try:
        for one in statements_of({"Statement": [statement]}):
            clauses_of(one)
    except MalformedPolicyError as error:
        yield str(error)


def _is_texts(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(isinstance(item, str) and item for item in items)


def _is_principal(value: Any) -> bool:
    return value == "*" or (isinstance(value, Mapping) and bool(value) and all(map(_is_texts, value.values())))


def _is_values(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str | int | float | bool) for item in items)


def _shown(value: Any) -> str:
    if value in ([], {}, ""):
        return "empty"
    return f"{json.dumps(value, default=str):.60}"


check = PolicyDocumentValid()
