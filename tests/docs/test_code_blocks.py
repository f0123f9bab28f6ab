"""Every code block of the README, the documentation and the contributor guide works."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import docs_programs
import docs_settings
import docs_shell_commands
import pytest
from docs_code_blocks import NEEDS, CodeBlock, all_blocks

BLOCKS = all_blocks()
LANGUAGES = (*docs_shell_commands.SHELL, "python", "yaml", "json", "toml", "text")


def of_language(*languages: str) -> list[object]:
    chosen = [block for block in BLOCKS if block.language in languages]
    return [pytest.param(block, id=f"{block.place} {block.needs}".strip()) for block in chosen]


def python_pages() -> dict[str, list[CodeBlock]]:
    """Python blocks by page: a later block sees the names of an earlier one."""
    pages: dict[str, list[CodeBlock]] = defaultdict(list)
    for block in BLOCKS:
        if block.language == "python" and not block.is_example:
            pages[block.file].append(block)
    return pages


PAGES = python_pages()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, docs_programs.Program]:
    """The Python blocks of each page in each tier, built and gated in one app."""
    found = {
        f"{page} {environment.tier}": docs_programs.Program(page, [block.text for block in blocks], environment)
        for number, (page, blocks) in enumerate(PAGES.items())
        for environment in docs_programs.environments(number)
    }
    report = docs_programs.build(list(found.values()), tmp_path_factory.mktemp("docs") / "cdktf.out")
    for program in found.values():
        if report and (program.environment.name in report or "docs" not in report):
            program.error = program.error or report
    return found


def test_every_block_is_of_a_known_kind() -> None:
    unknown = [
        f"{block.place}: {block.language or 'no language'}" for block in BLOCKS if block.language not in LANGUAGES
    ]
    assert unknown == [], "give the block one of these languages: " + ", ".join(LANGUAGES)
    assert len(BLOCKS) >= 40


@pytest.mark.parametrize("tier", ["sandbox", "prod"])
@pytest.mark.parametrize("page", list(PAGES))
def test_python_is_synthesized_and_passes_the_gate(
    page: str, tier: str, programs: dict[str, docs_programs.Program]
) -> None:
    assert programs[f"{page} {tier}"].error == ""


def test_python_blocks_build_stacks(programs: dict[str, docs_programs.Program]) -> None:
    stacks = {program.place: len(program.stacks) for program in programs.values()}
    assert stacks["README.md"] == 2
    assert stacks["docs/snowflake.md"] == 2
    assert sum(stacks.values()) >= 8


@pytest.mark.parametrize("block", of_language(*docs_shell_commands.SHELL))
def test_commands_and_options_exist(block: CodeBlock) -> None:
    commands = list(docs_shell_commands.commands(block))
    assert commands, f"{block.place}: no command; start command lines of a console block with `$ `"
    for command in commands:
        docs_shell_commands.check(command)


@pytest.mark.parametrize("block", of_language("yaml"))
def test_settings_are_valid(block: CodeBlock, tmp_path: Path) -> None:
    assert docs_settings.check(block.text, tmp_path)  # the kind of file that it is part of


@pytest.mark.parametrize("block", of_language("toml"))
def test_toml_is_toml(block: CodeBlock) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", of_language("json"))
def test_json_is_json(block: CodeBlock) -> None:
    assert docs_settings.parse_json(block.text)


def test_blocks_that_need_an_account_are_marked() -> None:
    """The commands that reach an account, by name: a block with one of them has to say so."""
    reaching = (
        "lakekit bootstrap",
        "lakekit plan",
        "lakekit snowflake",
        "lakekit deploy test",
        "lakekit certificates",
        "lakekit aws",
    )
    unmarked = [
        f"{block.place}: {command}"
        for block in BLOCKS
        if block.language in docs_shell_commands.SHELL and not block.needs
        for command in docs_shell_commands.commands(block)
        if command.startswith(reaching) and "--help" not in command
    ]
    assert unmarked == [], f"write `<!-- needs: … -->` above the block; one of {', '.join(NEEDS)}"


@pytest.mark.parametrize(
    "command",
    [
        "lakekit deply dev",
        "lakekit check --sinc main",
        "lakekit policies list --severity urgent",
        "lakekit gate plan",
        "make tests",
        "frobnicate",
        "pip install 'lakekit[snowflakes]'",
        "python benchmarks/nothing.py",
    ],
)
def test_a_wrong_command_is_found(command: str) -> None:
    with pytest.raises(ValueError, match=command.split(maxsplit=1)[0]):
        docs_shell_commands.check(command)
