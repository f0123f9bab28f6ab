"""One governance model, two planes: what each plane's configuration says equals what was declared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snowflake_stack_builder import ROLES, environment_with_snowflake

from lakekit.access_matrix import (
    AccessLevel,
    Matrix,
    Product,
    UnreadablePolicyError,
    conflicts,
    differences,
    expected,
    lake_matrix,
    snowflake_matrix,
)
from lakekit.access_matrix.policy_sql import evaluate
from lakekit.bindings import cdktf
from lakekit.catalog import Column, Database, GovernedTable, IcebergTable, ProductTags
from lakekit.core.stack import TeamStack
from lakekit.environment import Environment
from lakekit.governance import CellFilter, DataRole, data_role_arn
from lakekit.snowflake import FunctionalRole, GovernanceTags, SnowflakeProduct, SnowflakeStack
from lakekit.storage import ZoneReference
from lakekit.testing import Template, load

CLASSES = ("public", "internal", "confidential", "restricted")
ZONES = ("raw", "curated", "consumption")
DOMAINS = ("platform", "sales")
EMAIL = {"email": "restricted"}
EU = {"eu-analyst": "country IN ('DE', 'FR')"}


def declare(
    *, zone: str, domain: str, name: str, classification: str, columns: dict[str, str], rows: dict[str, str]
) -> Product:
    """A table with an id, a country and classified columns; its classification differs from the product's."""
    table = GovernedTable(
        name,
        [Column("id", "long"), Column("country", "string"), *(Column(column, "string") for column in columns)],
        "One row per test",
        classification=classification,
        column_classifications=columns,
        row_filters=rows,
    )
    return Product(ProductTags(zone, domain, "internal"), table)


ORDERS = declare(zone="curated", domain="sales", name="orders", classification="internal", columns=EMAIL, rows=EU)


def both_planes(env: Environment, products: list[Product]) -> list[Template]:
    """The products as constructs of both planes, in stacks of one app."""
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    stacks: list[Any] = []
    for domain in sorted({one.tags.domain for one in products}):
        lake = TeamStack(app, env, domain, owner="team@acme.example")
        mine = [one for one in products if one.tags.domain == domain]
        databases = {
            zone: Database(lake, zone.capitalize(), zone=ZoneReference(lake, f"{zone.capitalize()}Zone", zone))
            for zone in sorted({one.tags.zone for one in mine})
        }
        if not stacks:
            for role, one in env.governance.roles.items():
                DataRole(lake, f"Role{_id(role)}", name=role, settings=one)
        warehouse = SnowflakeStack(app, env, f"{domain}-snowflake", domain=domain)
        if not stacks:
            GovernanceTags(warehouse, "Access")
            for role in env.governance.roles:
                FunctionalRole(warehouse, f"Role{_id(role)}", name=role)
        for product in mine:
            _in_the_lake(lake, databases[product.tags.zone], product, env)
            SnowflakeProduct(
                warehouse,
                f"{_id(product.tags.zone)}{_id(product.table.name)}",
                name=product.table.name,
                zone=product.tags.zone,
                tables=[product.table],
                description="d",
            )
        stacks += [lake, warehouse]
    return [load(one) for one in stacks]


def _in_the_lake(lake: TeamStack, database: Database, product: Product, env: Environment) -> None:
    table = IcebergTable(
        lake,
        f"{_id(product.tags.zone)}{_id(product.table.name)}",
        database=database,
        table=product.table,
    )
    for role in product.table.row_filters:
        hidden = product.tags.unreadable_columns(env.governance.roles[role], product.table)
        if len(hidden) == len(product.table.columns):
            continue  # the role reads no column: no filter to grant
        made = CellFilter(table, f"{_id(role)}Rows", table=table, role=role)
        made.grant_select(data_role_arn(lake, role))


def _id(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


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
    assert lake.rights() == wanted.rights()
    assert warehouse.rights() == wanted.rights()


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
    wanted, lake, warehouse = matrices(env, several)
    assert lake.rights() == wanted.rights()
    assert warehouse.rights() == wanted.rights()


def test_conflicting_plane_is_detected() -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    lake = lake_matrix(env, stacks)
    (warehouse,) = (one for one in stacks if one["//"]["metadata"]["stackName"] == "dev-sales-snowflake")
    for policy in warehouse["resource"]["snowflake_masking_policy"].values():
        policy["body"] = policy["body"].replace("FR_ACME_DEV_ENGINEER", "FR_ACME_DEV_ANALYST")
    found = conflicts(lake, snowflake_matrix(env, stacks))
    assert found == {
        ("analyst", "curated/sales/orders", "restricted"): ("masked", "read"),
        ("engineer", "curated/sales/orders", "internal"): ("write", "masked"),
        ("engineer", "curated/sales/orders", "restricted"): ("write", "masked"),
    }


CONTACTS = Product("curated", "sales", "contacts", "internal", {"email": "restricted", "phone": "restricted"})


def filtered(env: Environment, *filters: dict[str, Any], role: str = "eu-analyst") -> dict[str, str]:
    """Access to CONTACTS by classification for a role with these cell filters."""
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    lake = TeamStack(app, env, "sales", owner="team@acme.example")
    _in_the_lake(lake, Database(lake, "Curated", zone=ZoneReference(lake, "CuratedZone", "curated")), CONTACTS, env)
    DataRole(lake, "Role", name=role, settings=env.governance.roles[role])
    (table,) = (one for one in lake.node.find_all() if isinstance(one, IcebergTable))
    for number, arguments in enumerate(filters):
        CellFilter(table, f"Filter{number}", table=table, **arguments).grant_select(data_role_arn(lake, role))
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


def test_different_mask_by_type_is_rejected() -> None:
    env = environment_with_snowflake()
    stacks = both_planes(env, [ORDERS])
    first = next(iter(stacks[1]["resource"]["snowflake_masking_policy"].values()))
    first["body"] = "CASE WHEN TRUE THEN VAL ELSE NULL END"
    with pytest.raises(UnreadablePolicyError, match="masked by some data types and shown by others"):
        snowflake_matrix(env, stacks)


def test_unparsable_policy_is_rejected() -> None:
    for body in ("CURRENT_ROLE() = 'X'", "CASE WHEN CURRENT_ROLE() = 'X' THEN VAL ELSE NULL END", "CASE ELSE END", ""):
        with pytest.raises(UnreadablePolicyError, match="cannot be read"):
            evaluate(body, held=["X"], tags={})


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

    from lakekit.snowflake.masking import masking_body
    from lakekit.snowflake.names import SnowflakeNames

    env = environment_with_snowflake()
    body = masking_body(env, SnowflakeNames(env.names), "'***'")
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
    ours = evaluate(body, held=held, tags=tags)
    assert ("value" if ours == "VAL" else ours.strip("'")) == shown
