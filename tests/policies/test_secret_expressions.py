"""Secrets that are written inside of an expression."""

from __future__ import annotations

import pytest

from lakekit_policies.secrets.attributes import find_in_resource
from lakekit_policies.terraform.expression_parts import literals

SECRET = "Hunter2hunter2!"
UNKNOWN = "terraform_data.t.output"


@pytest.mark.parametrize(
    "expression",
    [
        f'{UNKNOWN} == "b" ? "x" : "{SECRET}"',
        f'{UNKNOWN} == "b" ? ({UNKNOWN} == "c" ? "{SECRET}" : "") : ""',
        f'join("", [{UNKNOWN}, "{SECRET}"])',
        f'format("%s-%s", "{SECRET}", {UNKNOWN})',
        f'coalesce({UNKNOWN}, "{SECRET}")',
        f'try({UNKNOWN}, "{SECRET}")',
        f'lookup({UNKNOWN}, "db", "{SECRET}")',
        f'base64encode("{SECRET}")',
        f'sensitive("{SECRET}")',
        f'replace("{SECRET}", "x", {UNKNOWN})',
        f'element(["{SECRET}"], {UNKNOWN})',
        f'"{SECRET}"',
    ],
)
@pytest.mark.parametrize(
    ("kind", "name"),
    [("aws_dms_endpoint", "password"), ("aws_elasticache_user", "passwords"), ("aws_api_gateway_api_key", "value")],
)
def test_literal_of_an_expression_is_a_secret(kind: str, name: str, expression: str) -> None:
    value = f"${{{expression}}}"
    assert list(find_in_resource(kind, {name: [value] if name.endswith("s") else value}))


@pytest.mark.parametrize(
    "expression",
    [
        f'var.x == "{SECRET}" ? data.a.b.secret : ""',
        'jsondecode(data.aws_secretsmanager_secret_version.x.secret_string)["password"]',
        'lookup(var.passwords, "database-main")',
        "try(random_password.x.result, null)",
        'var.secrets["database-main"]',
        'join("-", ["prod", random_password.x.result])',
        'jsonencode({"password": random_password.x.result, "user": var.user})',
        "(" * 5000,
    ],
)
@pytest.mark.parametrize(
    ("kind", "name"), [("aws_dms_endpoint", "password"), ("aws_secretsmanager_secret_version", "secret_string")]
)
def test_keys_conditions_and_references_are_no_secrets(kind: str, name: str, expression: str) -> None:
    assert list(find_in_resource(kind, {name: f"${{{expression}}}"})) == []


def test_document_of_jsonencode_is_read() -> None:
    value = '${var.a ? "{}" : jsonencode({"password": "hunter2hunter2"})}'
    found = list(find_in_resource("aws_secretsmanager_secret_version", {"secret_string": value}))
    assert found == ["secret_string.password: password holds a secret"]


def test_literals_are_those_that_the_expression_can_give() -> None:
    assert list(literals('var.a == "no" ? "yes" : lookup(var.m, "no", try(x.y, "also"))')) == ["yes", "also"]
