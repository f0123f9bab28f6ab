from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy_sentry.querying.actions import remove_actions_that_are_not_wildcard_arn_only

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.policy_statements import DATA_SERVICES, IDENTITY, allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block

READING = ("Describe", "Get", "List")
# Ids that EMR gives to clusters, notebooks and studios: the beginning names none of them.
DRAWN = ("e-", "es-", "j-")
GLOBAL = ("s3",)  # ARNs of buckets carry neither region nor account
# Names of log groups and nothing in them; CloudWatch asks for it on every group of the account, or refuses.
LISTING = {"logs:describeloggroups"}
# A reader of records asks for a schema by the random id in each record, and then Glue sees no resource to compare
# (Glue, "IAM examples for deserializers"), whatever the service authorization reference says.
BY_ID = {"glue:getschemaversion"}


class NoWildcardDataResources(Rule):
    id = "LK_IAM_3"
    title = "IAM policies list data resources without wildcards"
    severity = "high"
    rationale = (
        "arn:aws:s3:::* or database/* is every bucket and database of the account, other teams' and tomorrow's "
        "included. That a bare * is refused is CKV_AWS_355's matter, unless a condition lets it look away."
    )
    remedy = "Name bucket, key, database or topic; a prefix of ours (table/acme_prod_curated/*) is fine."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allow_statements(block):
            for arn in policy_documents.items(statement, "Resource"):
                if _is_everything(arn) and not _is_named_otherwise(arn, statement):
                    yield f"{statement_name(statement)} opens {arn}"
                elif arn == "*" and statement.get("Condition") and (narrow := _could_name(statement)):
                    yield f"{statement_name(statement)} allows {', '.join(narrow)} on *, which take an ARN"


def _could_name(statement: dict[str, Any]) -> list[str]:
    """Actions that could name their resources: all of data services, those that change something of others."""
    actions = [
        action
        for action in policy_documents.items(statement, "Action")
        if "*" not in action
        and (action.partition(":")[0].lower() in DATA_SERVICES or not action.partition(":")[2].startswith(READING))
    ]
    anywhere = {action.lower() for action in remove_actions_that_are_not_wildcard_arn_only(actions)} | BY_ID
    return [action for action in actions if action.lower() not in anywhere]


def _is_everything(arn: str) -> bool:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return parts[0] == "arn" and "*" in parts[-1]  # arn:aws:* is every service
    if parts[2] not in DATA_SERVICES and "*" not in parts[2]:
        return parts[5] == "*"
    _, _, service, _, account, resource = parts
    kind, _, rest = resource.replace(":", "/", 1).partition("/")
    named = rest.lstrip("/:").partition("/")[0] if rest and service not in GLOBAL else kind
    if service == "elasticmapreduce" and "*" in named and named.rstrip("*?") in DRAWN:
        return True
    return not named.strip("*?") or (account == "*" and service not in GLOBAL)


def _is_named_otherwise(arn: str, statement: dict[str, Any]) -> bool:
    return _keys_by_alias(arn, statement) or _only_lists(arn, statement) or _clusters_by_tag(arn, statement)


def _clusters_by_tag(arn: str, statement: dict[str, Any]) -> bool:
    """Clusters of one account by a tag: their ids are drawn when they start."""
    parts = arn.split(":", 5)
    return (
        parts[2] == "elasticmapreduce"
        and "*" not in parts[4]
        and has_tag_condition(statement, ("aws:resourcetag/", "elasticmapreduce:resourcetag/"))
    )


def _only_lists(arn: str, statement: dict[str, Any]) -> bool:
    actions = {action.lower() for action in policy_documents.items(statement, "Action")}
    return ":log-group:" in arn and actions <= LISTING


def _keys_by_alias(arn: str, statement: dict[str, Any]) -> bool:
    """Keys named by their aliases, as AWS has it done: the id of a key is nobody's to know beforehand.

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
