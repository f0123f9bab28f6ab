"""Values of write-only arguments are in no plan: where the configuration holds them, they are found by expression."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out
from plan_documents import write_plan

PASSWORD = "Hunter2xx" + "Qwerty9"
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:acme"
ADDRESS = "aws_rds_cluster.c"


@pytest.mark.parametrize(
    ("expression", "is_literal"),
    [
        ('${join("", ["Hunter2xx", "Qwerty9"])}', True),
        ('${base64decode("SHVudGVyMnh4UXdlcnR5OQ==")}', True),
        ('${file("password.txt")}', True),
        ("${var.password}", True),
        ("${trimspace(var.password)}", True),
        ('${format("%s%s", var.password, "x")}', True),
        ("x-${var.password}", True),
        ("${jsondecode(var.settings).password}", True),
        ('${var.nested["password"]}', True),
        ("${var.nested.password}", True),
        ("${sensitive(local.password)}", True),
        ("${var.given}", False),
        ("${trimspace(var.given)}", False),
        ("${trimspace(var.empty)}", False),
        ('${format("%s%s", var.password, var.given)}', False),
        ("${local.given}", False),
        ('${join("", [var.given, "x"])}', False),
        ("${ephemeral.aws_secretsmanager_secret_version.s.secret_string}", False),
        ('${data.aws_ssm_parameter.p["a"].value}', False),
        ("${uuid()}", False),
    ],
)
def test_write_only_argument_of_a_stack(tmp_path: Path, expression: str, *, is_literal: bool) -> None:
    cluster = resource("dev-storage/C", engine="aurora-mysql", master_password_wo=expression)
    variables = {
        "password": {"default": PASSWORD, "ephemeral": True},
        "settings": {"default": json.dumps({"password": PASSWORD})},
        "nested": {"default": {"password": PASSWORD}},
        "empty": {"default": ""},
        "given": {"ephemeral": True},
    }
    locals_ = {"password": PASSWORD, "given": "${var.given}"}
    stack = configuration({"aws_rds_cluster": {"c": cluster}}, variable=variables, locals=locals_)
    verdict = warm_gate().evaluate_synth(write_out(tmp_path, a=stack))
    assert found(verdict, "LK_SECRET_1") == [ADDRESS] * is_literal


@pytest.mark.parametrize(
    ("expression", "is_literal"),
    [
        ({}, True),
        ({"constant_value": '${join("", ["Hunter2xx", "Qwerty9"])}'}, True),
        ({"references": ["var.password"]}, True),
        ({"references": ["var.given"]}, False),
        ({"references": ["ephemeral.random_password.p.result", "ephemeral.random_password.p"]}, False),
    ],
)
def test_write_only_argument_of_a_plan(tmp_path: Path, expression: dict[str, Any], *, is_literal: bool) -> None:
    written = {ADDRESS: {"master_password_wo": expression}}
    path = write_plan(tmp_path / "plan.json", {ADDRESS: {"engine": "aurora-mysql"}}, written)
    document = json.loads(path.read_text())
    document["configuration"]["root_module"]["variables"] = {"password": {"default": PASSWORD}, "given": {}}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_SECRET_1") == [ADDRESS] * is_literal


@pytest.mark.parametrize(
    ("written", "expression", "is_literal"),
    [
        (PASSWORD, {"constant_value": PASSWORD}, True),
        ("${var.password}", {"references": ["var.password"]}, True),
        ('${join("", ["Hunter2xx", "Qwerty9"])}', {}, True),
        ("${var.given}", {"references": ["var.given"]}, False),
        (SECRET, {"constant_value": SECRET}, False),
        (
            "${ephemeral.random_password.p.result}",
            {"references": ["ephemeral.random_password.p.result", "ephemeral.random_password.p"]},
            False,
        ),
    ],
)
@pytest.mark.parametrize("kind", ["String", "SecureString"])
@pytest.mark.parametrize(
    "place",
    [
        "aws_ssm_parameter.x.value_wo",
        "aws_secretsmanager_secret_version.x.secret_string_wo",
        "aws_db_instance.x.password_wo",
    ],
)
def test_both_stages_report_the_same(
    tmp_path: Path, place: str, kind: str, written: str, expression: dict[str, Any], *, is_literal: bool
) -> None:
    """The name of an argument does not decide: every write-only argument is a secret."""
    address, _, argument = place.rpartition(".")
    variables = {"password": {"default": PASSWORD, "ephemeral": True}, "given": {"ephemeral": True}}
    body = resource("dev-storage/X", **{"type": kind, argument: written})
    stack = configuration({address.partition(".")[0]: {"x": body}}, variable=variables)
    verdict = warm_gate().evaluate_synth(write_out(tmp_path / "out", a=stack))
    assert found(verdict, "LK_SECRET_1") == [address] * is_literal
    path = write_plan(tmp_path / "plan.json", {address: {"type": kind}}, {address: {argument: expression}})
    document = json.loads(path.read_text())
    document["configuration"]["root_module"]["variables"] = {"password": {"default": PASSWORD}, "given": {}}
    path.write_text(json.dumps(document))
    assert found(warm_gate().evaluate_plan(path), "LK_SECRET_1") == [address] * is_literal
