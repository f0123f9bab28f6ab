"""Tests of splitting a Terraform command line between plan and apply."""

from __future__ import annotations

import pytest

from lakekit_cli.terraform_gate.arguments import ArgumentError, parse


def plan(*arguments: str, **environ: str) -> list[str]:
    return parse(arguments, environ).plan_arguments("P")


def apply(*arguments: str, **environ: str) -> list[str]:
    return parse(arguments, environ).apply_arguments("P")


@pytest.mark.parametrize("command", ["apply", "plan", "destroy"])
def test_mutating_commands_are_gated(command: str) -> None:
    assert parse([command], {}).is_gated
    assert not parse([command, "-help"], {}).is_gated
    assert parse(["-chdir=x", command, "-auto-approve"], {}).is_gated


@pytest.mark.parametrize("arguments", [["init"], ["output", "-json"], ["-v"], ["version"], [], ["state", "list"]])
def test_other_commands_are_not_gated(arguments: list[str]) -> None:
    assert not parse(arguments, {}).is_gated


@pytest.mark.parametrize(
    ("arguments", "planned", "applied"),
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
def test_flags_are_split_between_plan_and_apply(arguments: list[str], planned: list[str], applied: list[str]) -> None:
    assert plan("apply", *arguments)[2:-1] == planned
    assert apply("apply", *arguments)[2:-1] == applied


def test_destroy_plans_with_destroy_flag() -> None:
    assert plan("destroy", "-no-color") == ["plan", "-input=false", "-destroy", "-no-color", "-out=P"]
    assert plan("apply", "-destroy=false") == ["plan", "-input=false", "-out=P"]
    assert parse(["apply", "-destroy"], {}).is_destroy
    assert not parse(["apply", "-destroy", "-destroy=false"], {}).is_destroy


def test_flag_value_is_not_a_saved_plan() -> None:
    assert parse(["apply", "-var", "saved", "plan"], {}).operands == ("plan",)
    assert parse(["apply", "-auto-approve", "plan"], {}).operands == ("plan",)
    assert parse(["apply", "--", "-plan"], {}).operands == ("-plan",)


def test_directory_comes_from_chdir() -> None:
    assert parse(["-chdir=there", "apply"], {}).directory == "there"
    assert plan("-chdir=there", "apply")[0] == "-chdir=there"
    assert parse(["apply"], {}).directory == "."


def test_tf_cli_args_are_merged() -> None:
    command = parse(
        ["apply", "-no-color"], {"TF_CLI_ARGS": "-lock=false", "TF_CLI_ARGS_apply": "-var 'a=b c' -auto-approve"}
    )
    assert command.has("auto-approve")
    assert command.plan_arguments("P")[2:-1] == ["-lock=false", "-var=a=b c", "-no-color"]
    assert parse(["apply"], {"TF_CLI_ARGS_apply": "other.plan"}).operands == ("other.plan",)
    assert parse(["apply"], {"TF_CLI_ARGS_plan": "-destroy"}).plan_arguments("P") == ["plan", "-input=false", "-out=P"]


@pytest.mark.parametrize("arguments", [["apply", "-var"], ["apply", "-target"]])
def test_flag_without_value_is_rejected(arguments: list[str]) -> None:
    with pytest.raises(ArgumentError, match="needs an argument"):
        parse(arguments, {})


def test_invalid_boolean_values_are_rejected() -> None:
    with pytest.raises(ArgumentError, match="invalid boolean"):
        parse(["apply", "-auto-approve=perhaps"], {}).has("auto-approve")
    with pytest.raises(ArgumentError, match="cannot be split"):
        parse(["apply"], {"TF_CLI_ARGS": "'"})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-version destroy -auto-approve", "version"),
        ("-chdir=x --version apply", "-chdir=x version"),
        ("apply -auto-approve -v", "version"),
        ("apply -- -v", "version"),
        ("-help destroy -auto-approve", "destroy -help"),
        ("-h state rm a", "state rm -help"),
        ("-chdir=x -help apply saved.plan", "-chdir=x apply -help"),
    ],
)
def test_version_and_help_run_nothing_else(line: str, words: str) -> None:
    """As Terraform 1.11 does, with the arguments dropped that have no effect then."""
    command = parse(line.split(), {})
    assert " ".join(command.words) == words
    assert not command.is_gated
