"""The patch of checkov's graph finds the same vertices as checkov."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

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
