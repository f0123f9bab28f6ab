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
            "requested replacement": (
                replace_plan(change("aws_sns_topic.T", "delete create", TOPIC, TOPIC, reason="replace_by_request")),
                "aws_sns_topic.T: is replaced by request",
            ),
        },
        {
            "targeted plan in dev": lambda d: d.update(complete=False, tier="dev"),
            "targeted plan without changes": lambda d: d.update(complete=False, applyable=False),
            "complete plan": lambda d: d.update(complete=True),
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
