"""Sets of requests: constraints on principal, action, resource and condition keys that hold together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final, Self

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns, references
from lakekit_policies.iam.constraints import ABSENT, PRESENT, Clause, Constraint, clause_of
from lakekit_policies.iam.statements import Principal, Statement
from lakekit_policies.iam.value_tests import STRING, ValueTest, can_pass
from lakekit_policies.wildcards import TooComplexError, effort

PRINCIPAL, ACTION, RESOURCE = "principal", "action", "resource"
"""Keys that every request has, in addition to condition keys."""
MULTIVALUED: Final = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
        "dynamodb:attributes",
        "dynamodb:leadingkeys",
        "ec2:resourcetag",
        "kms:encryptioncontextkeys",
        "kms:resourcealiases",
        "route53:changeresourcerecordsetsactions",
        "sagemaker:vpcsubnets",
    }
)
"""Keys with several values in one request, of which each may fulfil another condition."""
_BUDGET: Final = 20_000


@dataclass(frozen=True, slots=True)
class Requests:
    """A set of requests that is not empty."""

    constraints: Mapping[str, frozenset[Constraint]] = field(default_factory=lambda: _ALL)

    def under(self, key: str, constraints: Iterable[Constraint]) -> Self | None:
        """The requests that also fulfil these constraints; None if there are none.

        Raises:
            TooComplexError: see ``effort``.
        """
        effort.spend(1 + len(self.constraints) // 50)
        known = self.constraints.get(key, frozenset())
        added = known.union(constraints)
        if added == known:
            return self
        if not _is_possible(key, added):
            return None
        return type(self)(MappingProxyType({**self.constraints, key: added}))

    def matching(self, clauses: Iterable[Clause]) -> Iterator[Self]:
        """The requests that fulfil all clauses, as sets that together contain them."""
        clauses = tuple(clauses)
        for chosen in product(*(clause.alternatives for clause in clauses)):
            found: Self | None = self
            for clause, constraint in zip(clauses, chosen, strict=True):
                found = found.under(clause.key, (constraint,)) if found is not None else None
            if found is not None:
                yield found

    def avoiding(self, clauses: Iterable[Clause]) -> Iterator[Self]:
        """The requests that do not fulfil one of the clauses."""
        clauses = tuple(clauses)
        if next(self.matching(clauses), None) is None:
            yield self
            return
        for clause in clauses:
            found = self.under(clause.key, [one.inverse for one in clause.alternatives])
            if found is not None:
                yield found

    def contains(self, values: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether one request, given by the values of its keys, is in the set."""
        return all(
            constraint.holds(values.get(key, ())) for key, held in self.constraints.items() for constraint in held
        )

    def tests(self, key: str) -> list[ValueTest]:
        """The tests that a single value of a key has to pass."""
        return [constraint.test for constraint in self.constraints.get(key, ())]

    def requires(self, key: str) -> bool:
        """Whether the key is present in every request of the set."""
        return any(constraint.some for constraint in self.constraints.get(key, ()))


_ALL: Final[Mapping[str, frozenset[Constraint]]] = MappingProxyType(
    {key: frozenset({PRESENT}) for key in (PRINCIPAL, ACTION, RESOURCE)}
)


@lru_cache(maxsize=65_536)
def _is_possible(key: str, constraints: frozenset[Constraint]) -> bool:
    some = [constraint.test for constraint in constraints if constraint.some]
    every = [constraint.test for constraint in constraints if not constraint.some]
    if not some:
        return True
    if key in MULTIVALUED:
        return all(can_pass(frozenset({one, *every})) for one in some)
    return can_pass(frozenset({*some, *every}))


class Walk:
    """Depth-first walk through sets of requests, with a limit on the number of steps."""

    def __init__(self) -> None:
        self._left = _BUDGET

    def avoiding_all(self, start: Requests, statements: tuple[tuple[Clause, ...], ...]) -> Iterator[Requests]:
        """The requests that match none of the statements.

        Raises:
            TooComplexError: see above.
        """
        walked = [iter((start,))]
        while walked:
            found = next(walked[-1], None)
            if found is None:
                walked.pop()
                continue
            self._left -= 1
            if self._left < 0:
                raise TooComplexError
            if len(walked) > len(statements):
                yield found
            else:
                walked.append(found.avoiding(statements[len(walked) - 1]))


@lru_cache(maxsize=16_384)
def clauses_of(statement: Statement, *, of_resource: bool = True) -> tuple[Clause, ...]:
    """The clauses that a request has to fulfil to match a statement.

    Args:
        statement: a statement.
        of_resource: whether it belongs to the policy of a resource.

    Raises:
        MalformedPolicyError: a condition is not valid.
    """
    found: list[Clause] = []
    if statement.principals is not None:
        found.append(_patterns(PRINCIPAL, map(principal_pattern, statement.principals)))
    if statement.not_principals is not None:
        found.append(_patterns(PRINCIPAL, map(principal_pattern, statement.not_principals), negated=True))
    if statement.actions is not None:
        found.append(_patterns(ACTION, map(str.lower, statement.actions)))
    if statement.not_actions is not None:
        found.append(_patterns(ACTION, map(str.lower, statement.not_actions), negated=True))
    if statement.resources is not None:
        found.append(_patterns(RESOURCE, statement.resources))
    if statement.not_resources is not None:
        found.append(_patterns(RESOURCE, statement.not_resources, negated=True))
    for condition in statement.conditions:
        found += _of_principal(clause_of(condition, of_resource=of_resource))
    return tuple(found)


def principal_pattern(principal: Principal) -> str:
    """A principal as text: ``aws|<account>|<arn>``, ``service|<name>``, …; ``*`` for everyone."""
    if principal.is_everyone:
        return "*"
    if principal.kind != "AWS":
        return f"{principal.kind.lower()}|{principal.name}"
    name = principal.name
    if arns.is_account(name):
        return _of_account(name)
    arn = arns.parse(name)
    if arn is None or references.is_reference(name):
        return f"aws|{wildcards.literal(name)}|{wildcards.literal(name)}"
    return _of_account(arn.account) if arn.resource == "root" else f"aws|{arn.account}|{name}"


def _of_account(account: str) -> str:
    """Every principal of an account, with an ARN of it; of all accounts that a pattern matches."""
    if wildcards.has_wildcards(account):
        return f"aws|{account}|*"
    # Names of principals contain no colon.
    return f"aws|{account}|{wildcards.arn_pattern(f'arn:*:*:*:{account}:')}{wildcards.COMPONENT}"


def _patterns(key: str, patterns: Iterable[str], *, negated: bool = False) -> Clause:
    test = ValueTest(STRING, tuple(dict.fromkeys(patterns)), negated)
    return Clause(key, (Constraint(some=not negated, test=test),))


def _of_principal(clause: Clause) -> tuple[Clause, ...]:
    """Conditions on ``aws:PrincipalAccount`` and ``aws:PrincipalArn`` as constraints on the principal itself."""
    pattern = _TOKENS.get(clause.key)
    if pattern is None or any(one.test.family != STRING for one in clause.alternatives):
        return (clause,)
    alternatives: list[Constraint] = []
    for constraint in clause.alternatives:
        test = ValueTest(STRING, tuple(map(pattern, constraint.test.texts)), constraint.test.negated)
        if constraint == PRESENT:
            alternatives.append(Constraint(some=True, test=_WITH_ACCOUNT))
        elif constraint == ABSENT:
            alternatives.append(Constraint(some=True, test=_WITH_ACCOUNT.inverse))
        elif not test.negated:
            alternatives.append(Constraint(some=True, test=test))
            if not constraint.some:
                alternatives.append(Constraint(some=True, test=_WITH_ACCOUNT.inverse))
        else:
            alternatives.append(Constraint(some=True, test=test))
    found = Clause(PRINCIPAL, tuple(alternatives), clause.condition)
    if all(constraint.some and constraint.test.negated for constraint in clause.alternatives):
        # ForAnyValue with a negation: the key has to be present.
        return found, Clause(PRINCIPAL, (Constraint(some=True, test=_WITH_ACCOUNT),), clause.condition)
    return (found,)


def _arn_token(pattern: str) -> str:
    parts = pattern.split(":", 5)
    return f"aws|{parts[4] if len(parts) == 6 else '*'}|{pattern}"


_TOKENS: Final[Mapping[str, Callable[[str], str]]] = {
    "aws:principalaccount": _of_account,
    "aws:principalarn": _arn_token,
}
_WITH_ACCOUNT: Final = ValueTest(STRING, ("aws|*|*",))
