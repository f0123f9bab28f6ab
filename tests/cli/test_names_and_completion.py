"""Tests of `lakekit names`, `lakekit completion` and `--format json` of all commands with tables."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_project import REPOSITORY, Project

from lakekit.environment import load
from lakekit_cli.commands.names import KINDS, referable_names
from lakekit_cli.main import COMMANDS, lakekit
from nonempty import nonempty

LAKEKIT = "lakekit"
ENVIRONMENTS = REPOSITORY / "stacks/environments"


def commands(group: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Return every command that is not a group, with its full name."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for part in group.list_commands(context):
            if (found := group.get_command(context, part)) is not None:
                yield from commands(found, f"{name} {part}".strip())
    else:
        yield name, group


# -- names ------------------------------------------------------------------------------------------------------------


def test_names_of_an_environment(dev: Project) -> None:
    found = json.loads(dev.run(LAKEKIT, "names", "dev", "--format", "json").stdout)
    assert {"kind": "zone", "name": "raw", "physical": "acme-dev-lake-raw-111111111111-eu-west-1",
            "reference": 'Zone.from_name(self, "…", "raw")', "key": "lake.zones.raw"} in found  # fmt: skip
    table = dev.run(LAKEKIT, "names", "dev", "--kind", "database").stdout
    assert "acme_dev_curated" in table
    assert "Zone.from_name" not in table
    none = dev.run(LAKEKIT, "names", "dev", "--kind", "kafka-cluster")
    assert none.returncode == 0
    assert "dev has no kafka-cluster" in none.stderr


def test_names_are_those_that_the_stacks_create(synthesized: Path) -> None:
    """Physical names are computed without cdktf, and the reference stacks create them."""
    environment = load("dev", ENVIRONMENTS)
    text = "\n".join(file.read_text() for file in synthesized.glob("stacks/dev-*/cdk.tf.json"))
    physical = [name for name in referable_names(environment) if name.physical]
    assert {name.kind for name in physical} >= {"zone", "database", "role", "workgroup", "spark-application"}
    for name in nonempty(physical):
        assert f'"{name.physical}"' in text, name


def test_names_have_known_kinds() -> None:
    kinds = {name.kind for file in ("dev", "local") for name in referable_names(load(file, ENVIRONMENTS))}
    assert kinds <= set(KINDS)


# -- completion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(project: Project, shell: str) -> None:
    done = project.run(LAKEKIT, "completion", shell)
    assert done.returncode == 0
    assert "_LAKEKIT_COMPLETE" in done.stdout
    assert project.run(LAKEKIT, "completion", "csh").returncode == 2


def test_completion_script_of_bash_is_valid(project: Project) -> None:
    script = project.run(LAKEKIT, "completion", "bash").stdout
    assert project.run("bash", "-n", answer=script).returncode == 0
    assert "complete" in project.run("bash", "-c", f"{script}\ncomplete -p lakekit").stdout


def completed(project: Project, words: str, count: int) -> list[str]:
    environ = {"_LAKEKIT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    lines = project.run(LAKEKIT, environ=environ).stdout.splitlines()
    return [line.partition(",")[2] for line in lines]


def test_commands_options_and_environments_are_completed(dev: Project) -> None:
    assert completed(dev, "lakekit de", 1) == ["deploy", "destroy"]
    assert completed(dev, "lakekit deploy d", 2) == ["dev"]
    assert sorted(completed(dev, "lakekit env s", 2)) == ["schema", "show"]
    assert "--auto-approve" in completed(dev, "lakekit deploy --", 2)
    assert completed(dev, "lakekit completion z", 2) == ["zsh"]


def test_rules_are_completed(project: Project) -> None:
    assert "LK_PLAN_9" in completed(project, "lakekit policies explain LK_PLAN", 3)
    assert "LK_PLAN_9" in completed(project, "lakekit policies explain lk_plan_9", 3)


@pytest.mark.parametrize("words", ["lakekit deplyo d", "lakekit policies nope x", "lakekit --nope deploy d"])
def test_completion_prints_no_errors(project: Project, words: str) -> None:
    environ = {"_LAKEKIT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    assert project.run(LAKEKIT, environ=environ).stderr == ""


# -- one spelling of JSON ----------------------------------------------------------------------------------------------


def uses_table(command: click.Command) -> bool:
    """Whether the module of a command prints a table in the function of the command or those it calls."""
    callback = inspect.unwrap(command.callback or uses_table)
    source = Path(str(inspect.getsourcefile(callback))).read_text()
    functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    todo, seen = [callback.__name__], set[str]()
    while todo:
        name = todo.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        called = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        if called & {"print_table", "print_plans", "CdktfRun"}:
            return True
        todo += called
    return False


def test_every_command_with_a_table_has_format_json() -> None:
    found = {name: command for name, command in commands(lakekit) if uses_table(command)}
    assert {"deploy", "plan", "env list", "doctor", "local status", "names", "policies list", "access"} <= set(found)
    for name, command in nonempty(found.items()):
        choices = {option: getattr(p.type, "choices", ()) for p in command.params for option in p.opts}
        assert "json" in choices.get("--format", ()), name


def test_json_has_one_spelling() -> None:
    assert len(COMMANDS) > 15
    for name, command in nonempty(list(commands(lakekit))):
        assert "--json" not in {option for parameter in command.params for option in parameter.opts}, name


def test_environments_as_json(dev: Project) -> None:
    (found,) = json.loads(dev.run(LAKEKIT, "env", "list", "--format", "json").stdout)
    assert found["environment"] == "dev"
    assert found["account_id"] == "111111111111"
    (dev.root / "stacks/environments/bad.yaml").write_text("tier: dev\n")
    done = dev.run(LAKEKIT, "env", "list", "--format", "json")
    assert done.returncode == 2
    assert "error" in {key for row in json.loads(done.stdout) for key in row}
