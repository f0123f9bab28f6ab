from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from policy_sentry.querying.actions import remove_actions_that_are_not_wildcard_arn_only

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import DATA_SERVICES, statement_name
from lakekit_policies.terraform.blocks import Block

_DEFAULT = re.compile(r"\$\{[A-Za-z0-9-]+:[^},]+,\s*'([^']*)'\s*\}")
READ_ONLY_VERBS = ("Describe", "Get", "List")
# CKV_AWS_355 covers * in these types, except in statements with a condition.
STAR_COVERED = (
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_ssoadmin_permission_set_inline_policy",
)
# Prefixes of generated ids of EMR clusters, notebooks and studios.
GENERATED_ID_PREFIXES = ("e-", "es-", "j-")
GLOBAL_SERVICES = ("s3",)  # ARNs of buckets contain no region or account id
# Returns names of log groups only; CloudWatch Logs requires all log groups as the resource.
LIST_ACTIONS = {"logs:describeloggroups"}
# Deserializers request a schema by the version id in each record; Glue then evaluates no resource
# (Glue, "IAM examples for deserializers"), despite the service authorization reference.
UNSCOPED_ACTIONS = {"glue:getschemaversion"}


class NoWildcardDataResources(AllowStatementRule):
    id = "LK_IAM_3"
    title = "IAM policies list data resources without wildcards"
    severity = "high"
    rationale = (
        "`arn:aws:s3:::*` or `database/*` includes every bucket and database of the account, other teams' and future "
        "ones. CKV_AWS_355 covers *, except in statements with a condition."
    )
    remedy = "Name the bucket, key, database or topic. A prefix is allowed (`table/acme_prod_curated/*`)."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del block
        covered = self._is_covered(policy) and not statement.get("Condition")
        for arn in policy_documents.items(statement, "Resource"):
            if _is_wildcard(arn) and not _is_restricted_by_condition(arn, statement):
                yield f"{statement_name(statement)} allows the wildcard resource {arn}"
            elif not arn.strip("*") and not covered and (scopable := _scopable_actions(statement)):
                yield f"{statement_name(statement)} allows {', '.join(scopable)} on *; use ARNs"

    def _is_covered(self, policy: FoundPolicy) -> bool:
        return self.entity_type in STAR_COVERED and policy.attribute in ("policy", "inline_policy")


def _scopable_actions(statement: dict[str, Any]) -> list[str]:
    """Actions with resource-level permissions: all actions of data services, mutating actions of others."""
    actions = [
        action
        for action in policy_documents.items(statement, "Action")
        if "*" not in action
        and (
            action.partition(":")[0].lower() in DATA_SERVICES
            or not action.partition(":")[2].startswith(READ_ONLY_VERBS)
        )
    ]
    without_arn = {
        action.lower() for action in remove_actions_that_are_not_wildcard_arn_only(actions)
    } | UNSCOPED_ACTIONS
    return [action for action in actions if action.lower() not in without_arn]


def _is_wildcard(arn: str) -> bool:
    # A policy variable matches its default value, wildcards included, for principals without the tag.
    arn = _DEFAULT.sub(r"\1", arn)
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return parts[0] == "arn" and "*" in parts[-1]  # arn:aws:* is every service
    if parts[2] not in DATA_SERVICES and "*" not in parts[2]:
        return parts[5] == "*"
    _, _, service, _, account, resource = parts
    kind, _, rest = resource.replace(":", "/", 1).partition("/")
    named = rest.lstrip("/:").partition("/")[0] if rest and service not in GLOBAL_SERVICES else kind
    if service == "elasticmapreduce" and "*" in named and named.rstrip("*?") in GENERATED_ID_PREFIXES:
        return True
    return not named.strip("*?") or (account == "*" and service not in GLOBAL_SERVICES)


def _is_restricted_by_condition(arn: str, statement: dict[str, Any]) -> bool:
    return _keys_by_alias(arn, statement) or _lists_only(arn, statement) or _clusters_by_tag(arn, statement)


def _clusters_by_tag(arn: str, statement: dict[str, Any]) -> bool:
    """EMR clusters of one account by tag: cluster ids are generated at start."""
    parts = arn.split(":", 5)
    return (
        parts[2] == "elasticmapreduce"
        and "*" not in parts[4]
        and has_tag_condition(statement, ("aws:resourcetag/", "elasticmapreduce:resourcetag/"))
    )


def _lists_only(arn: str, statement: dict[str, Any]) -> bool:
    actions = {action.lower() for action in policy_documents.items(statement, "Action")}
    return ":log-group:" in arn and actions <= LIST_ACTIONS


def _keys_by_alias(arn: str, statement: dict[str, Any]) -> bool:
    """Keys by alias, as AWS recommends: key ids are not known in advance.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    return (
        ":kms:" in arn
        and arn.endswith(":key/*")
        and any(
            key.lower() == "kms:resourcealiases"
            and operator.removeprefix("ForAnyValue:") in {"StringEquals", "StringLike"}
            and all(value.startswith("alias/") and not value.startswith("alias/*") for value in values)
            for operator, key, values in policy_documents.conditions(statement)
        )
    )


check = NoWildcardDataResources()
