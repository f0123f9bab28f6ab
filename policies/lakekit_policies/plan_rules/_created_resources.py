"""Exclude grants to principals that the same plan creates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.boundary import arns
from lakekit_policies.plan_rules._assumable_roles import AssumableRoles, declared
from lakekit_policies.plan_rules._unknown_arguments import UnknownArguments
from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.module_references import ModuleReferences
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

IDENTIFIERS: Final = ("id", "arn", "name", "bucket", "key_id", "fully_qualified_name", "url")
_PRINCIPAL: Final = re.compile(r"aws_iam_(?:role|user|group)|aws_organizations_(?:account|organizational_unit)")
_TYPES: Final[Mapping[str, re.Pattern[str]]] = {
    "account_role_name": re.compile("snowflake_account_role"),
    "bucket": re.compile("aws_s3_(?:directory_)?bucket|aws_s3control_bucket|aws_s3_access_point"),
    "database_role_name": re.compile("snowflake_database_role"),
    "grantee_principal": _PRINCIPAL,
    "group": re.compile("aws_iam_group"),
    "function_name": re.compile("aws_lambda_(?:function|alias)"),
    "key_id": re.compile("aws_kms_(?:replica_|external_|replica_external_)?key"),
    "parent_database_role_name": re.compile("snowflake_database_role"),
    "member_id": re.compile("aws_identitystore_user"),
    "parent_role_name": re.compile("snowflake_account_role"),
    "principal": _PRINCIPAL,
    "principal_id": re.compile("aws_identitystore_(?:user|group)"),
    "queue_url": re.compile("aws_sqs_queue"),
    "role": re.compile("aws_iam_role"),
    "secret_arn": re.compile("aws_secretsmanager_secret"),
    "share_name": re.compile("snowflake_share"),
    "to_share": re.compile("snowflake_share"),
    "user": re.compile("aws_iam_user"),
    "user_name": re.compile("snowflake_(?:legacy_)?(?:service_)?user"),
}
"""Types of what an attribute names. Other attributes hold an ARN, which names one resource."""
_OF_OTHERS: Final = re.compile(r".*_(?:policy|policies|attachment|permissions?|association|grant)")
"""Types that belong to a resource and have its id or ARN."""


class CreatedResources:
    """Resources that a plan creates.

    Args:
        planned: every change of the plan.
        references: by declared address, the addresses that each attribute of the configuration refers to; None for a
            plan without configuration.
        values: planned values by address.
    """

    def __init__(
        self,
        planned: Iterable[Change],
        references: Mapping[str, Mapping[str, frozenset[str]]] | None = None,
        values: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        created = [change for change in planned if change.actions == ("create",)]
        self._references: Final = references
        self.roles: Final = AssumableRoles(created, values or {})
        self._created: Final = {declared(change.address) for change in created}
        self._named: Final[dict[str, list[Change]]] = {}
        for change in created:
            for value in {change.after.get(name) for name in IDENTIFIERS}:
                if isinstance(value, str):
                    self._named.setdefault(value, []).append(change)

    def includes(self, change: Change, *attributes: str) -> bool:
        """Whether the plan creates the resource that one of these attributes of a change refers to."""
        for attribute in attributes:
            if change.after_unknown.get(attribute) is True:
                return self._refers_to_created(change, attribute)
            value = change.after.get(attribute)
            if isinstance(value, str):
                return self.names_created(change, attribute, value)
        return False

    def through_roles(self, change: Change, *attributes: str) -> str:
        """Existing principals that gain what a created role gets: `` through role etl, which … can assume``, or empty.

        Only a role that trusts no existing principal gives nothing to anyone who was there before.
        """
        if change.type == "aws_iam_role":
            return self.roles.suffix([change.address])
        for attribute in attributes:
            if change.after_unknown.get(attribute) is True:
                stated = (self._references or {}).get(declared(change.address), {}).get(attribute, frozenset())
                return self.roles.suffix(sorted(stated))
            value = change.after.get(attribute)
            if isinstance(value, str):
                names = (value, value.rpartition("/")[2])
                found = {one.address: one for name in names for one in self._named.get(name, ())}
                return self.roles.suffix(sorted(found))
        return ""

    def names_created(self, change: Change, attribute: str, value: str) -> bool:
        """Whether another resource of the type that an attribute names has this name, id or ARN."""
        arn, own = arns.parse(value), stack_context.current().account_id
        if arn is not None and arn.account and own and arn.account != own:
            return False
        kinds = _TYPES.get(attribute)
        found = [*self._named.get(value, ())]
        if kinds is None:
            return any(one.address != change.address and not _OF_OTHERS.fullmatch(one.type) for one in found)
        found += self._named.get(value.rpartition("/")[2], ())
        return any(kinds.fullmatch(one.type) for one in found)

    def _refers_to_created(self, change: Change, attribute: str) -> bool:
        """Whether an unknown attribute is the resource itself, or refers only to resources that the plan creates."""
        if self._references is None:
            return True
        stated = self._references.get(declared(change.address), {}).get(attribute)
        # An attribute without an expression is computed: it is the resource's own.
        return stated is None or (bool(stated) and stated <= self._created)


def references_of(plan: PlanFile) -> dict[str, dict[str, frozenset[str]]]:
    """The resources that each attribute of each resource refers to."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    modules = ModuleReferences(plan)
    for resource in plan.configured():
        read = _resource_of(resource.module)
        found[resource.address] = {
            name: _followed(modules, resource.address, expression)
            or frozenset(read(one) for one in _chained(_stated(expression), resource.for_each))
            for name, expression in resource.expressions.items()
            if _stated(expression)
        }
    return found


def _followed(modules: ModuleReferences, address: str, expression: Any) -> frozenset[str]:
    """The resources that variables and outputs of modules refer to; empty if one of them can be something else."""
    stated = _stated(expression)
    if not any(one.startswith(("var.", "module.")) for one in stated):
        return frozenset()
    origins = modules.origins(tuple(stated), address)
    if origins.unknown or any(isinstance(one, str) and one for one in origins.constants):
        return frozenset()
    return frozenset(map(declared_resource, origins.resources))


def declared_resource(reference: str) -> str:
    """The declared address in a reference: ``module.m.aws_s3_bucket.raw`` of ``module.m.aws_s3_bucket.raw[0].id``."""
    steps, first = declared(reference).split("."), 0
    while steps[first] == "module":
        first += 2
    return ".".join(steps[: first + (3 if steps[first] == "data" else 2)])


def _chained(references: list[str], for_each: tuple[str, ...]) -> list[str]:
    """The references, with the resource of ``for_each`` for ``each``; its keys name no other resource."""
    if not any(one.startswith("each.") for one in references):
        return references
    others = [one for one in references if not one.startswith("each.")]
    return others or [*for_each] or references


def _stated(expression: Any) -> list[str]:
    stated = expression.get("references") if isinstance(expression, Mapping) else None
    return [str(one) for one in stated or ()]


def _resource_of(module: str) -> Callable[[str], str]:
    def resource(reference: str) -> str:
        steps = declared(reference).split(".")
        return module + ".".join(steps[: 3 if steps[0] == "data" else 2])

    return resource


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan says beside a change.

    Attributes:
        created: the resources that it creates.
        values: planned values by address.
        unknown: arguments that are not known before apply.
    """

    created: CreatedResources
    values: Mapping[str, Mapping[str, Any]]
    unknown: UnknownArguments


class WideningRule(PlanRule):
    """Base of rules on changes that widen access to existing resources.

    Sandboxes are exempt, and so are principals and resources that the same plan creates; below staging, findings are
    warnings.
    """

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        stack = stack_context.current()
        planned = list(plan.changes())
        values = plan.values()
        created = CreatedResources(planned, references_of(plan) or None, values)
        of_plan = Planned(created, values, UnknownArguments(plan))
        if stack.tier == "sandbox":
            return
        for change in planned:
            if change.after or change.after_unknown:
                for message in self.gained(change, of_plan):
                    yield Problem(change.address, message, warning=not stack.at_least("staging"))

    def gained(self, change: Change, planned: Planned) -> Iterable[str]:
        """Access that a change adds, or can add, one message each."""
        raise NotImplementedError


def summarize(lines: list[str]) -> str:
    """The first six lines of a difference, and the number of remaining lines."""
    more = f"; and {len(lines) - 6} more" if len(lines) > 6 else ""
    return "; ".join(lines[:6]) + more


def as_texts(value: Any) -> list[str]:
    """Convert a list attribute to texts; blocks by their content."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{key}={_text(value)}" for key, value in sorted(item.items()) if value not in (None, [], ""))
    return ", ".join(map(_text, item)) if isinstance(item, list) else str(item)
