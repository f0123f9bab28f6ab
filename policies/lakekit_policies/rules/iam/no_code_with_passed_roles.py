from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.conditions import condition_values
from lakekit_policies.rules._shared.passing_actions import PASSING_ACTIONS
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import DATA_SERVICES, statement_name
from lakekit_policies.rules._shared.roles import policies_of_same_roles
from lakekit_policies.terraform.blocks import Block


class NoCodeWithPassedRoles(AllowStatementRule):
    id = "LK_IAM_37"
    title = "Principals do not create stacks, builds or functions with roles that they pass"
    severity = "high"
    rationale = (
        "With `iam:PassRole` and `cloudformation:CreateStack`, `lambda:CreateFunction` or their like, a principal "
        "runs templates or code of its choice with the permissions of the role, also if both are limited to a named "
        "role and a named stack."
    )
    remedy = (
        "Reserve these actions for the deploying role. Limit `iam:PassRole` by `iam:PassedToService` to the services "
        "whose jobs the principal starts."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "AC-6(1)", "AC-6(10)"], "soc2": ["CC6.3"]}

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        actions = [action.lower() for action in policy_documents.items(statement, "Action")]
        named = [one for one in actions if one != "*" and not _is_service_wildcard(one)]  # other rules cover these
        documents: list[Any] | None = None
        for service, creating in PASSING_ACTIONS.items():
            found = [one for one in creating if any(wildcards.matches(action, one) for action in named)]
            if not found:
                continue
            if documents is None:
                documents = [policy.document, *policies_of_same_roles(self, block)]
            roles = sorted({arn for document in documents for arn in _passed_roles(document, service)})
            if roles:
                on = ", ".join(policy_documents.items(statement, "Resource"))
                passed = ", ".join(roles)
                yield f"{statement_name(statement)} allows {', '.join(found)} on {on}, with iam:PassRole of {passed}"


def _is_service_wildcard(action: str) -> bool:
    service, _, verb = action.partition(":")
    return "*" in verb and service in DATA_SERVICES


def _passed_roles(document: Mapping[str, Any], service: str) -> Iterator[str]:
    """Roles that a document allows to pass to a service."""
    for statement in policy_documents.statements(document):
        actions = policy_documents.items(statement, "Action")
        if statement.get("Effect") != "Allow" or not any(
            wildcards.matches(action.lower(), "iam:passrole") for action in actions if action != "*"
        ):
            continue
        limits = [values for _, values in condition_values(statement, ("iam:passedtoservice",))]
        if all(any(wildcards.matches(value, f"{service}.amazonaws.com") for value in values) for values in limits):
            yield from policy_documents.items(statement, "Resource")


check = NoCodeWithPassedRoles()
