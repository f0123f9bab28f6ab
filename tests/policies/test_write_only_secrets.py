"""Values of write-only arguments are in no plan: where the configuration holds them, they are found by expression."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out
from plan_documents import write_plan

PASSWORD = "Hunter2xx" + "Qwerty9"
ADDRESS = "aws_rds_cluster.c"


@pytest.mark.parametrize(
    ("expression", "is_literal"),
    [
        ('${join("", ["Hunter2xx", "Qwerty9"])}', True),
        ('${base64decode("SHVudGVyMnh4UXdlcnR5OQ==")}', True),
        ('${file("password.txt")}', True),
        ("${var.password}", True),
        ("${var.given}", False),
        ('${join("", [var.given, "x"])}', False),
        ("${ephemeral.aws_secretsmanager_secret_version.s.secret_string}", False),
        ('${data.aws_ssm_parameter.p["a"].value}', False),
        ("${uuid()}", False),
    ],
)
def test_write_only_argument_of_a_stack(tmp_path: Path, expression: str, *, is_literal: bool) -> None:
    cluster = resource("dev-storage/C", engine="aurora-mysql", master_password_wo=expression)
    variables = {"password": {"default": PASSWORD, "ephemeral": True}, "given": {"ephemeral": True}}
    stack = configuration({"aws_rds_cluster": {"c": cluster}}, variable=variables)
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
