"""Messages about invalid environment files: our sentences, the right line, every problem, and quickly."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit.environment import load, load_file
from lakekit.errors import EnvironmentFileError
from lakekit_policies.shared.yaml_text import YamlProblemError, parse_yaml
from nonempty import nonempty

ENVIRONMENTS = Path(__file__).resolve().parents[2] / "stacks/environments"
VALID = (ENVIRONMENTS / "dev.yaml").read_text()
# Words of pydantic's own messages.
FOREIGN = ("input should", "instance of", "valid dictionary", "valid list", "field required", "value error",
           "unable to", "pydantic", "model_type", "typeerror", "keyerror")  # fmt: skip
WRONG = (None, [], {}, [1], {"x": 1}, "not a value", "", -1, 10**12, 1.5, True)


def problem_in(file: Path, text: str) -> EnvironmentFileError | None:
    """Return the error about a file with this text; None if it is valid."""
    file.write_text(text)
    try:
        load_file(file)
    except EnvironmentFileError as error:
        return error
    return None


def problem_of(tmp_path: Path, text: str) -> EnvironmentFileError:
    file = tmp_path / "dev.yaml"
    file.write_text(text)
    with pytest.raises(EnvironmentFileError) as caught:
        load_file(file)
    return caught.value


def unreadable(folder: Path, kind: str) -> Path:
    """Create an environment file that cannot be read."""
    file = folder / "broken.yaml"
    match kind:
        case "latin":
            file.write_bytes("owner: Zoë".encode("latin-1"))
        case "utf-16":
            file.write_bytes("owner: x".encode("utf-16"))
        case "dangling":
            file.symlink_to(folder / "missing")
        case "loop":
            file.symlink_to(file)
        case "folder":
            file.mkdir()
        case "fifo":
            os.mkfifo(file)
        case "huge":
            file.touch()
            os.truncate(file, 1 << 40)
    return file


@pytest.mark.usefixtures("deadline")
@pytest.mark.parametrize("kind", ["latin", "utf-16", "dangling", "loop", "folder", "fifo", "huge", "missing"])
def test_unreadable_file_has_a_fix(tmp_path: Path, kind: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        load_file(unreadable(tmp_path, kind))
    assert caught.value.problem.startswith("cannot be read: ")
    assert caught.value.where
    assert caught.value.fix


def keys(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path of every key of a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*at, key)
            yield from keys(inner, (*at, key))


def changed(document: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return the document with another value at a path."""
    head, *rest = path
    return {**document, head: changed(document[head], tuple(rest), value) if rest else value}


def test_no_message_is_that_of_pydantic(tmp_path: Path) -> None:
    document = {**load("dev", ENVIRONMENTS).model_dump(mode="json"), **yaml.safe_load(VALID)}
    rejected = 0
    for path in nonempty(list(keys(document))):
        for value in WRONG:
            found = problem_in(tmp_path / "dev.yaml", yaml.safe_dump(changed(document, path, value)))
            rejected += found is not None
            text = str(found).lower()
            assert [word for word in FOREIGN if word in text] == [], f"{path} = {value!r}: {found}"
            assert found is None or (found.where and found.fix), found
    assert rejected > 500


def test_problem_of_a_section_names_the_section(tmp_path: Path) -> None:
    document = {**yaml.safe_load(VALID), "streaming": True}
    error = problem_of(tmp_path, yaml.safe_dump(document))
    assert error.problem == "streaming: expected a section with keys, not true"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01 10:00:00", "2026-01-01T10:00:00"),
        ("false", "false"),
        ("-.inf", "-.inf"),
        ("!!set {a}", "a set"),
    ],
)
def test_values_are_shown_as_in_yaml(tmp_path: Path, given: str, shown: str) -> None:
    error = problem_of(tmp_path, VALID.replace("owner: ", f"owner: {given} #"))
    assert error.problem == f"owner: expected text, not {shown}"


def test_every_problem_is_shown(tmp_path: Path) -> None:
    text = VALID.replace("region: eu-west-1", "region: nowhere").replace("tier: dev", "tier: prd")
    error = problem_of(tmp_path, text + "\nunknown: 1\nregoin: 2\n")
    assert len(error.others) == 3
    for key in ("unknown", "regoin", "region", "tier"):
        assert key in str(error)
    assert "more problem" not in str(error)


def test_validator_of_several_keys_reports_the_line_of_the_key(tmp_path: Path) -> None:
    document = yaml.safe_load(VALID)
    document["governance"].pop("roles", None)
    text = yaml.safe_dump(document, sort_keys=False)
    text = text.replace(
        "governance:\n",
        "governance:\n  roles:\n    analyst:\n      trusted_principals: [analyst]\n      read:\n        zone: [gold]\n",
        1,
    )
    error = problem_of(tmp_path, text)
    line = text.splitlines().index("        zone: [gold]") + 1
    assert "governance.roles.analyst.read.zone: gold is not one of" in error.problem
    assert str(error.where).endswith(f"dev.yaml:{line}")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: &x [*x]", "the alias *x refers to a value that contains it", 1),
        ("a: 1\nb: &y {c: *y}", "the alias *y refers to a value that contains it", 2),
        ("a: 1\nb: 2026-02-31", "'2026-02-31' is not a valid timestamp (day is out of range for month)", 2),
        ("a: 2026-13-01", "month must be in 1..12", 1),
        ("a: " + "[" * 5_000, "nested more than 50 levels deep", 1),
        ("a: " + "{b: " * 5_000, "nested more than 50 levels deep", 1),
        ("x: 1\n" * 400_000, "2,000,000 characters; at most 1,000,000 are read", None),
        ("".join(f"k{n}: [{'1,' * 100}]\n" for n in range(2_000)), "more than 100,000 values", None),
        ("a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)),
         "more than 100,000 values, aliases included", 6),
        ("a: !!int x", "is not a valid int", 1),
        ("a: " + "9" * 5_000, "… is too long: 5,000 characters; quote it if it is text", 1),
        ("a: 0x" + "f" * 9_000, "… is too long: 9,002 characters", 1),
        ("a:\n\tb: 1", "tabs are not allowed for indentation, use spaces", 2),
        ("\ta: 1", "tabs are not allowed for indentation, use spaces", 1),
        ("a: !!python/object:os.system x", "could not determine a constructor", 1),
        ("? [1]\n: 2", "unhashable key", 1),
        ("\x00", "the character U+0000 is not allowed", 1),
        ('a: 1\r\nb: "ä"\rc: \x01', "the character U+0001 is not allowed", 3),
        ("a: 1\n5: x", 'the key 5 is a number, not text; write it in quotes: "5"', 2),
        ("a:\n  b: [{yes: x}]", "the key yes is true or false, not text", 2),
        ("a: 1\n2026-01-01: x", "the key 2026-01-01 is a date, not text", 2),
        ("a: 1\n~: x", "the key ~ is nothing, not text", 2),
        ("a: 1\n!!binary aGk=: x", "the key aGk= is a value of the type tag:yaml.org,2002:binary, not text", 2),
        ("*x", "undefined alias", 1),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_unusual_yaml_ends_quickly_with_one_line(tmp_path: Path, text: str, problem: str, line: int | None) -> None:
    start = time.process_time()
    error = problem_of(tmp_path, text)
    assert time.process_time() - start < 2
    assert problem in error.problem
    assert "\n" not in error.problem
    assert len(error.problem) < 300
    assert str(error.where).endswith(f":{line}" if line else "")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:&*[]{}-?!<>|'\"# \n0129.,\t~%@`=", max_size=60))
def test_any_text_is_parsed_or_has_a_problem_of_one_line(text: str) -> None:
    assert "\n" not in problem_in_yaml(text)


def problem_in_yaml(text: str) -> str:
    """Return the problem of a text; empty if it is YAML."""
    try:
        parse_yaml(text)
    except YamlProblemError as error:
        return error.problem
    return ""


@pytest.mark.parametrize("name", ["../../x", "", "a b", "a\x1b[2Jb", "Prod", "thirteenchars"])
def test_no_command_is_proposed_that_rejects_the_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        load(name, tmp_path)
    assert "`lakekit env new NAME`" in str(caught.value.fix)
