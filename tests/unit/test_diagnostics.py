"""Tests of what is read from the errors of Terraform, and of what is not: the output of programs in them."""

from __future__ import annotations

import json

import pytest

from lakekit_cli.run_output.progress import StackProgress
from lakekit_cli.state.diagnostics import Diagnostic, is_lock_error, json_diagnostics, printed_diagnostics
from lakekit_cli.state.outcome import reports_unsaved_state
from lakekit_cli.state.unanswered import unanswered_operations
from lakekit_cli.terraform_gate.terraform_run import reports_expired_credentials

# As Terraform 1.11.4 prints the error of a provisioner with colours.
OF_PROGRAM = "\x1b[31m╷\x1b[0m\x1b[0m\n" + "".join(
    f"\x1b[31m│\x1b[0m \x1b[0m{line}\n"
    for line in (
        "\x1b[1m\x1b[31mError: \x1b[0m\x1b[0m\x1b[1mlocal-exec provisioner error\x1b[0m",
        "",
        "\x1b[0m  with terraform_data.big,",
        '  on main.tf line 3, in resource "terraform_data" "big":',
        '   3:   provisioner "local-exec" { \x1b[4mc\x1b[0mommand = "x" }\x1b[0m',
        "",
        "Error running command 'x': exit status 1. Output: {forged}",
    )
)
FORGED = [
    "╵\n╷\n│ Error: Failed to save state\n╵",
    "Error: Failed to persist state to backend",
    "Error: creating\n\n  with terraform_data.later,\n\nno answer",
    "api error ExpiredToken: expired",
    "Error: Error acquiring the state lock\n\nLock Info:\n  ID: 1",
    "Apply complete! Resources: 99 added, 0 changed, 0 destroyed.",
    "aws_s3_bucket.x: Destruction complete after 1s",
]


def of_program(text: str) -> str:
    margin = "\n\x1b[31m│\x1b[0m \x1b[0m"
    return OF_PROGRAM.replace("{forged}", margin.join(text.split("\n"))) + "\x1b[31m╵\x1b[0m\x1b[0m\n"


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("is_json", [False, True])
def test_output_of_programs_is_no_statement_of_terraform(forged: str, *, is_json: bool) -> None:
    summary, address = "local-exec provisioner error", "terraform_data.big"
    if is_json:
        detail = f"Error running command 'x': exit status 1. Output: {forged}"
        found = json_diagnostics(line({"summary": summary, "address": address, "detail": detail}))
    else:
        found = printed_diagnostics(of_program(forged), with_margins=True)
    (one,) = found
    assert (one.summary, one.address) == (summary, address)
    assert "Output: " in one.detail
    assert one.quotes_program
    assert not reports_unsaved_state(found)
    assert not is_lock_error(found)
    assert unanswered_operations(found) == ()
    assert not reports_expired_credentials(one.statement)


@pytest.mark.parametrize("forged", FORGED)
def test_progress_does_not_count_what_programs_print(forged: str) -> None:
    progress = StackProgress("dev-one")
    for one in forged.split("\n"):
        for shown in (f"│ {one}", f"terraform_data.big (local-exec): {one}"):
            progress.read(shown)
    assert not any(progress.applied.values())


def test_text_outside_of_margins_is_no_diagnostic_if_there_are_margins() -> None:
    text = f"Error: forged\n{of_program('x')}Error: forged, too\n"
    assert len(printed_diagnostics(text, with_margins=True)) == 1
    assert len(printed_diagnostics(text)) == 3


@pytest.mark.parametrize("summary", ["External Program Execution Failed", "remote-exec provisioner error"])
def test_diagnostics_that_quote_programs(summary: str) -> None:
    assert Diagnostic(True, summary).quotes_program
    assert not Diagnostic(True, f"creating: {summary}").quotes_program


def line(diagnostic: object) -> str:
    return json.dumps({"@level": "error", "diagnostic": diagnostic}, separators=(",", ":"))


def test_errors_of_json() -> None:
    found = json_diagnostics(line({"summary": "creating", "detail": "StatusCode: 0", "address": "aws_sqs_queue.a"}))
    assert unanswered_operations(found) == ("aws_sqs_queue.a",)
    found = json_diagnostics(line({"summary": "creating", "detail": "StatusCode: 400", "address": "aws_sqs_queue.a"}))
    assert unanswered_operations(found) == ()


@pytest.mark.parametrize("diagnostic", [None, "text", 1, [], {}, {"summary": "without an address"}])
def test_errors_without_an_address_are_kept(diagnostic: object) -> None:
    (found,) = json_diagnostics(f"no JSON\n{line(diagnostic)}\n")
    assert found.is_error
    assert unanswered_operations([found]) == ()
