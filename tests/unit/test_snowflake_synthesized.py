"""The reference deployment's stacks on Snowflake, as they are written for every environment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from snowflake_stack_builder import environment_with_snowflake, platform

from lakekit.access_matrix import Product, conflicts, expected, lake_matrix, snowflake_matrix
from lakekit.access_matrix.stacks import read
from lakekit.catalog import Column, GovernedTable, ProductTags
from lakekit.core import name_collisions
from lakekit.environment import load
from lakekit.errors import CollisionError
from lakekit_policies.snowflake_schema import generate, schema, validate
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from nonempty import nonempty

PROJECT = Path(__file__).parents[2]
ENVIRONMENTS = ("local", "dev", "staging", "prod")
_ADDRESS = re.compile(r"(?<![\w.])((?:data\.)?(?:snowflake|aws)_\w+\.[\w-]+|local\.[\w-]+)")


def stacks_on_snowflake(synthesized: Path, environment: str) -> dict[str, dict[str, Any]]:
    found = {one["//"]["metadata"]["stackName"]: one for one in read(synthesized, environment)}
    return {name: one for name, one in found.items() if one["//"]["metadata"]["lakekit"].get("provider") == "snowflake"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_stacks_fit_the_providers_schema(synthesized: Path, environment: str) -> None:
    stacks = stacks_on_snowflake(synthesized, environment)
    assert set(stacks) == {f"{environment}-snowflake", f"{environment}-sales-snowflake"}
    for name, stack in stacks.items():
        assert list(validate.problems(SynthesizedStack.of(stack))) == [], name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_preview_features_are_those_of_the_types(synthesized: Path, environment: str) -> None:
    for stack in nonempty(stacks_on_snowflake(synthesized, environment).values()):
        wanted = schema.load().previews_of(stack["resource"], stack.get("data", {}))
        assert wanted
        for provider in nonempty(stack["provider"]["snowflake"]):
            assert provider["preview_features_enabled"] == wanted


def graph_of(stack: dict[str, Any]) -> nx.DiGraph:
    """What waits for what: `depends_on` and every reference in a value, through locals."""
    graph = nx.DiGraph()
    blocks = {
        f"{prefix}{kind}.{name}": body
        for prefix, block in (("", "resource"), ("data.", "data"))
        for kind, named in stack.get(block, {}).items()
        for name, body in named.items()
    }
    blocks |= {f"local.{name}": value for name, value in stack.get("locals", {}).items()}
    graph.add_nodes_from(blocks)
    named: list[tuple[str, str]] = []
    for address, body in blocks.items():
        own = {key: value for key, value in body.items() if key != "//"} if isinstance(body, dict) else body
        named += [(address, found) for found in _ADDRESS.findall(json.dumps(own))]
    graph.add_edges_from((address, found) for address, found in named if found in blocks)
    missing = [one for one in nonempty(named) if one[1] not in blocks and one[1].split(".")[0] in stack["resource"]]
    assert missing == []
    return graph


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_dependency_graph_has_no_cycles(synthesized: Path, environment: str) -> None:
    for name, stack in nonempty(stacks_on_snowflake(synthesized, environment).items()):
        graph = graph_of(stack)
        assert graph.number_of_edges() > graph.number_of_nodes() / 2, name
        assert nx.is_directed_acyclic_graph(graph), list(nx.find_cycle(graph))


def test_dependency_cycle_is_detected(synthesized: Path) -> None:
    """With the role's ARN as a reference in place of a literal, the external-id circle is there."""
    stack = stacks_on_snowflake(synthesized, "dev")["dev-sales-snowflake"]
    (integration,) = stack["resource"]["snowflake_storage_integration"].values()
    roles = stack["resource"]["aws_iam_role"]
    (role,) = [name for name, body in roles.items() if "ExternalId" in body["assume_role_policy"]]
    integration["storage_aws_role_arn"] = f"${{aws_iam_role.{role}.arn}}"
    assert not nx.is_directed_acyclic_graph(graph_of(stack))


def test_roles_depend_on_trusted_objects(synthesized: Path) -> None:
    graph = graph_of(stacks_on_snowflake(synthesized, "dev")["dev-snowflake"])
    for role in nonempty(one for one in graph if one.startswith("aws_iam_role.")):
        kinds = {one.split(".")[0] for one in nx.descendants(graph, role)}
        assert kinds & {"snowflake_external_volume", "snowflake_execute", "snowflake_storage_integration"}, role


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_table_is_classified_before_grants(synthesized: Path, environment: str) -> None:
    stack = stacks_on_snowflake(synthesized, environment)[f"{environment}-sales-snowflake"]
    graph = graph_of(stack)
    grants = [
        name
        for name, grant in stack["resource"]["snowflake_grant_account_role"].items()
        if name.startswith("Orders") and grant["parent_role_name"].startswith("FR_")
    ]
    for name in nonempty(grants):
        before = nx.descendants(graph, f"snowflake_grant_account_role.{name}")
        assert any(one.startswith("snowflake_tag_association.Orders_RestrictedColumns") for one in before)
        assert any(one.startswith("snowflake_execute.Orders_Rows_InForce") for one in before)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_both_planes_of_the_reference_deployment_give_what_is_declared(synthesized: Path, environment: str) -> None:
    env = load(environment, PROJECT / "stacks/environments")
    stacks = read(synthesized, environment)
    orders = GovernedTable(
        "orders",
        [Column("order_id", "long"), Column("customer_email", "string")],
        "Independent of the declaration in the stacks",
        column_classifications={"customer_email": "restricted"},
        row_filters={"eu-analyst": "country IN ('AT', 'BE', 'DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'SE')"},
    )
    wanted = expected(env, [Product(ProductTags("curated", "sales", "internal"), orders)])
    lake, warehouse = lake_matrix(env, stacks), snowflake_matrix(env, stacks)
    assert set(lake.products) & set(warehouse.products) >= {"curated/sales/orders"}
    assert conflicts(wanted, lake) == {}
    assert conflicts(wanted, warehouse) == {}


def test_two_environments_cannot_own_one_account(tmp_path: Path) -> None:
    for name in ("dev", "test"):
        folder = tmp_path / "stacks" / f"{name}-snowflake"
        folder.mkdir(parents=True)
        template = platform(environment_with_snowflake(environment=name))
        (folder / "cdk.tf.json").write_text(json.dumps(template))
    with pytest.raises(CollisionError, match="both create the snowflake_account_parameter"):
        name_collisions.check_unique_names(tmp_path)


def test_the_schema_is_that_of_the_installed_bindings() -> None:
    made = generate.condense(generate.load_assembly())
    text = (Path(schema.__file__).parent / "schema.json").read_text()
    assert json.loads(text) == json.loads(json.dumps(made))
    assert made["version"] == "2.11.0"


def test_the_schema_knows_what_the_bindings_know() -> None:
    found = schema.load()
    assert found.resources["snowflake_schema"]["with_managed_access"]["type"] == "string"
    assert found.resources["snowflake_warehouse"]["auto_suspend"]["type"] == "number"
    assert found.resources["snowflake_stage"]["database"]["required"] is True
    assert (
        "ICEBERG TABLES"
        in (
            found.resources["snowflake_grant_privileges_to_account_role"]["on_schema_object"]["block"]["future"][
                "block"
            ]["object_type_plural"]["values"]
        )
    )
    assert "snowflake_storage_integration_resource" in found.preview_features
    assert "snowflake_database_resource" not in found.preview_features
    assert found.provider["params"]["type"] == "map(string)"
