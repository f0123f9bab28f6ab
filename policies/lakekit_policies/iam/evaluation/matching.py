"""Whether the statements of a policy apply to one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from lakekit_policies.iam.evaluation.policies import Policy, PreparedStatement, clauses_but_principal
from lakekit_policies.iam.evaluation.principals import Caller, Grant
from lakekit_policies.iam.evaluation.variables import expanded
from lakekit_policies.iam.requests import ACTION, PRINCIPAL, RESOURCE
from lakekit_policies.iam.statements import Statement


@dataclass(frozen=True, slots=True)
class ConcreteRequest:
    """One request: who does what to which resource, with the values of its condition keys."""

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by condition key in lower case."""
    values: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """The context with the keys that every request has."""

    def __post_init__(self) -> None:
        own = {PRINCIPAL: (self.caller.token,), ACTION: (self.action.lower(),), RESOURCE: (self.resource,)}
        object.__setattr__(self, "values", {**self.context, **own})

    @classmethod
    def of(cls, caller: Caller, action: str, resource: str, context: Mapping[str, str | list[str]]) -> Self:
        """A request with condition keys as AWS writes them and their values."""
        values = {key.lower(): (one,) if isinstance(one, str) else tuple(one) for key, one in context.items()}
        return cls(caller, action, resource, values)


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that applies to a request."""

    policy: Policy
    statement: Statement
    grant: Grant


def matches_of(policy: Policy, request: ConcreteRequest) -> Iterator[Match]:
    """The statements of a policy that apply to a request."""
    for prepared in policy.statements:
        grant = request.caller.grant_of(prepared.statement)
        if grant is not Grant.NONE and _applies(prepared, request):
            yield Match(policy, prepared.statement, grant)


def _applies(prepared: PreparedStatement, request: ConcreteRequest) -> bool:
    clauses = prepared.clauses
    if clauses is None:
        clauses = clauses_but_principal(expanded(prepared.statement, request.values))
    return all(clause.holds(request.values.get(clause.key, ())) for clause in clauses)
