"""The patches of checkov's graph give the same answers as checkov."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from checkov.terraform.graph_builder import local_graph, utils
from hypothesis import given
from hypothesis import strategies as st

from lakekit_policies.engine import graph_edges
from nonempty import nonempty

names = st.text(alphabet='ab[]"0.', max_size=7)


@given(
    st.dictionaries(names, st.lists(st.integers(0, 9), min_size=1), max_size=8),
    st.lists(names, min_size=1, max_size=6),
    names,
)
def test_vertices_are_those_of_checkov(by_name: dict[str, list[int]], asked: list[str], added: str) -> None:
    graph: Any = SimpleNamespace(vertices_by_module_dependency_by_name={None: {"resource": by_name}})
    for name in nonempty([*asked, *by_name]):
        found = graph_edges._possible_vertices(graph, None, "resource", name)
        assert found == graph_edges._find_possible_vertices(graph, None, "resource", name)
    assert graph_edges._possible_vertices(graph, None, "module", "a") == []
    by_name.setdefault(f"{added}[new]", [10])
    found = graph_edges._possible_vertices(graph, None, "resource", added)
    assert found == graph_edges._find_possible_vertices(graph, None, "resource", added)


paths = st.lists(st.sampled_from(["a", "ab", "0", "1"]), min_size=1, max_size=4).map(".".join)
values = st.one_of(
    st.none(), st.booleans(), st.text(max_size=2), st.just([]), st.just(["x"]), st.just({}), st.just({"a": 1})
)


@given(st.dictionaries(paths, values, min_size=1, max_size=8), st.dictionaries(paths, st.booleans(), max_size=4))
def test_nested_attributes_are_those_of_checkov(attributes: dict[str, Any], is_leaf: dict[str, bool]) -> None:
    for key in nonempty(list(attributes)):
        for leaf in (None, is_leaf):
            found = graph_edges._nested_attributes(key, attributes, leaf)
            assert found == graph_edges._has_nested_attributes(key, attributes, leaf)


def test_checkov_uses_the_patches() -> None:
    graph_edges.apply()
    graph_edges.apply()
    assert local_graph.attribute_has_nested_attributes is graph_edges._nested_attributes
    assert graph_edges._has_nested_attributes is utils.attribute_has_nested_attributes


texts = st.lists(
    st.sampled_from(["aws_x", "data", "var", "a", ".", "${", "}", " ", ",", "length(", ")", "[0]", '["k"]', "/", "\n"]),
    max_size=8,
).map("".join)
referring = st.recursive(
    st.one_of(texts, st.none(), st.booleans(), st.integers()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("k"), inner),
    max_leaves=4,
)


@given(referring, st.sampled_from([{}, {"a": {"block_type_": "provider"}}]))
def test_references_are_those_of_checkov(value: Any, aliases: dict[str, Any]) -> None:
    found = graph_edges._references(value, aliases, ["aws_x", "aws_y"])
    assert found == graph_edges._find_references(value, aliases, ["aws_x", "aws_y"])


def test_a_reference_is_found_in_each_form() -> None:
    for value in nonempty(["aws_x.a.id", "${aws_x.a}", ["x ${aws_x.a}/*"], {"k": "aws_x[0].a.id"}, "length(aws_x.a)"]):
        assert [str(one.sub_parts[0]) for one in graph_edges._references(value, {}, ["aws_x"])] == ["aws_x.a"]
