"""Callers of concrete requests, and the principals of a policy that name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns
from lakekit_policies.iam.requests import principal_pattern
from lakekit_policies.iam.statements import Principal, Statement


class CallerKind(StrEnum):
    """Kinds of principals that send requests."""

    ROOT = "root user"
    USER = "IAM user"
    SESSION = "role session"
    SERVICE = "AWS service"
    FEDERATED = "federated identity"
    ANONYMOUS = "anonymous user"


class Grant(IntEnum):
    """How a resource-based policy names the caller, from the weakest to the strongest.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
    """

    NONE = 0
    ACCOUNT = 1
    """The account: it delegates, so an identity-based policy has to allow the request too."""
    ROLE = 2
    """The role or everyone: an identity-based policy is not needed; a permissions boundary and session policies
    restrict it."""
    CALLER = 3
    """The user or the role session itself: implicit denials of other policies do not restrict it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal of a request."""

    kind: CallerKind
    name: str
    """ARN of the root user, the user or the role; name of a service; ARN of an identity provider."""
    account: str = ""
    session_arn: str = ""
    """ARN of the role session: ``arn:aws:sts::111122223333:assumed-role/etl/run-1``."""

    @property
    def arn(self) -> str:
        """The ARN in messages: that of the session, if there is one."""
        return self.session_arn or self.name

    @property
    def token(self) -> str:
        """The caller as a value of the key ``principal``; of a session, its role, as in ``aws:PrincipalArn``."""
        match self.kind:
            case CallerKind.SERVICE:
                return f"service|{self.name}"
            case CallerKind.FEDERATED:
                return f"federated|{self.name}"
            case CallerKind.ANONYMOUS:
                return "anonymous|"
            case _:
                return f"aws|{self.account}|{self.name}"

    @property
    def has_account(self) -> bool:
        """Whether the caller is a principal of an AWS account."""
        return self.kind in (CallerKind.ROOT, CallerKind.USER, CallerKind.SESSION)

    def _tokens(self) -> Iterator[str]:
        yield self.token
        if self.session_arn:
            yield f"aws|{self.account}|{self.session_arn}"

    def grant(self, principal: Principal) -> Grant:
        """How one element of ``Principal`` names the caller."""
        if principal.is_everyone:
            return Grant.ROLE
        pattern = principal_pattern(principal)
        if self.session_arn and wildcards.matches(pattern, f"aws|{self.account}|{self.session_arn}"):
            return Grant.ACCOUNT if _is_account(principal) else Grant.CALLER
        if not wildcards.matches(pattern, self.token):
            return Grant.NONE
        if _is_account(principal):
            return Grant.CALLER if self.kind is CallerKind.ROOT else Grant.ACCOUNT
        return Grant.ROLE if self.kind is CallerKind.SESSION else Grant.CALLER

    def grant_of(self, statement: Statement) -> Grant:
        """How a statement names the caller; ``NONE`` if it does not apply to the caller.

        A statement without a principal, as in an identity-based policy, applies to every principal that has the policy.
        """
        if statement.principals is not None:
            return max(map(self.grant, statement.principals), default=Grant.NONE)
        if statement.not_principals is not None:
            return Grant.NONE if self._is_excepted(statement.not_principals) else Grant.ROLE
        return Grant.CALLER

    def _is_excepted(self, principals: tuple[Principal, ...]) -> bool:
        """Whether ``NotPrincipal`` excepts the caller.

        The account, the role and the session may be compared one after the other, so all of them have to be listed
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).
        """
        needed = list(self._tokens())
        listed = [principal_pattern(one) for one in principals if not _is_account(one)]
        if self.has_account and self.kind is not CallerKind.ROOT:
            if not any(_is_account(one) and _account(one) == self.account for one in principals):
                return False
        elif self.kind is CallerKind.ROOT:
            return any(_is_account(one) and _account(one) == self.account for one in principals)
        return all(any(wildcards.matches(pattern, token) for pattern in listed) for token in needed)


def _account(principal: Principal) -> str:
    arn = arns.parse(principal.name)
    return arn.account if arn else principal.name


def _is_account(principal: Principal) -> bool:
    arn = arns.parse(principal.name)
    return arn.resource == "root" if arn else arns.is_account(principal.name)
