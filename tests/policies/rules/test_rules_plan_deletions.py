"""Rules for plans: number of deletions and renamed resources."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, change, plan

__all__ = ["test_passes", "test_rejects"]

ROLE = change("aws_iam_role.R", "no-op", {"name": "r", "id": "r"}, {"name": "r", "id": "r"})


def replace_plan(*changes: Document, tier: str = "prod") -> Change:
    return lambda document: document.update(**plan(ROLE, *changes), tier=tier)


def deleted(count: int, kept: int, tier: str = "prod", reason: str = "delete_because_no_resource_config") -> Change:
    gone = [change(f"aws_sns_topic.G{n}", "delete", {"name": f"g{n}"}, None, reason=reason) for n in range(count)]
    left = [change(f"aws_sns_topic.K{n}", "no-op", {"name": f"k{n}"}, {"name": f"k{n}"}) for n in range(kept)]
    return lambda document: document.update(**plan(*gone, *left), tier=tier)


UNCHANGED = plan(ROLE)
CLUSTER = {"name": "acme-prod-emr-main", "termination_protection": True}
UNPROTECTED_CLUSTER = {**CLUSTER, "termination_protection": False}
TOPIC = {"name": "t"}

CASES = [
    Case(
        "LK_PLAN_7",
        UNCHANGED,
        {
            "many deletions": (deleted(6, 100), "6 resources are deleted or replaced, over 5"),
            "large share of the stack": (deleted(4, 8), "33% of the stack's 12 resources"),
            "reduced configuration in dev": (deleted(30, 0, "dev"), "100%"),
            "destroy in prod": (deleted(6, 0, reason=""), "over 5"),
        },
        {
            "few deletions": deleted(5, 100),
            "large share of a small stack": deleted(2, 3),
            "many deletions in dev": deleted(20, 100, "dev"),
            "destroy in dev": deleted(30, 0, "dev", reason=""),
            "sandbox": deleted(100, 0, "sandbox"),
        },
    ),
    Case(
        "LK_PLAN_9",
        UNCHANGED,
        {
            "targeted plan": (lambda d: d.update(complete=False), "made with -target or -exclude"),
            "in staging": (lambda d: d.update(complete=False, tier="staging"), "made with -target or -exclude"),
            "targeted plan without changes": (
                lambda d: d.update(complete=False, applyable=False),
                "made with -target or -exclude",
            ),
            "requested replacement": (
                replace_plan(change("aws_sns_topic.T", "delete create", TOPIC, TOPIC, reason="replace_by_request")),
                "aws_sns_topic.T: is replaced by request",
            ),
        },
        {
            "targeted plan in dev": lambda d: d.update(complete=False, tier="dev"),
            "targeted plan without changes in dev": lambda d: d.update(complete=False, applyable=False, tier="dev"),
            "complete plan without changes": lambda d: d.update(complete=True, applyable=False),
            "complete plan": lambda d: d.update(complete=True),
        },
    ),
    Case(
        "LK_PLAN_10",
        UNCHANGED,
        {
            "protected cluster replaced": (
                replace_plan(change("aws_emr_cluster.C", "delete create", CLUSTER, CLUSTER, replace_paths=[["name"]])),
                "is replaced, forced by name, but termination_protection is on: the deletion fails",
            ),
            "protection turned off by the same plan": (
                replace_plan(change("aws_emr_cluster.C", "delete create", CLUSTER, UNPROTECTED_CLUSTER)),
                "termination_protection is on",
            ),
            "protected cluster deleted in dev": (
                replace_plan(change("aws_emr_cluster.C", "delete", CLUSTER, None), tier="dev"),
                "is deleted, but",
            ),
            "user pool": (
                replace_plan(change("aws_cognito_user_pool.U", "delete", {"deletion_protection": "ACTIVE"}, None)),
                "deletion_protection is on",
            ),
            "table": (
                replace_plan(change("aws_dynamodb_table.T", "delete", {"deletion_protection_enabled": True}, None)),
                "deletion_protection_enabled is on",
            ),
        },
        {
            "protection turned off before": replace_plan(
                change("aws_emr_cluster.C", "delete create", UNPROTECTED_CLUSTER, CLUSTER)
            ),
            "protection turned off": replace_plan(change("aws_emr_cluster.C", "update", CLUSTER, UNPROTECTED_CLUSTER)),
            "inactive": replace_plan(
                change("aws_cognito_user_pool.U", "delete", {"deletion_protection": "INACTIVE"}, None)
            ),
            "sandbox": replace_plan(change("aws_emr_cluster.C", "delete", CLUSTER, None), tier="sandbox"),
        },
    ),
    Case(
        "LK_PLAN_8",
        UNCHANGED,
        {
            "same resource at another address": (
                replace_plan(
                    change("aws_sns_topic.Old", "delete", {"name": "alarms", "arn": "arn:t", "tags": {"a": "b"}}, None),
                    change("aws_sns_topic.New", "create", None, {"name": "alarms", "tags": {"a": "c"}}),
                ),
                "deleted and recreated as aws_sns_topic.New with the same known attributes",
            ),
        },
        {
            "resource with another name": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None),
                change("aws_sns_topic.New", "create", None, {"name": "news"}),
            ),
            "deletion without a creation": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None)
            ),
            "warning in dev": replace_plan(
                change("aws_sns_topic.Old", "delete", {"name": "alarms"}, None),
                change("aws_sns_topic.New", "create", None, {"name": "alarms"}),
                tier="dev",
            ),
        },
    ),
]
