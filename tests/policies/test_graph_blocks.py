"""Patches of checkov's blocks and value checks give what checkov gives."""

from __future__ import annotations

import copy
from importlib import import_module
from typing import Any

import pytest
from checkov.common.models.enums import CheckCategories
from checkov.terraform.checks.resource.base_resource_value_check import BaseResourceValueCheck
from checkov.terraform.checks.resource.registry import resource_registry
from checkov.terraform.graph_builder.graph_components.blocks import TerraformBlock
from checkov.terraform.graph_builder.graph_components.module import Module
from gate_helpers import warm_gate
from hypothesis import given, settings
from hypothesis import strategies as st

warm_gate()  # loads checkov without its network calls
graph_blocks = import_module("lakekit_policies.engine.graph_blocks")
value_checks = import_module("lakekit_policies.engine.value_checks")

NAMES = st.sampled_from(["", "a", "b", "a.b", "0", "resource_type", "dynamic", "rule", "kms_key"])
LEAVES = st.sampled_from([True, False, None, 1, "", "x", 'quote " mark', "back\\slash", "${aws_kms_key.k.arn}"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)

# Names in a configuration: checkov's dynamic blocks need a certain form, and dpath refuses empty names.
ARGUMENTS = st.sampled_from(["a", "b", "a.b", "0", "resource_type", "rule", "kms_key"])
ARGUMENT_VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ARGUMENTS, inner, max_size=3), max_leaves=12
)
CONFIGURATIONS = st.dictionaries(ARGUMENTS, ARGUMENT_VALUES, max_size=4)


def merged(path: str, value: Any, *, strip: bool = True) -> dict[str, Any]:
    """The inner attributes as checkov computes them: by merging those of each level."""
    if strip and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict | list):
        return {path: value}
    found: dict[str, Any] = {path: [None] * len(value) if isinstance(value, list) else {}}
    for key in range(len(value)) if isinstance(value, list) else list(value):
        if key == "":
            del value[key]
            continue
        found.update(merged(f"{path}.{key}", value[key]))
        found[path][key] = found[f"{path}.{key}"]
    return found


@settings(max_examples=300, deadline=None)
@given(VALUES, st.booleans())
def test_inner_attributes_are_those_of_checkov(value: Any, strip: bool) -> None:
    given_value, same = copy.deepcopy(value), copy.deepcopy(value)
    found = TerraformBlock.get_inner_attributes("k", given_value, strip)
    expected = merged("k", same, strip=strip)
    assert found == expected
    assert list(found) == list(expected)
    assert given_value == same


@settings(max_examples=300, deadline=None)
@given(CONFIGURATIONS)
def test_blocks_of_resources_are_those_of_checkov(configuration: dict[str, Any]) -> None:
    block = {"aws_x": {"r": {**configuration, "__address__": "aws_x.r"}}}
    results = []
    for add in (graph_blocks._add_resource, graph_blocks._add_resources):
        module = Module(source_dir="", external_modules_source_map={})
        module.source = "Terraform"
        add(module, copy.deepcopy([block]), "/plan.json")
        results.append((module.blocks, [list(one.attributes) for one in module.blocks], module.resources_types))
    assert results[0] == results[1]


KEYS = ("a", "rule/kms_key", "rule/[0]/a/kms_key", "b/0", "kms_key")


@pytest.fixture(scope="module")
def checks() -> Any:
    registered = {name: list(checks) for name, checks in resource_registry.checks.items()}

    class Example(BaseResourceValueCheck):
        def __init__(self, key: str) -> None:
            super().__init__("n", f"CKV_X_{key}", [CheckCategories.ENCRYPTION], ["aws_x"])
            self.key = key

        def get_inspected_key(self) -> str:
            return self.key

    made = [Example(key) for key in KEYS]
    resource_registry.checks.clear()
    resource_registry.checks.update(registered)
    return made


@settings(max_examples=300, deadline=None)
@given(CONFIGURATIONS)
def test_value_checks_decide_as_on_the_whole_configuration(checks: Any, configuration: dict[str, Any]) -> None:
    decisions = [
        [scan(one, copy.deepcopy(configuration)) for one in checks]
        for scan in (value_checks._scan_value, value_checks._scan)
    ]
    assert len(decisions[0]) == len(KEYS)
    assert decisions[0] == decisions[1]
