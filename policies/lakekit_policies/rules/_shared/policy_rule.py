"""Base of rules on policy documents in any attribute of any resource type."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from checkov.common.models.enums import CheckResult

from lakekit_policies.boundary import Membership
from lakekit_policies.engine import unknown_tracking
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole, policies_of
from lakekit_policies.iam.outside_access import OutsideAccess
from lakekit_policies.iam.statements import MalformedPolicyError, Statement, statements_of
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import allow_statements, role_of_type
from lakekit_policies.terraform.blocks import Block


class PolicyRule(Rule):
    """Rule on every policy document, found by its content.

    A resource without policy documents is not evaluated by it: it neither passes nor fails.

    Attributes:
        evaluated_without_policy: types on which the rule evaluates more than policy documents.
    """

    severity: str
    resources: tuple[str, ...] = ("*",)
    attributes: tuple[str, ...] = tuple(policy_documents.POLICY_ATTRIBUTES)
    """Attributes whose documents the rule needs to know; one that is not known is reported."""
    roles: tuple[PolicyRole, ...] = tuple(PolicyRole)
    """The documents that it evaluates. One that is not known is reported if it can have one of these roles."""
    services: tuple[str, ...] = ()
    """Services whose resource policies it evaluates, as their types begin; empty for all."""
    evaluated_without_policy: tuple[str, ...] = ()

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Evaluate the documents of a resource; unknown if it has none."""
        block = self.block(conf)
        self._has_documents = self.entity_type in self.evaluated_without_policy
        if not self._has_documents and _documents(self.entity_type, block).none:
            return CheckResult.UNKNOWN
        result = super().scan_resource_conf(conf)
        return result if self._has_documents or result is CheckResult.FAILED else CheckResult.UNKNOWN

    def problems(self, block: Block) -> Iterable[str]:
        for attribute in self.attributes:
            if self._evaluates(attribute) and block.get(attribute):  # records that an unknown policy was read
                self._has_documents = True
        for policy, statements in _documents(self.entity_type, block).found:
            self._has_documents = True
            if statements is None:
                continue  # LK_IAM_31 reports documents that are not valid
            with suppress(MalformedPolicyError):
                yield from self.policy_problems(policy, statements, block)

    def _evaluates(self, attribute: str) -> bool:
        """Whether the rule evaluates the document of an attribute, as far as type and attribute determine its role."""
        role = role_of_type(self.entity_type, attribute)
        if role is not None and role not in self.roles:
            return False
        return role is not PolicyRole.RESOURCE or not self.services or self.entity_type.startswith(self.services)

    @abstractmethod
    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        """Messages of the problems of one document."""


@dataclass(frozen=True, slots=True)
class _Documents:
    """The policy documents of a resource, kept for the rules that evaluate it next."""

    kind: str
    block: Block
    found: list[tuple[FoundPolicy, tuple[Statement, ...] | None]]
    """Each with its statements; None if malformed."""
    none: bool
    """Whether it has no document, and none that is not known yet."""


_last: _Documents | None = None


def _documents(kind: str, block: Block) -> _Documents:
    global _last  # noqa: PLW0603
    if _last is None or _last.block is not block or _last.kind != kind:
        found = [(policy, _statements(policy)) for policy in policies_of(kind, dict(block.items()))]
        none = not found and not any(
            dict.get(block, attribute) or unknown_tracking.is_unknown(block, attribute)
            for attribute in policy_documents.POLICY_ATTRIBUTES
        )
        _last = _Documents(kind, block, found, none)
    return _last


def _statements(policy: FoundPolicy) -> tuple[Statement, ...] | None:
    try:
        return statements_of(policy.document)
    except MalformedPolicyError:
        return None


class AllowStatementRule(PolicyRule):
    """Rule on each Allow statement of identity policies, found by their content."""

    severity: str
    roles: tuple[PolicyRole, ...] = (PolicyRole.IDENTITY,)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del statements
        for statement in allow_statements(policy) if policy.role in self.roles else ():
            yield from self.statement_problems(statement, policy, block)

    @abstractmethod
    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        """Messages of the problems of one Allow statement."""


def found_policies(kind: str, block: Block) -> list[FoundPolicy]:
    """The documents of a resource."""
    return [policy for policy, _ in _documents(kind, block).found]


def decided(found: Iterable[OutsideAccess], policy: FoundPolicy, block: Block) -> Iterator[OutsideAccess]:
    """Access without that on which the plan decides, because a part of the policy is not known yet."""
    attribute = policy.attribute.partition(".")[0]
    later = unknown_tracking.is_unknown(block, attribute)
    return (one for one in found if not (later and one.membership is Membership.UNKNOWN))
