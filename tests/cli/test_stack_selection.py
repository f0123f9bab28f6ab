"""Which stacks the words of `--stack` say: names and patterns, with the environment before them or without."""

from __future__ import annotations

import pytest

from lakekit_cli.commands.deploy import CLUSTER_STACK, selects_stack


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("processing",),
        ("prod-processing",),
        ("proc*",),
        ("prod-proc*",),
        ("*",),
        ("prod-*",),
        ("storage", "prod-processin?"),
        # cdktf's own matcher knows them, so that the look is not left out by a form of words.
        ("{network,processing}",),
        ("!(storage)",),
    ],
)
def test_selection_includes_the_cluster_stack(words: tuple[str, ...]) -> None:
    assert selects_stack(CLUSTER_STACK, "prod", words)


@pytest.mark.parametrize("words", [("storage",), ("prod-storage",), ("sales-*",), ("dev-processing",), ("process",)])
def test_selection_excludes_the_cluster_stack(words: tuple[str, ...]) -> None:
    assert not selects_stack(CLUSTER_STACK, "prod", words)
