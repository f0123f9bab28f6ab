"""Kinds of actions outside of the plan, which an environment can allow by name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from lakekit_policies.boundary import current_boundary
from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform.declarations import Declarations


@dataclass(frozen=True, slots=True)
class OutsideAction:
    """Something that a plan does not show in full: a command, another deployment, a credential."""

    address: str
    kind: str
    """Name by which an environment allows it, in ``trust_boundary.allowed_actions``."""
    message: str
    undecided: bool = False
    """Whether it is reported without a rejection, because a plan does not show whether it is outside."""


class ActionRule(DeclarationRule):
    """Base of rules that refuse actions outside of the plan, except kinds that the environment allows."""

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        allowed = current_boundary().allowed_actions
        for action in self.actions(declared):
            if action.kind not in allowed:
                yield Problem(action.address, f"{action.message} (kind {action.kind})", action.undecided)

    @abstractmethod
    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        """Every such action of a configuration."""
