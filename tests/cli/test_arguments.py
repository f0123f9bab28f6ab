"""How a Terraform command line is dealt out to plan and apply."""

from __future__ import annotations

import pytest

from lakekit_cli.terraform_gate.arguments import ArgumentError, parse


def plan(*words: str, **environ: str) -> list[str]:
    return parse(words, environ).plan_words("P")


def apply(*words: str, **environ: str) -> list[str]:
    return parse(words, environ).apply_words("P")


@pytest.mark.parametrize("command", ["apply", "plan", "destroy"])
def test_commands_that_change_things_are_gated(command: str) -> None:
    assert parse([command], {}).gated
    assert not parse([command, "-help"], {}).gated
    assert parse(["-chdir=x", command, "-auto-approve"], {}).gated


@pytest.mark.parametrize("words", [["init"], ["output", "-json"], ["-v"], ["version", "-json"], [], ["state", "list"]])
def test_the_rest_is_not(words: list[str]) -> None:
    assert not parse(words, {}).gated


@pytest.mark.parametrize(
    ("words", "planned", "applied"),
    [
        (["-var=a=b"], ["-var=a=b"], ["-var=a=b"]),
        (["-var", "a=b"], ["-var=a=b"], ["-var=a=b"]),
        (["--var-file", "f"], ["-var-file=f"], ["-var-file=f"]),
        (["-target=x.y", "-replace", "x.z"], ["-target=x.y", "-replace=x.z"], []),
        (["-refresh-only"], ["-refresh-only"], []),
        (["-refresh=false"], ["-refresh=false"], []),
        (
            ["-lock=false", "-lock-timeout", "3s"],
            ["-lock=false", "-lock-timeout=3s"],
            ["-lock=false", "-lock-timeout=3s"],
        ),
        (["-parallelism=3", "-no-color"], ["-parallelism=3", "-no-color"], ["-parallelism=3", "-no-color"]),
        (["-state", "s", "-state-out=o", "-backup=-"], ["-state=s"], ["-state=s", "-state-out=o", "-backup=-"]),
        (["-auto-approve", "-input=true"], [], []),
        (["-destroy"], ["-destroy"], []),
        (["-compact-warnings", "-json"], ["-compact-warnings", "-json"], ["-compact-warnings", "-json"]),
        (["-unheard-of"], ["-unheard-of"], []),
    ],
)
def test_flags_go_where_terraform_takes_them(words: list[str], planned: list[str], applied: list[str]) -> None:
    assert plan("apply", *words)[2:-1] == planned
    assert apply("apply", *words)[2:-1] == applied


def test_destroy_is_a_plan_to_destroy() -> None:
    assert plan("destroy", "-no-color") == ["plan", "-input=false", "-destroy", "-no-color", "-out=P"]
    assert plan("apply", "-destroy=false") == ["plan", "-input=false", "-out=P"]
    assert parse(["apply", "-destroy"], {}).destroys
    assert not parse(["apply", "-destroy", "-destroy=false"], {}).destroys


def test_a_value_is_not_taken_for_a_saved_plan() -> None:
    assert parse(["apply", "-var", "saved", "plan"], {}).operands == ("plan",)
    assert parse(["apply", "-auto-approve", "plan"], {}).operands == ("plan",)
    assert parse(["apply", "--", "-plan"], {}).operands == ("-plan",)


def test_the_directory_is_chdir_s() -> None:
    assert parse(["-chdir=there", "apply"], {}).directory == "there"
    assert plan("-chdir=there", "apply")[0] == "-chdir=there"
    assert parse(["apply"], {}).directory == "."


def test_arguments_from_variables_count_too() -> None:
    command = parse(
        ["apply", "-no-color"], {"TF_CLI_ARGS": "-lock=false", "TF_CLI_ARGS_apply": "-var 'a=b c' -auto-approve"}
    )
    assert command.has("auto-approve")
    assert command.plan_words("P")[2:-1] == ["-lock=false", "-var=a=b c", "-no-color"]
    assert parse(["apply"], {"TF_CLI_ARGS_apply": "other.plan"}).operands == ("other.plan",)
    assert parse(["apply"], {"TF_CLI_ARGS_plan": "-destroy"}).plan_words("P") == ["plan", "-input=false", "-out=P"]


@pytest.mark.parametrize("words", [["apply", "-var"], ["apply", "-target"]])
def test_a_flag_without_its_value_is_refused(words: list[str]) -> None:
    with pytest.raises(ArgumentError, match="needs an argument"):
        parse(words, {})


def test_unreadable_values_are_refused() -> None:
    with pytest.raises(ArgumentError, match="invalid boolean"):
        parse(["apply", "-auto-approve=perhaps"], {}).has("auto-approve")
    with pytest.raises(ArgumentError, match="cannot be split"):
        parse(["apply"], {"TF_CLI_ARGS": "'"})
