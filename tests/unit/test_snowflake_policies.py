"""Snowflake policies: the SQL in the resources is what the data in the metadata renders, and means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from access_matrix_builder import CLASSES, DOMAINS, ORDERS, ZONES, both_planes
from hypothesis import given, settings
from hypothesis import strategies as st
from snowflake_stack_builder import ROLES, environment_with_snowflake

from lakekit.access_matrix import PolicyMismatchError, snowflake_matrix
from lakekit.catalog.iceberg.types import PRIMITIVES
from lakekit.snowflake.masking import MASKS, clearances, masked_type
from lakekit.snowflake.names import SnowflakeNames
from lakekit.snowflake.policy_data import MaskingPolicies, RowPolicy
from lakekit.testing import Template


def _snowflake_policies(stack: Template, kind: str) -> dict[str, Any]:
    (data,) = (one for one in stack["//"]["metadata"]["lakekit"]["snowflake_policies"] if one["kind"] == kind)
    return cast("dict[str, Any]", data)


def _first(stack: Template, kind: str) -> dict[str, Any]:
    return cast("dict[str, Any]", next(iter(stack["resource"][kind].values())))


def edit_masking_sql(stack: Template) -> None:
    _first(stack, "snowflake_masking_policy")["body"] = "CASE WHEN TRUE THEN VAL ELSE NULL END"


def edit_one_mask(stack: Template) -> None:
    policies = stack["resource"]["snowflake_masking_policy"].values()
    text = next(one for one in policies if one["name"] == "MASK_VARCHAR")
    text["body"] = text["body"].replace("'*** MASKED ***'", "VAL")


def edit_masking_data(stack: Template) -> None:
    _snowflake_policies(stack, "masking_policies")["clearances"].pop()


def detach_masking(stack: Template) -> None:
    for tag in stack["resource"]["snowflake_tag"].values():
        tag.pop("masking_policies", None)


def edit_row_sql(stack: Template) -> None:
    policy = _first(stack, "snowflake_row_access_policy")
    policy["body"] = policy["body"].replace("ELSE FALSE", "ELSE TRUE")


def edit_row_data(stack: Template) -> None:
    _snowflake_policies(stack, "row_policy")["row_filters"] = []


def attach_to_another_table(stack: Template) -> None:
    _snowflake_policies(stack, "row_policy")["table"][2] = "REFUNDS"


def remove_attachment(stack: Template) -> None:
    address = _snowflake_policies(stack, "row_policy")["attachment"]
    del stack["resource"]["snowflake_execute"][address.partition(".")[2]]


def edit_shared_table(stack: Template) -> None:
    _snowflake_policies(stack, "shared_table")["glue_table"] = "refunds"


def rename_row_policy(stack: Template) -> None:
    _first(stack, "snowflake_row_access_policy")["name"] = "ROWS_OTHER"


def forget_policies(stack: Template) -> None:
    stack["//"]["metadata"]["lakekit"]["snowflake_policies"] = []


def unknown_kind(stack: Template) -> None:
    _snowflake_policies(stack, "shared_table")["kind"] = "view"


def missing_key(stack: Template) -> None:
    del _snowflake_policies(stack, "row_policy")["columns"]


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (edit_masking_sql, "body is 'CASE WHEN TRUE THEN VAL"),
        (edit_one_mask, "the metadata renders"),
        (edit_masking_data, "the metadata renders"),
        (detach_masking, "no tag has it among its masking_policies"),
        (edit_row_sql, "the metadata renders"),
        (edit_row_data, "the metadata renders"),
        (attach_to_another_table, "execute is"),
        (remove_attachment, "but not a resource of the stack"),
        (edit_shared_table, "execute is"),
        (rename_row_policy, "the metadata has ACME_DEV_CURATED.SALES_ORDERS.ROWS_ORDERS"),
        (forget_policies, "not described by the metadata"),
        (unknown_kind, "kind 'view' is not one of masking_policies, row_policy, shared_table"),
        (missing_key, "row_policy: malformed or missing 'columns'"),
    ],
)
def test_sql_that_its_data_does_not_render_is_rejected(edit: Callable[[Template], None], problem: str) -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    snowflake_matrix(env, stacks)
    edit(stacks[1])
    with pytest.raises(PolicyMismatchError, match=problem):
        snowflake_matrix(env, stacks)


@settings(max_examples=60, deadline=None)
@given(
    held=st.frozensets(st.sampled_from([f"FR_ACME_DEV_{role.upper().replace('-', '_')}" for role in ROLES])),
    zone=st.sampled_from(ZONES),
    domain=st.sampled_from(DOMAINS),
    classification=st.sampled_from(CLASSES),
)
def test_mask_evaluation_matches_a_database(held: frozenset[str], zone: str, domain: str, classification: str) -> None:
    """The same body, evaluated by DuckDB with Snowflake's two functions as macros."""
    import duckdb

    env = environment_with_snowflake()
    policies = MaskingPolicies("VAL", clearances(env, SnowflakeNames(env.names)), {})
    body = policies.body("'***'")
    tags = {
        f"ACME_DEV_GOVERNANCE.ACCESS.{key}": value
        for key, value in zip(("ZONE", "DOMAIN", "CLASSIFICATION"), (zone, domain, classification), strict=True)
    }
    with duckdb.connect() as database:
        roles = ", ".join(f"'{role}'" for role in held) or "''"
        cases = " ".join(f"WHEN '{key}' THEN '{value}'" for key, value in tags.items())
        database.execute(f"CREATE MACRO IS_ROLE_IN_SESSION(r) AS r IN ({roles})")
        database.execute(f"CREATE MACRO SYSTEM_TAG(t) AS CASE t {cases} END")
        sql = body.replace("SYSTEM$GET_TAG_ON_CURRENT_COLUMN", "SYSTEM_TAG")
        (shown,) = database.execute(f"SELECT {sql} FROM (SELECT 'value' AS VAL)").fetchone() or ()
    assert shown == ("value" if policies.shows(held, tags) else "***")


@settings(max_examples=40, deadline=None)
@given(
    held=st.frozensets(st.sampled_from(["A", "B", "C", "D", "E"])),
    unrestricted=st.lists(st.sampled_from(["A", "B"]), unique=True),
    filtered=st.lists(st.sampled_from(["C", "D"]), min_size=1, unique=True),
)
def test_row_policy_evaluation_matches_a_database(
    held: frozenset[str], unrestricted: list[str], filtered: list[str]
) -> None:
    """The body decides on a row as the data does, evaluated by DuckDB with Snowflake's function as a macro."""
    import duckdb

    rows = {"C": "country = 'DE'", "D": "country IN ('DE', 'FR')"}
    policy = RowPolicy(
        policy="",
        attachment="",
        name=("DB", "S", "P"),
        table=("DB", "S", "T"),
        columns=("COUNTRY",),
        unrestricted_roles=tuple(unrestricted),
        row_filters=tuple((role, rows[role]) for role in filtered),
    )
    predicate = policy.predicate(held)
    with duckdb.connect() as database:
        roles = ", ".join(f"'{role}'" for role in held) or "''"
        database.execute(f"CREATE MACRO IS_ROLE_IN_SESSION(r) AS r IN ({roles})")
        for country in ("DE", "FR", "US"):
            row = f"FROM (SELECT '{country}' AS country)"
            (visible,) = database.execute(f"SELECT {policy.body()} {row}").fetchone() or ()
            (wanted,) = (
                database.execute(f"SELECT {'FALSE' if predicate is None else predicate or 'TRUE'} {row}").fetchone()
                or ()
            )
            assert visible == wanted


@pytest.mark.parametrize("iceberg_type", PRIMITIVES)
def test_every_primitive_type_has_a_mask(iceberg_type: str) -> None:
    assert masked_type(iceberg_type) in MASKS


@pytest.mark.parametrize("iceberg_type", ["list<string>", "map<string, int>", "struct<a: int>"])
def test_structured_types_have_no_mask(iceberg_type: str) -> None:
    assert masked_type(iceberg_type) is None
