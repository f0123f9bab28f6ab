"""Expressions are evaluated as Terraform evaluates them; what is not decided stays unknown."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from expression_samples import LOCALS, VARIABLES, expression

from lakekit_cli.toolchain import find_terraform
from lakekit_policies.terraform.evaluation import UNKNOWN, HclSet, Scope, has_unknown
from nonempty import nonempty

PER_CALL = 100


def of_terraform(folder: Path, expressions: list[str]) -> list[Any]:
    """The value of each expression; ``ERROR``, which is no value, for an error and for what Terraform does not know."""
    declared = {
        name: {"default": value} | ({"type": "bool"} if value is None else {}) for name, value in VARIABLES.items()
    }
    (folder / "main.tf.json").write_text(json.dumps({"locals": LOCALS, "variable": declared}))
    text = ", ".join(f'try(jsonencode({one}), "ERROR")' for one in expressions)
    done = subprocess.run(
        [str(find_terraform().path), "console"],
        cwd=folder,
        input=f"jsonencode([{text}])\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if "(known after apply)" in done.stdout:
        half = len(expressions) // 2
        parts = (expressions[:half], expressions[half:])
        return [one for part in parts for one in of_terraform(folder, part)] if half else ["ERROR"]
    return [one if one == "ERROR" else json.loads(one) for one in json.loads(json.loads(done.stdout))]


@pytest.mark.parametrize("seed", range(8))
def test_values_are_those_of_terraform(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    expressions = [expression(source, source.randint(1, 3)) for _ in range(PER_CALL)]
    scope = Scope(LOCALS, VARIABLES)
    values = [scope.written("${" + text + "}").value for text in expressions]
    compared = [
        (text, json.dumps(value, sort_keys=True), json.dumps(expected, sort_keys=True))
        for text, value, expected in zip(expressions, values, of_terraform(tmp_path, expressions), strict=True)
        if expected != "ERROR" and not has_unknown(value)
    ]
    assert [one for one in nonempty(compared) if one[1] != one[2]] == []
    assert len(compared) > PER_CALL / 2


UNUSUAL = [
    "alltrue([null])",
    "anytrue([null, true])",
    "anytrue([null])",
    'length({"//" = "x"})',
    'try(jsondecode("NaN"), "d")',
    'trimspace(" \\u001ca ")',
    'jsondecode("\\"\\\\ud800\\"")',
    '[for k in ["b"] : {(k) = 1}][0]',
    '{(true ? "a" : "b") = 1}',
    '[for k in [["b"]] : {(k[0]) = 1}][0]',
    "{a = 1}",
]


def test_unusual_values_are_those_of_terraform(tmp_path: Path) -> None:
    scope = Scope(LOCALS, VARIABLES)
    for text, expected in zip(UNUSUAL, of_terraform(tmp_path, UNUSUAL), strict=True):
        value = scope.written("${" + text + "}").value
        assert value is UNKNOWN or value == expected, text


def test_a_comment_key_of_json_is_a_key_in_an_expression() -> None:
    scope = Scope({"one": {"//": "x"}})
    assert scope.written({"//": "x"}).value == {"//": "x"}
    assert scope.written("${local.one}").value == {"//": "x"}


UNDECIDED = [
    "aws_sqs_queue.q.arn",
    "[for x in aws_sqs_queue.q : x]",
    'uuid() == "" ? [] : [1]',
    "data.aws_regions.r.names",
    "each.value",
    "length(aws_sqs_queue.q.tags) > 0 ? [1] : []",
    "local.missing",
    "var.missing",
    "local.cycle",
    "try(aws_sqs_queue.q.arn, [])",
    'regexall("x", "y")',
    "a b",
    '"%{ if true }x%{ endif }"',
    "[",
    "(" * 2000 + "1" + ")" * 2000,
    "range(1000000)",
    "local.wide",
]


@pytest.mark.parametrize("text", UNDECIDED)
def test_other_values_are_unknown(text: str) -> None:
    doubled = {f"d{number}": [f"${{local.d{number - 1}}}"] * 2 for number in range(1, 40)} | {"d0": ["x"]}
    locals_ = {"cycle": "${local.cycle}", "wide": "${jsonencode(local.d39)}", **doubled}
    assert Scope(locals_).written("${" + text + "}").value is UNKNOWN


def test_parts_can_be_unknown() -> None:
    assert Scope().written(["${aws_sqs_queue.q.arn}", "x"]).value == [UNKNOWN, "x"]
    assert Scope().written("${length([aws_sqs_queue.q.arn])}").value == 1


def test_default_of_a_variable_is_not_final() -> None:
    scope = Scope({"chosen": "${var.on}"}, {"on": True, "given": True}, defaults=["on"])
    assert scope.written("${var.on ? [1] : []}").is_final is False
    assert scope.written("${local.chosen ? [1] : []}").is_final is False
    assert scope.written("${var.given ? [1] : []}").is_final
    assert scope.written("${true ? [1] : [var.on]}").is_final
    assert scope.written("${var.missing}").is_final is False


def test_set_has_its_elements_once() -> None:
    found = Scope().written('${toset(["b", "a", "b"])}').value
    assert isinstance(found, HclSet)
    assert found == ["a", "b"]
