"""Policies, prepared for the evaluation of many requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.constraints import Clause
from lakekit_policies.iam.evaluation.variables import has_variables
from lakekit_policies.iam.requests import clauses_of
from lakekit_policies.iam.statements import MalformedPolicyError, Statement, statements_of

_WITH_VARIABLES: Final = "2012-10-17"
"""Policies of the earlier version have no policy variables: ``${`` is text.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A statement with its clauses but for the principal; None if they depend on the request, by policy variables."""

    statement: Statement
    clauses: tuple[Clause, ...] | None


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document with its name."""

    name: str
    """Name in explanations: ``policy read-raw of role etl``."""
    statements: tuple[PreparedStatement, ...]


def policy_of(document: str | Mapping[str, Any], name: str = "") -> Policy:
    """A policy of a document or its JSON text.

    Raises:
        MalformedPolicyError: the document is not valid.
    """
    text = document if isinstance(document, str) else json.dumps(document)
    return Policy(name, _prepared(text))


@lru_cache(maxsize=8192)
def _prepared(text: str) -> tuple[PreparedStatement, ...]:
    try:
        document = policy_documents.parse(text)
    except ValueError as error:
        raise MalformedPolicyError(f"the document is not valid JSON: {error}") from error
    variables = isinstance(document, Mapping) and document.get("Version") == _WITH_VARIABLES
    return tuple(
        PreparedStatement(one, None if variables and has_variables(one) else clauses_but_principal(one))
        for one in statements_of(document)
    )


def clauses_but_principal(statement: Statement) -> tuple[Clause, ...]:
    """The clauses of action, resource and conditions.

    Raises:
        MalformedPolicyError: a condition is not valid.
    """
    principals = int(statement.principals is not None) + int(statement.not_principals is not None)
    # The account of the resource is a variable like others here, so `of_resource` does not matter.
    return clauses_of(statement, of_resource=False)[principals:]
