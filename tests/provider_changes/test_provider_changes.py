"""Both ends of the AWS provider's version range: what differs for emitted types, and what constructs do about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from compare_providers import compared_types
from provider_decisions import DECISIONS, Unused

from lakekit.catalog import Database, GovernedTable, IcebergTable
from lakekit.catalog.column import Column
from lakekit.core.stack import LakehouseStack
from lakekit.environment import AwsProviderSettings, CapabilityName
from lakekit.environment.provider import CAPABILITIES
from lakekit.errors import LakekitError
from lakekit.processing import SparkCluster
from lakekit.storage import Zone
from lakekit.testing import Template, environment, resources, synthesize

CHANGES = json.loads((Path(__file__).parent / "changes.json").read_text(encoding="utf-8"))
FINDINGS = {(kind, path): change for kind, changed in CHANGES["types"].items() for path, change in changed.items()}


def needs_decision(change: str) -> bool:
    before, _, after = change.partition(" -> ")
    return "computed" not in after and not (before.startswith("required") and after.startswith("optional"))


def cluster(stack: LakehouseStack) -> None:
    SparkCluster(stack, "Main")


def table(stack: LakehouseStack) -> None:
    zone = Zone(stack, "Raw")
    database = Database(stack, "Orders", zone=zone)
    IcebergTable(stack, "Table", database=database, table=GovernedTable("orders", [Column("id", "long")], "An order"))


def built(build: Any, version: str) -> Template:
    def make(app: Any) -> LakehouseStack:
        stack = LakehouseStack(app, environment(provider={"version": version}), "test")
        build(stack)
        return stack

    return synthesize(make)


def constraint(template: Template) -> str:
    return str(template["terraform"]["required_providers"]["aws"]["version"])


def test_every_emitted_type_is_compared() -> None:
    assert sorted(CHANGES["types"]) == compared_types()


def test_every_change_that_a_plan_could_show_has_a_decision() -> None:
    assert {finding for finding, change in FINDINGS.items() if needs_decision(change)} == set(DECISIONS)


def test_removed_arguments_are_not_used(synthesized: Path) -> None:
    removed = {finding for finding, change in FINDINGS.items() if change.endswith("-> absent")}
    assert removed == {finding for finding, decision in DECISIONS.items() if isinstance(decision, Unused)}
    used = [
        (stack.parent.name, kind, path)
        for stack in (synthesized / "stacks").glob("*/cdk.tf.json")
        for kind, path in removed
        for body in json.loads(stack.read_text(encoding="utf-8")).get("resource", {}).get(kind, {}).values()
        if body.get(path) is not None
    ]
    assert used == []


@pytest.mark.parametrize("name", get_args(CapabilityName))
def test_capability_is_newer_than_the_oldest_provider(name: CapabilityName) -> None:
    assert CAPABILITIES[name].possible <= CAPABILITIES[name].since
    assert not AwsProviderSettings().supports(name)
    assert AwsProviderSettings().admits(name)


@pytest.mark.parametrize(
    ("version", "stated"),
    [
        (">= 5.100.0, < 7.0.0", ">= 5.100.0, < 7.0.0, < 6.2.0"),
        (">= 5.100.0, < 6.0.0", ">= 5.100.0, < 6.0.0"),
        (">= 6.2.0, < 7.0.0", ">= 6.2.0, < 7.0.0, < 6.22.0"),
        (">= 6.22.0, < 7.0.0", ">= 6.22.0, < 7.0.0"),
    ],
)
def test_emr_cluster_is_not_replaced_by_any_version(version: str, stated: str) -> None:
    template = built(cluster, version)
    assert constraint(template) == stated
    (body,) = resources(template, "aws_emr_cluster").values()
    assert ("os_release_label" in body["lifecycle"]["ignore_changes"]) is version.startswith(">= 6")
    (policy,) = resources(template, "aws_emr_managed_scaling_policy").values()
    assert policy.get("lifecycle", {}).get("ignore_changes", []) == ["scaling_strategy"] * version.startswith(">= 6.22")


@pytest.mark.parametrize(
    ("version", "stated"),
    [
        (">= 5.100.0, < 7.0.0", ">= 5.100.0, < 7.0.0, < 6.57.0"),
        ("~> 6.58", "~> 6.58"),
    ],
)
def test_compaction_is_stated_where_glue_returns_it(version: str, stated: str) -> None:
    template = built(table, version)
    assert constraint(template) == stated
    (compaction,) = (
        body
        for body in resources(template, "aws_glue_catalog_table_optimizer").values()
        if body["type"] == "compaction"
    )
    block = [{"iceberg_configuration": [{"strategy": "binpack"}]}] if version == "~> 6.58" else None
    assert compaction["configuration"][0].get("compaction_configuration") == block


def test_lowest_exclusion_of_a_stack_holds() -> None:
    def both(stack: LakehouseStack) -> None:
        table(stack)
        cluster(stack)

    def reverse(stack: LakehouseStack) -> None:
        cluster(stack)
        table(stack)

    for build in (both, reverse):
        assert constraint(built(build, ">= 5.100.0, < 7.0.0")).endswith(", < 6.2.0")


@pytest.mark.parametrize(
    ("version", "supports", "admits"),
    [
        (">= 5.100.0, < 7.0.0", False, True),
        (">= 5.100.0", False, True),
        (">= 5.100.0, < 6.2.0", False, False),
        (">= 5.100.0, <= 6.2.0", False, True),
        ("~> 5.100", False, False),
        ("~> 6.1.0", False, False),
        ("~> 6.1", False, True),
        ("~> 6.2", True, True),
        ("~> 6", False, True),
        ("6.2.0", True, True),
        ("= 5.100.0", False, False),
        ("> 6.2.0, != 6.3.0, < 7.0.0", True, True),
        ("< 7.0.0", False, True),
        (">= 6.2.0-beta1, < 7", True, True),
    ],
)
def test_range_decides(version: str, supports: bool, admits: bool) -> None:
    provider = AwsProviderSettings(version=version)
    assert (provider.supports("emr_os_release_label"), provider.admits("emr_os_release_label")) == (supports, admits)


@pytest.mark.parametrize("version", ["latest", ">= 5.100.0,", "5.x", "=> 5.1", ">= 5.100.0 < 7.0.0"])
def test_version_constraint_is_checked(version: str) -> None:
    with pytest.raises(ValueError, match="is not a version constraint: use an operator"):
        AwsProviderSettings(version=version)


def test_unknown_capability_is_an_error() -> None:
    with pytest.raises(LakekitError, match="'emr_turbo' is not a capability of the AWS provider: emr_managed"):
        AwsProviderSettings().supports("emr_turbo")  # type: ignore[arg-type]
