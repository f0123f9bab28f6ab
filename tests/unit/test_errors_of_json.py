"""Errors of `terraform apply -json`."""

from __future__ import annotations

import json

import pytest

from lakekit_cli.state.unanswered import unanswered_operations
from lakekit_cli.terraform_gate.followed import errors_of_json


def line(diagnostic: object) -> str:
    return json.dumps({"@level": "error", "diagnostic": diagnostic}, separators=(",", ":"))


def test_errors_have_the_form_of_the_text() -> None:
    text = errors_of_json(line({"summary": "creating", "detail": "StatusCode: 0", "address": "aws_sqs_queue.a"}))
    assert unanswered_operations(text) == ("aws_sqs_queue.a",)
    text = errors_of_json(line({"summary": "creating", "detail": "StatusCode: 400", "address": "aws_sqs_queue.a"}))
    assert unanswered_operations(text) == ()


@pytest.mark.parametrize("diagnostic", [None, "text", 1, [], {}, {"summary": "without an address"}])
def test_errors_without_an_address_are_kept(diagnostic: object) -> None:
    text = errors_of_json(f"no JSON\n{line(diagnostic)}\n")
    assert text.startswith("Error: ")
    assert unanswered_operations(text) == ()
