"""Tests of `--stack`: names and patterns, with and without the environment prefix."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_project import Project

from lakekit_cli.commands.deploy import CLUSTER_STACK, selects_stack
from lakekit_cli.commands.missing_stacks import IGNORE_OPTION, MissingStackError, options_for_missing
from lakekit_cli.toolchain.stack_order import predecessors


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


def options(project: Project, verb: str, *selected: str) -> list[str]:
    """Return the options for selected stacks of one, two (needs one), three (needs two) and four (needs other-x)."""
    project.stack("dev-one")
    project.stack("dev-two", needs=["dev-one"])
    project.stack("dev-three", needs=["dev-two"])
    project.stack("other-x")
    project.stack("dev-four", needs=["other-x"])
    folders = {folder.name: folder for folder in (project.root / "prepared/stacks").iterdir()}
    needs = predecessors(project.root / "prepared/manifest.json", destroy=verb == "destroy")
    return options_for_missing(verb, "dev", [f"dev-{name}" for name in selected], needs, folders)


def state(project: Project, stack: str, resources: str = '[{"type": "x"}]') -> Path:
    file = project.root / f"{stack}.tfstate"
    file.write_text(f'{{"resources": {resources}}}')
    return file


@pytest.mark.parametrize(
    ("verb", "selected", "problem", "fix"),
    [
        ("deploy", ["two"], "dev-two depends on dev-one, which is not selected and not applied", "add --stack one"),
        ("deploy", ["three"], "dev-three depends on dev-two, which is not", "add --stack two --stack one"),
        ("deploy", ["three", "one"], "dev-three depends on dev-two, which is not", "add --stack two"),
        ("deploy", ["four"], "dev-four depends on other-x, which is not", "deploy other-x first"),
    ],
)
def test_missing_stack_is_named(project: Project, verb: str, selected: list[str], problem: str, fix: str) -> None:
    with pytest.raises(MissingStackError) as caught:
        options(project, verb, *selected)
    assert caught.value.problem.startswith(problem)
    assert caught.value.fix == fix
    assert caught.value.exit_code == 2


def test_dependencies_that_are_applied_may_be_missing(project: Project) -> None:
    assert options(project, "deploy", "one", "two", "three") == []
    file = state(project, "dev-one")
    assert options(project, "deploy", "two") == [IGNORE_OPTION]
    with pytest.raises(MissingStackError, match="dev-two depends on dev-one, which is not selected\n"):
        options(project, "deploy", "two", "three")
    for content in ("{", '{"resources": []}', ""):
        file.write_text(content)
        with pytest.raises(MissingStackError, match="not applied"):
            options(project, "deploy", "two")


def test_dependents_that_are_destroyed_may_be_missing(project: Project) -> None:
    assert options(project, "destroy", "three") == []
    assert options(project, "destroy", "two") == [IGNORE_OPTION]
    state(project, "dev-three", "[]")
    assert options(project, "destroy", "two") == [IGNORE_OPTION]
    state(project, "dev-three")
    with pytest.raises(
        MissingStackError, match="dev-two is used by dev-three, which is not selected and not destroyed"
    ):
        options(project, "destroy", "two")


def test_missing_dependency_stops_the_deploy_before_cdktf(dev: Project) -> None:
    done = dev.run("lakekit", "deploy", "dev", "--stack", "two", "--auto-approve")
    assert done.returncode == 2
    assert "Fix:   add --stack one" in done.stderr
    assert dev.run("lakekit", "deploy", "dev", "--stack", "one", "--auto-approve").returncode == 0
    done = dev.run("lakekit", "deploy", "dev", "--stack", "two", "--auto-approve")
    assert done.returncode == 0, done.stderr
    assert dev.state("dev-two")
