"""Rules on Snowflake ownership, copies of protected tables, and network policies of single users."""

from __future__ import annotations

from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Change, both
from snowflake_fixtures import case
from test_rules_snowflake_sql import add

from lakekit_policies.plan_rules.grants_not_widened import GrantsNotWidened
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_context import use_context
from lakekit_policies.terraform.stack_metadata import StackMetadata

__all__ = ["test_passes", "test_rejects"]


def owner(role: str) -> Change:
    target = {"object_type": "DATABASE", "object_name": "D"}
    return add("grant_ownership", account_role_name=role, on=[target], outbound_privileges="REVOKE")


def role(name: str, parent: str) -> Change:
    return add("grant_account_role", role_name=name, parent_role_name=parent)


def privileges(name: str, *granted: str) -> Change:
    return add("grant_privileges_to_account_role", account_role_name=name, privileges=list(granted))


MASKED = {"column_name": "EMAIL", "masking_policy": [{"policy_name": "G.ACCESS.M"}]}
TAGGED = add(
    "tag_association", tag_id="T", tag_value="restricted", object_type="TABLE", object_identifiers=['"D"."S"."ORDERS"']
)
COPY = add("dynamic_table", name="C", query="SELECT * FROM D.S.ORDERS")


def _routine(kind: str, body: str, **more: Any) -> Change:
    return both(TAGGED, add(f"{kind}_sql", name="R", **{f"{kind}_definition": body}, **more))


_SCHEMA = add(
    "tag_association", tag_id="T", tag_value="restricted", object_type="SCHEMA", object_identifiers=['"D"."PAY"']
)
_BODY = "BEGIN INSERT INTO COPY_OF SELECT * FROM D.S.ORDERS; RETURN 1; END"
SEARCH = add("cortex_search_service", name="S", on="TEXT", query="SELECT TEXT FROM D.S.NOTES")

CASES = [
    case(
        "LK_SF_40",
        {
            "procedure with the rights of its owner": (
                _routine("procedure", _BODY),
                "execute_as is not CALLER, and the body uses ORDERS",
            ),
            "procedure of a protected schema": (
                both(
                    _SCHEMA, add("procedure_sql", name="R", procedure_definition='BEGIN SELECT 1 FROM "D"."PAY".T; END')
                ),
                "the body uses D.PAY",
            ),
            "function that is not secure": (
                _routine("function", "SELECT MAX(AMOUNT) FROM D.S.ORDERS"),
                "is_secure is not true, and the body uses ORDERS",
            ),
        },
        {
            "procedure with the rights of its caller": _routine("procedure", _BODY, execute_as="CALLER"),
            "secure function": _routine("function", "SELECT MAX(AMOUNT) FROM D.S.ORDERS", is_secure="true"),
            "function of another table": _routine("function", "SELECT MAX(AMOUNT) FROM D.S.ORDERS_OPEN"),
        },
    ),
    case(
        "LK_SF_34",
        {
            "role of everyone": (both(owner("FR_A"), role("FR_A", "PUBLIC")), "FR_A, which is granted to PUBLIC"),
            "role for reading by its name": (owner("AR_D_S_R"), "AR_D_S_R, which is a role for reading"),
            "role that only reads": (
                both(owner("FR_A"), privileges("FR_A", "SELECT", "USAGE")),
                "FR_A, which is a role for reading",
            ),
            "role of a reader": (both(owner("FR_A"), role("AR_D_S_R", "FR_A")), "FR_A, which is a role for reading"),
        },
        {
            "role that writes": both(owner("FR_A"), privileges("FR_A", "SELECT", "INSERT")),
            "role of a reader and a writer": both(
                owner("FR_A"), role("AR_D_S_R", "FR_A"), privileges("FR_A", "INSERT")
            ),
        },
    ),
    case(
        "LK_SF_41",
        {
            "table with a high classification": (both(TAGGED, COPY), "ORDERS has"),
            "view with a masking policy": (
                both(add("view", name="ORDERS", statement="SELECT 1", is_secure="true", column=[MASKED]), COPY),
                "ORDERS has",
            ),
            "view of a protected table": (
                both(
                    TAGGED,
                    add("view", name="V", statement="SELECT * FROM ORDERS", is_secure="true"),
                    add("dynamic_table", name="C", query="SELECT * FROM V"),
                ),
                "V has",
            ),
            "search over another table": (SEARCH, "query reads D.S.NOTES, which is not in this configuration"),
            "materialized view": (
                both(TAGGED, add("materialized_view", name="C", statement="SELECT * FROM ORDERS", is_secure="true")),
                "ORDERS has",
            ),
        },
        {
            "search over a table": both(SEARCH, add("table", name="NOTES")),
            "view of a protected table": both(
                TAGGED, add("view", name="V", statement="SELECT * FROM ORDERS", is_secure="true")
            ),
        },
    ),
    case(
        "LK_SF_17",
        {
            "policy of one user": (
                add("network_policy_attachment", network_policy_name="NP", set_for_account=False, users=["BOB"]),
                "set for BOB only, and none for the account",
            ),
        },
        {
            "policy of the account": add("network_policy_attachment", network_policy_name="NP", set_for_account=True),
            "policy of a user and the account": both(
                add("network_policy_attachment", network_policy_name="NP", set_for_account=False, users=["BOB"]),
                add("account_parameter", key="NETWORK_POLICY", value="NP"),
            ),
        },
    ),
]

POLICIES = {
    "snowflake_network_policy.Narrow": {"name": "NARROW", "allowed_ip_list": ["203.0.113.0/25"]},
    "snowflake_network_policy.Office": {"name": "OFFICE", "allowed_ip_list": ["203.0.113.0/24"]},
}


def gained(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    heads = {
        name: {"address": name, "mode": "managed", "type": name.partition(".")[0], "name": name.partition(".")[2]}
        for name in (f"{kind}.x", *POLICIES)
    }
    values = {f"{kind}.x": after, **POLICIES}
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    document = {
        "format_version": "1.2",
        "resource_changes": [{**heads[f"{kind}.x"], "change": change}],
        "planned_values": {"root_module": {"resources": [{**heads[one], "values": values[one]} for one in heads]}},
        "configuration": {"root_module": {"resources": [{**heads[one], "expressions": {}} for one in heads]}},
    }
    with use_context(StackMetadata(tier="prod")):
        return [problem.message for problem in GrantsNotWidened().problems(PlanFile(document))]


ATTACHED = {"network_policy_name": "NARROW", "set_for_account": True, "users": ["BOB"]}
VIEW = {"name": "V", "column": [{"column_name": "ID"}, MASKED], "row_access_policy": [{"policy_name": "P"}]}
WIDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("snowflake_service_user", {"network_policy": "NARROW"}, {"network_policy": '"OFFICE"'}),
    ("snowflake_user", {"network_policy": "NARROW"}, {"network_policy": "ELSEWHERE"}),
    (
        "snowflake_account_parameter",
        {"key": "NETWORK_POLICY", "value": "NARROW"},
        {"key": "NETWORK_POLICY", "value": "OFFICE"},
    ),
    ("snowflake_network_policy_attachment", ATTACHED, {**ATTACHED, "set_for_account": False}),
    ("snowflake_network_policy_attachment", ATTACHED, {**ATTACHED, "users": []}),
    ("snowflake_view", VIEW, {**VIEW, "column": [{"column_name": "ID"}, {"column_name": "EMAIL"}]}),
    ("snowflake_view", VIEW, {**VIEW, "row_access_policy": []}),
]
NOT_WIDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("snowflake_service_user", {"network_policy": "OFFICE"}, {"network_policy": "NARROW"}),
    ("snowflake_service_user", {"network_policy": ""}, {"network_policy": "OFFICE"}),
    ("snowflake_account_parameter", {"key": "TIMEZONE", "value": "a"}, {"key": "TIMEZONE", "value": "b"}),
    ("snowflake_network_policy_attachment", {**ATTACHED, "set_for_account": False}, ATTACHED),
    ("snowflake_view", VIEW, {**VIEW, "column": [MASKED]}),
]


@pytest.mark.parametrize(("kind", "before", "after"), WIDER)
def test_a_weaker_network_policy_or_view_is_reported(kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert gained(kind, before, after)


@pytest.mark.parametrize(("kind", "before", "after"), NOT_WIDER)
def test_a_stricter_one_is_not_reported(kind: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert gained(kind, before, after) == []
