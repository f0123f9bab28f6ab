"""Text and JSON reports of verdicts."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from lakekit_policies import Finding, GateError, Verdict
from lakekit_policies.report.terminal import render, render_error
from lakekit_policies.verdict import in_report_order
from nonempty import nonempty

FINDING = Finding(
    rule_id="LK_S3_1",
    title="Buckets deny plain HTTP",
    severity="high",
    stack="prod-storage",
    address="aws_s3_bucket.Lake_Raw_Bucket_1A2B3C4D",
    path="prod-storage/Lake/Raw/Bucket",
    reason="no statement denies every request with aws:SecureTransport false, so plain HTTP is served",
    remedy="Use a Zone, or add the statement to the bucket policy. [see the guide]",
    reference="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices-and-more.html",
)
VERDICT = Verdict(
    stage="synth",
    findings=in_report_order(
        [
            FINDING,
            replace(FINDING, rule_id="LK_S3_9", severity="critical", title="Second", reason="Second"),
            replace(FINDING, rule_id="LK_KMS_1", severity="low", path="prod-storage/Lake/Key", address="aws_kms_key.K"),
        ]
    ),
    rules_run=82,
    resources=88,
    stacks=["prod-storage", "prod-catalog"],
    seconds=0.1234,
    notes=["prod-storage: modules are evaluated in the plan, not at synth: network"],
)


def text(verdict: Verdict, **settings: object) -> str:
    file = io.StringIO()
    options = {"file": file, "width": 80, **settings}
    render(verdict, Console(**options))  # type: ignore[arg-type]
    return file.getvalue()


def test_grouped_by_construct_worst_first() -> None:
    lines = text(VERDICT).splitlines()
    assert lines[0] == "prod-storage/Lake/Key"
    assert lines.count("prod-storage/Lake/Raw/Bucket") == 1
    heads = [line.split()[:2] for line in lines if line.startswith("  ") and " LK_" in line]
    assert heads == [["LOW", "LK_KMS_1"], ["CRITICAL", "LK_S3_9"], ["HIGH", "LK_S3_1"]]


def test_report_states_reason_and_fix() -> None:
    shown = text(VERDICT)
    assert "Why: no statement denies every request with aws:SecureTransport" in shown
    assert "Fix: Use a Zone, or add the statement to the bucket policy. [see the guide]" in shown
    assert FINDING.reference in shown, "a link stays in one piece"
    assert FINDING.address in shown
    assert shown.count("Why:") == 2, "a reason that repeats the title is left out"
    assert "evaluated in the plan" in shown


def test_summary() -> None:
    assert text(VERDICT).splitlines()[-2:] == [
        "REJECTED  3 findings: 1 critical, 1 high, 1 low",
        "         82 rules over 2 stacks, 88 resources, synth, 0.12 s",
    ]
    clean = replace(VERDICT, findings=[], notes=[])
    assert text(clean) == "CLEAN  82 rules over 2 stacks, 88 resources, synth, 0.12 s\n"


def test_warnings_are_shown_and_do_not_reject() -> None:
    warned = replace(VERDICT, findings=[], notes=[], warnings=[replace(FINDING, reason="the policy is not known yet")])
    shown = text(warned)
    assert "Warning: prod-storage/Lake/Raw/Bucket: LK_S3_1" in shown
    assert "Why: the policy is not known yet" in shown
    assert shown.splitlines()[-1].startswith("CLEAN")
    assert shown.splitlines()[-1].endswith("1 warning")
    assert (warned.clean, warned.exit_code) == (True, 0)
    assert Verdict.from_dict(json.loads(warned.to_json())) == warned


def test_unknown_value_is_shown_once_with_its_rules() -> None:
    unknown = replace(FINDING, reason="not known yet: aws_s3_bucket_policy.P.policy")
    warnings = [
        unknown,
        replace(unknown, rule_id="LK_S3_3", severity="critical"),
        replace(unknown, rule_id="LK_S3_9", reason="not known yet: aws_s3_bucket_policy.P.bucket"),
        replace(unknown, rule_id="CKV_AWS_93", address="aws_s3_bucket.Other"),
    ]
    verdict = replace(VERDICT, findings=[], notes=[], warnings=warnings)
    shown = text(verdict, width=200)
    assert shown.count("Warning:") == 3
    assert "LK_S3_3" in shown
    assert "Why: not known yet: aws_s3_bucket_policy.P.policy; also not evaluated: LK_S3_1" in shown
    assert shown.splitlines()[-1].endswith("4 warnings"), "counted by rule, as in the other reports"


def test_reports_of_an_earlier_version_are_read() -> None:
    data = VERDICT.to_dict()
    del data["warnings"], data["notes"]
    assert Verdict.from_dict(data) == replace(VERDICT, notes=[])


def test_fits_in_80_columns() -> None:
    lines = nonempty(text(VERDICT).splitlines())
    assert [line for line in lines if len(line) > 80 and FINDING.reference not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("terminal", [True, False])
def test_no_color_and_no_terminal(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = text(VERDICT, force_terminal=terminal)
    assert ("\x1b[31m" in coloured or "\x1b[1;31m" in coloured) is terminal
    monkeypatch.setenv("NO_COLOR", "1")
    plain = text(VERDICT, force_terminal=terminal)
    assert "\x1b[31m" not in plain
    assert "\x1b[1;31m" not in plain
    assert "CRITICAL LK_S3_9" in plain


def test_evaluation_error_is_reported() -> None:
    file = io.StringIO()
    render_error(GateError("engine_died", "the rule engine ended (exit code -9)"), Console(file=file, width=80))
    assert file.getvalue().splitlines() == [
        "COULD NOT EVALUATE (engine_died)",
        "  the rule engine ended (exit code -9)",
        "  Do not deploy this configuration.",
    ]


def test_json_matches_the_verdict() -> None:
    data = json.loads(VERDICT.to_json())
    assert (data["clean"], data["exit_code"], len(data["findings"])) == (False, 1, 3)
    assert Verdict.from_dict(data) == VERDICT


@pytest.mark.parametrize(
    "change", [{"clean": True}, {"exit_code": 0}, {"findings": []}, {"findings": [{}]}, {"stage": None}]
)
def test_contradictory_json_is_rejected(change: dict[str, object]) -> None:
    data = {**VERDICT.to_dict(), **change}
    if change == {"stage": None}:
        del data["stage"]
    with pytest.raises(ValueError, match="not a verdict"):
        Verdict.from_dict(data)


def test_order_is_deterministic() -> None:
    assert in_report_order(reversed(VERDICT.findings)) == VERDICT.findings
