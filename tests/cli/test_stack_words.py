"""Which stacks the words of `--stack` say: names and patterns, with the environment before them or without."""

from __future__ import annotations

import pytest

from lakekit_cli.commands.deploy import CLUSTER_STACK, named


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
def test_the_cluster_s_stack_is_found_in(words: tuple[str, ...]) -> None:
    assert named(CLUSTER_STACK, "prod", words)


@pytest.mark.parametrize("words", [("storage",), ("prod-storage",), ("sales-*",), ("dev-processing",), ("process",)])
def test_the_cluster_s_stack_is_not_in(words: tuple[str, ...]) -> None:
    assert not named(CLUSTER_STACK, "prod", words)
