"""Tests of `--stack`: names and patterns, with and without the environment prefix."""

from __future__ import annotations

import pytest

from lakekit_cli.commands.deploy import CLUSTER_STACK, selects_stack


@pytest.mark.parametrize(
    "selection",
    [
        (),
        ("processing",),
        ("prod-processing",),
        ("proc*",),
        ("prod-proc*",),
        ("*",),
        ("prod-*",),
        ("storage", "prod-processin?"),
        # Patterns of cdktf's own matcher count as selected, so that the check is never skipped.
        ("{network,processing}",),
        ("!(storage)",),
    ],
)
def test_selection_includes_the_cluster_stack(selection: tuple[str, ...]) -> None:
    assert selects_stack(CLUSTER_STACK, "prod", selection)


@pytest.mark.parametrize("selection", [("storage",), ("prod-storage",), ("sales-*",), ("dev-processing",), ("proc",)])
def test_selection_excludes_the_cluster_stack(selection: tuple[str, ...]) -> None:
    assert not selects_stack(CLUSTER_STACK, "prod", selection)
