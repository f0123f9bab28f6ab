"""The access matrix of each plane equals the declared access."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from access_matrix_builder import CLASSES, DOMAINS, ORDERS, ZONES, both_planes, declare, in_the_lake, rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snowflake_stack_builder import environment_with_snowflake

from lakekit.access_matrix import (
    AccessLevel,
    Matrix,
    Product,
    classified_differently,
    conflicts,
    differences,
    expected,
    lake_matrix,
    snowflake_matrix,
)
from lakekit.bindings import cdktf
from lakekit.catalog import Database, IcebergTable
from lakekit.core.team_stack import TeamStack
from lakekit.environment import Environment
from lakekit.errors import ConstructError
from lakekit.governance import CellFilter, DataRole
from lakekit.snowflake import SnowflakeProduct, SnowflakeStack
from lakekit.testing import load


def matrices(env: Environment, products: list[Product]) -> tuple[Matrix, Matrix, Matrix]:
    stacks = both_planes(env, products)
    return expected(env, products), lake_matrix(env, stacks), snowflake_matrix(env, stacks)


def test_both_planes_match_the_declaration() -> None:
    wanted, lake, warehouse = matrices(environment_with_snowflake(), [ORDERS])
    assert {key: cell.label for key, cell in wanted.cells.items()} == {
        ("analyst", "curated/sales/orders", "internal"): "read",
        ("analyst", "curated/sales/orders", "restricted"): "masked",
        ("eu-analyst", "curated/sales/orders", "internal"): "read where country IN ('DE', 'FR')",
        ("eu-analyst", "curated/sales/orders", "restricted"): "masked where country IN ('DE', 'FR')",
        ("engineer", "curated/sales/orders", "internal"): "write",
        ("engineer", "curated/sales/orders", "restricted"): "write",
    }
    assert lake.labels() == wanted.labels()
    assert warehouse.labels() == wanted.labels()


def test_each_access_level_has_reasons() -> None:
    _, lake, warehouse = matrices(environment_with_snowflake(), [ORDERS])
    key = ("analyst", "curated/sales/orders", "internal")
    assert lake.cells[key].reasons == (
        "dev-sales/RoleAnalyst/ReadTables/Grant: classification in internal, public and zone in consumption, curated",
    )
    assert warehouse.cells[key].reasons == (
        "FR_ACME_DEV_ANALYST → AR_ACME_DEV_CURATED_SALES_ORDERS_R: future SELECT on ICEBERG TABLES",
    )


filters = st.fixed_dictionaries(
    {
        "zone": st.lists(st.sampled_from(ZONES), unique=True),
        "domain": st.lists(st.sampled_from(DOMAINS), unique=True),
        "classification": st.lists(st.sampled_from(CLASSES), unique=True),
    }
).filter(lambda one: any(one.values()))
plain_roles = st.fixed_dictionaries({"read": filters}, optional={"write": filters}) | st.fixed_dictionaries(
    {"write": filters}
)
row_roles = st.fixed_dictionaries({"read": filters, "row_filtered": st.just(True)})
products = st.builds(
    declare,
    zone=st.sampled_from(ZONES),
    domain=st.sampled_from(DOMAINS),
    name=st.sampled_from(["orders", "refunds"]),
    classification=st.sampled_from(CLASSES),
    columns=st.dictionaries(st.sampled_from(["email", "phone", "note"]), st.sampled_from(CLASSES)),
    rows=st.sampled_from([{}, {"by-rows": "country = 'DE'"}]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    roles=st.dictionaries(st.sampled_from(["reader", "writer", "auditor"]), plain_roles, min_size=1),
    row_filtered=row_roles,
    several=st.lists(products, min_size=1, max_size=3, unique_by=lambda one: (one.tags.zone, one.table.name)),
)
def test_any_declaration_is_matched_by_both_planes(
    roles: dict[str, Any], row_filtered: dict[str, Any], several: list[Product]
) -> None:
    everyone = {**roles, "by-rows": row_filtered}
    env = environment_with_snowflake(
        roles={name: {"trusted_principals": ["sso"], **one} for name, one in everyone.items()}
    )
    if any(matches_in_part(one.get("write"), product) for one in roles.values() for product in several):
        with pytest.raises(ConstructError, match=r"so that [a-z]+ could not write the table"):
            both_planes(env, several)
        return
    wanted, lake, warehouse = matrices(env, several)
    assert lake.labels() == wanted.labels()
    assert warehouse.labels() == wanted.labels()


def matches_in_part(write: dict[str, list[str]] | None, product: Product) -> bool:
    """Whether a filter matches the table, and not all of its columns."""
    if write is None:
        return False

    def has(key: str, value: str) -> bool:
        return not write[key] or value in write[key]

    own = product.table.classification or product.tags.classification
    given = product.table.column_classifications
    columns = {given.get(column, own) for column in product.table.column_names}
    inside = has("zone", product.tags.zone) and has("domain", product.tags.domain) and has("classification", own)
    return inside and not all(has("classification", one) for one in columns)


def levels_of_engineer(env: Environment, columns: dict[str, str], write: list[str]) -> list[str]:
    """The levels of the engineer in the lake, after the filter of its grants to write was narrowed."""
    product = replace(ORDERS, table=replace(ORDERS.table, column_classifications=columns))
    stacks = both_planes(env, [product])
    grants = stacks[0]["resource"]["aws_lakeformation_permissions"]
    narrowed = 0
    for grant in grants.values():
        policy = grant.get("lf_tag_policy", {})
        if policy.get("resource_type") == "TABLE" and "INSERT" in grant["permissions"]:
            policy["expression"] = [{"key": "classification", "values": write}]
            narrowed += 1
    assert narrowed == 1
    labels = lake_matrix(env, stacks).labels()
    return [labels["engineer", "curated/sales/orders", one] for one in ("internal", "restricted")]


@pytest.mark.parametrize(
    ("columns", "write", "levels"),
    [
        ({"email": "restricted"}, ["internal", "restricted"], ["write", "write"]),
        ({"email": "restricted"}, ["internal"], ["read", "read"]),
        ({"email": "restricted"}, ["restricted"], ["read", "read"]),
        ({"id": "restricted", "country": "restricted", "email": "restricted"}, ["restricted"], ["read", "read"]),
    ],
)
def test_grant_that_misses_a_column_or_the_table_gives_no_write(
    columns: dict[str, str], write: list[str], levels: list[str]
) -> None:
    assert levels_of_engineer(environment_with_snowflake(), columns, write) == levels


def test_conflicting_plane_is_detected() -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    lake = lake_matrix(env, stacks)
    (warehouse,) = (one for one in stacks if one["//"]["metadata"]["stackName"] == "dev-sales-snowflake")
    rewrite(warehouse, lambda text: text.replace("FR_ACME_DEV_ENGINEER", "FR_ACME_DEV_ANALYST"))
    found = conflicts(lake, snowflake_matrix(env, stacks))
    assert found == {
        ("analyst", "curated/sales/orders", "restricted"): ("masked", "read"),
        ("engineer", "curated/sales/orders", "internal"): ("write", "masked"),
        ("engineer", "curated/sales/orders", "restricted"): ("write", "masked"),
    }


@pytest.mark.parametrize("open_first", [True, False])
def test_one_table_in_two_schemas_counts_with_its_broadest_access(open_first: bool) -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    copy = SnowflakeStack(app, env, "copy-snowflake", domain="sales")
    everything = replace(ORDERS.table, column_classifications={})
    SnowflakeProduct(copy, "Copy", zone="curated", tables=[everything], description="d")
    both = [load(copy), *stacks] if open_first else [*stacks, load(copy)]
    key = ("analyst", "curated/sales/orders", "internal")
    assert snowflake_matrix(env, both).cells[key].label == "read"
    unfiltered = SnowflakeStack(app, env, "unfiltered-snowflake", domain="sales")
    product = SnowflakeProduct(
        unfiltered, "All", zone="curated", tables=[replace(everything, row_filters={})], description="d"
    )
    product.schema.grant_read("eu-analyst")
    both = [load(unfiltered), *stacks] if open_first else [*stacks, load(unfiltered)]
    found = conflicts(lake_matrix(env, stacks), snowflake_matrix(env, both))
    assert found["eu-analyst", "curated/sales/orders", "internal"] == ("read where country IN ('DE', 'FR')", "read")


@pytest.mark.parametrize("columns", [{}, {"country": "restricted"}, {"email": "confidential"}])
def test_other_classifications_of_columns_are_detected(columns: dict[str, str]) -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    assert classified_differently(lake_matrix(env, stacks), snowflake_matrix(env, stacks)) == {}
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    copy = SnowflakeStack(app, env, "copy-snowflake", domain="sales")
    table = replace(ORDERS.table, column_classifications=columns)
    SnowflakeProduct(copy, "Copy", zone="curated", tables=[table], description="d")
    found = classified_differently(lake_matrix(env, stacks), snowflake_matrix(env, [*stacks, load(copy)]))
    ((lake, snowflake),) = found.values()
    assert lake == "email: restricted"
    assert snowflake != lake


CONTACTS = declare(
    zone="curated",
    domain="sales",
    name="contacts",
    classification="internal",
    columns={"email": "restricted", "phone": "restricted"},
    rows={},
)


def filtered(env: Environment, *filters: dict[str, Any], role: str = "eu-analyst") -> dict[str, str]:
    """Access to CONTACTS by classification for a role with these cell filters."""
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    lake = TeamStack(app, env, "sales", owner="team@acme.example")
    in_the_lake(lake, Database(lake, "Curated", zone="curated"), CONTACTS, env)
    DataRole(lake, "Role", name=role, settings=env.governance.roles[role])
    (table,) = (one for one in lake.node.find_all() if isinstance(one, IcebergTable))
    for number, arguments in enumerate(filters):
        CellFilter(table, f"Filter{number}", table=table, **arguments).grant_select(role)
    cells = lake_matrix(env, [load(lake)]).cells
    return {key[2]: cell.label for key, cell in cells.items() if key[0] == role}


@pytest.mark.parametrize(
    ("filters", "internal", "restricted"),
    [
        pytest.param([], "none", "none", id="no filter"),
        pytest.param([{"rows": "country = 'DE'"}], "read where country = 'DE'", "read where country = 'DE'", id="rows"),
        pytest.param([{"columns": ["id", "country", "email", "phone"]}], "read", "read", id="every column"),
        pytest.param([{"columns": ["id", "country"]}], "read", "masked", id="none of the class"),
        pytest.param([{"columns": ["id", "country", "email"]}], "read", "masked", id="some of the class"),
        pytest.param([{"columns": ["id", "email", "phone"]}], "masked", "read", id="some of the other class"),
        pytest.param([{"columns": ["id", "phone"]}], "masked", "masked", id="some of each class"),
        pytest.param([{"exclude_columns": ["phone"]}], "read", "masked", id="all but one"),
        pytest.param([{"exclude_columns": ["email", "phone"]}], "read", "masked", id="all but the class"),
        pytest.param(
            [{"columns": ["id", "country", "email"]}, {"columns": ["phone"]}], "read", "masked", id="two halves"
        ),
        pytest.param(
            [{"rows": "country = 'DE'"}, {"rows": "country = 'AT'"}],
            "read where country = 'AT' OR country = 'DE'",
            "read where country = 'AT' OR country = 'DE'",
            id="two predicates",
        ),
        pytest.param(
            [{"rows": "country = 'DE'"}, {"columns": ["id", "country"]}],
            "read",
            "read where country = 'DE'",
            id="rows of one class alone",
        ),
        pytest.param(
            [{"rows": "country = 'DE'", "columns": ["id", "country"]}],
            "read where country = 'DE'",
            "masked where country = 'DE'",
            id="rows and columns",
        ),
    ],
)
def test_cell_filter_must_show_every_column_of_a_classification(
    filters: list[dict[str, Any]], internal: str, restricted: str
) -> None:
    found = filtered(environment_with_snowflake(), *filters)
    assert found == {"internal": internal, "restricted": restricted}


@pytest.mark.parametrize(
    ("verb", "expected_levels"),
    [
        ("grant_read", {"internal": "read", "restricted": "read"}),
        ("grant_write", {"internal": "write", "restricted": "write"}),
    ],
)
def test_grants_on_a_table_by_name_count(verb: str, expected_levels: dict[str, str]) -> None:
    env = environment_with_snowflake()
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    lake = TeamStack(app, env, "sales", owner="team@acme.example")
    table = IcebergTable(lake, "Contacts", database=Database(lake, "Curated", zone="curated"), table=CONTACTS.table)
    getattr(table, verb)("analyst")
    cells = lake_matrix(env, [load(lake)]).cells
    assert {key[2]: cell.label for key, cell in cells.items() if key[0] == "analyst"} == expected_levels
    assert {cell.label for key, cell in cells.items() if key[0] == "engineer"} == {"none"}


@pytest.mark.parametrize(
    "columns",
    [
        {"wildcard": True, "excluded_column_names": ["email"]},
        {"column_names": ["id", "country", "phone"]},
    ],
)
def test_grant_by_name_must_show_every_column_of_a_classification(columns: dict[str, Any]) -> None:
    env = environment_with_snowflake()
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    lake = TeamStack(app, env, "sales", owner="team@acme.example")
    table = IcebergTable(lake, "Contacts", database=Database(lake, "Curated", zone="curated"), table=CONTACTS.table)
    table.grant_read("analyst")
    stack = load(lake)
    (grant,) = (
        one for one in stack["resource"]["aws_lakeformation_permissions"].values() if "table_with_columns" in one
    )
    del grant["table_with_columns"]["wildcard"]
    grant["table_with_columns"].update(columns)
    cells = lake_matrix(env, [stack]).cells
    assert {key[2]: cell.label for key, cell in cells.items() if key[0] == "analyst"} == {
        "internal": "read",
        "restricted": "masked",
    }


def test_cell_filter_adds_to_tag_grants() -> None:
    env = environment_with_snowflake()
    of_restricted = {"columns": ["id", "email", "phone"], "rows": "country = 'DE'"}
    assert filtered(env, role="analyst") == {"internal": "read", "restricted": "masked"}
    assert filtered(env, of_restricted, role="analyst") == {
        "internal": "read",
        "restricted": "read where country = 'DE'",
    }
    assert filtered(env, {"columns": ["email"], "rows": "country = 'DE'"}, role="analyst") == {
        "internal": "read",
        "restricted": "masked",
    }


def test_cell_filter_grant_without_select_gives_no_access() -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    key = ("eu-analyst", "curated/sales/orders", "internal")
    (grant,) = (
        one for one in stacks[0]["resource"]["aws_lakeformation_permissions"].values() if "data_cells_filter" in one
    )
    assert lake_matrix(env, stacks).cells[key].level is AccessLevel.READ
    grant["permissions"] = ["DESCRIBE"]
    assert lake_matrix(env, stacks).cells[key].level is AccessLevel.NONE


def test_a_revoked_grant_is_no_access() -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    grants = stacks[1]["resource"]["snowflake_grant_account_role"]
    del grants[next(name for name, one in grants.items() if one["parent_role_name"] == "FR_ACME_DEV_ANALYST")]
    cells = snowflake_matrix(env, stacks).cells
    assert {cell.level for (role, _, _), cell in cells.items() if role == "analyst"} == {AccessLevel.NONE}


def test_matrix_round_trips_through_json() -> None:
    _, lake, _ = matrices(environment_with_snowflake(), [ORDERS])
    assert Matrix.from_json("lake", lake.as_json()) == lake
    assert differences(lake, Matrix.from_json("lake", lake.as_json())) == {}
