"""SARIF, JUnit and Markdown reports: structure, comparison with a base, and escaping."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakekit_policies import Finding, Verdict
from lakekit_policies.gate.combine import combine
from lakekit_policies.report import FORMATS, markdown, text
from lakekit_policies.report.comparison import compare
from lakekit_policies.verdict import LedgerProblem, Waived, Waiver
from nonempty import nonempty

FINDING = Finding(
    rule_id="LK_S3_1",
    title="Buckets deny plain HTTP",
    severity="high",
    stack="prod-storage",
    address="aws_s3_bucket.Lake_Raw_1A",
    path="prod-storage/Lake/Raw/Bucket",
    reason="no statement denies plain HTTP",
    remedy="Use a Zone.",
    reference="https://docs.aws.amazon.com/s3",
    source="stacks/foundation/storage.py:14",
)
OTHER = replace(FINDING, rule_id="LK_KMS_1", severity="critical", address="aws_kms_key.K", path="prod-storage/Key")
WAIVED = replace(FINDING, rule_id="LK_S3_3", address="aws_s3_bucket.Out_2B", path="prod-storage/Out/Bucket")
WARNED = replace(FINDING, rule_id="LK_S3_6", severity="medium", reason="the key is known after apply")
WAIVER = Waiver(
    policy="LK_S3_3", target="prod-storage/Out", environment="prod", reason="the exporter writes SSE-S3 until its 4.2",
    owner="lake@acme.example", ticket="LAKE-123", expires="2026-12-31", source="policies/waivers.yaml:2",
)  # fmt: skip
EXPIRED = LedgerProblem("expired", "policies/waivers.yaml:11", "LK_S3_9 at 'prod-storage/X' was waived", "repair it")
VERDICT = Verdict(
    stage="synth", findings=[OTHER, FINDING], rules_run=82, resources=88, stacks=["prod-catalog", "prod-storage"],
    seconds=0.12, notes=["prod-storage: a note"], warnings=[WARNED], waived=[Waived(WAIVED, WAIVER)],
    ledger_problems=[EXPIRED],
)  # fmt: skip
CLEAN = replace(VERDICT, findings=[], warnings=[], waived=[], ledger_problems=[], notes=[])


def test_unknown_format_is_rejected() -> None:
    with pytest.raises(ValueError, match="choose one of json, sarif, junit, markdown"):
        text(VERDICT, "html")
    assert Verdict.from_dict(json.loads(text(VERDICT, "json"))) == VERDICT


# -- SARIF ---------------------------------------------------------------------------------------------------------


def run_of(verdict: Verdict, base: Verdict | None = None) -> dict[str, Any]:
    document = json.loads(text(verdict, "sarif", base))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    found: dict[str, Any] = run
    return found


def test_sarif_points_at_the_line_and_names_the_construct() -> None:
    run = run_of(VERDICT)
    result = next(one for one in run["results"] if one["ruleId"] == "LK_S3_1")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "stacks/foundation/storage.py", "uriBaseId": "PROJECT"},
        "region": {"startLine": 14},
    }
    assert [one["fullyQualifiedName"] for one in location["logicalLocations"]] == [FINDING.path, FINDING.address]
    assert result["level"] == "error"
    assert "Fix: Use a Zone." in result["message"]["text"]
    assert set(run["originalUriBaseIds"]) == {"PROJECT"}


def test_sarif_without_a_line_points_at_the_synthesized_file() -> None:
    bare = replace(VERDICT, findings=[replace(FINDING, source="", path="")], waived=[], warnings=[], ledger_problems=[])
    (result,) = run_of(bare)["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "cdktf.out/stacks/prod-storage/cdk.tf.json"


def test_sarif_rules_are_indexed_and_scored() -> None:
    run = run_of(VERDICT)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
    for result in nonempty(run["results"]):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    scores = {rule["id"]: rule["properties"]["security-severity"] for rule in rules}
    assert float(scores["LK_KMS_1"]) >= 9 > float(scores["LK_S3_1"]) >= 7


def test_sarif_suppresses_waived_and_marks_undetermined_findings() -> None:
    results = {one["ruleId"]: one for one in run_of(VERDICT)["results"]}
    (suppression,) = results["LK_S3_3"]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "LAKE-123, until 2026-12-31" in suppression["justification"]
    assert (results["LK_S3_6"]["kind"], results["LK_S3_6"]["level"]) == ("review", "none")
    assert results["LK_LEDGER"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 11}
    inline_waivers = replace(VERDICT, waived=[Waived(WAIVED, replace(WAIVER, source="stacks/a.py:3"))])
    found = next(one for one in run_of(inline_waivers)["results"] if one["ruleId"] == "LK_S3_3")
    assert found["suppressions"][0]["kind"] == "inSource"


def test_sarif_fingerprints_ignore_line_and_message() -> None:
    moved = replace(FINDING, source="stacks/other.py:99", reason="worded anew")
    prints = [
        run_of(replace(CLEAN, findings=[finding]))["results"][0]["partialFingerprints"]
        for finding in (FINDING, moved, OTHER)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_sarif_against_a_base() -> None:
    run = run_of(VERDICT, replace(CLEAN, findings=[FINDING]))
    states = {
        one["ruleId"]: one.get("baselineState") for one in run["results"] if one["ruleId"] in {"LK_S3_1", "LK_KMS_1"}
    }
    assert states == {"LK_S3_1": "unchanged", "LK_KMS_1": "new"}


def test_sarif_of_a_clean_run() -> None:
    run = run_of(CLEAN)
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


# -- JUnit ---------------------------------------------------------------------------------------------------------


def test_junit_counts_match_the_verdict() -> None:
    root = ElementTree.fromstring(text(VERDICT, "junit"))
    assert {key: root.get(key) for key in ("tests", "failures", "skipped", "errors")} == {
        "tests": "6", "failures": "3", "skipped": "1", "errors": "0",
    }  # fmt: skip
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["prod-catalog", "prod-storage", "waiver ledger"]
    case = suites["prod-storage"].findall("testcase")[1]
    assert (case.get("classname"), case.get("file"), case.get("line")) == (
        FINDING.path, "stacks/foundation/storage.py", "14",
    )  # fmt: skip
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "high"
    assert "Fix: Use a Zone." in str(failure.text)
    skipped = suites["prod-storage"].find("testcase/skipped")
    assert skipped is not None
    assert "until 2026-12-31 by lake@acme.example" in str(skipped.get("message"))


def test_junit_of_a_clean_run_has_a_passed_case_for_each_stack() -> None:
    root = ElementTree.fromstring(text(CLEAN, "junit"))
    assert [suite.get("tests") for suite in root] == ["1", "1"]
    assert (root.get("tests"), root.get("failures")) == ("2", "0")
    foreign = ElementTree.fromstring(text(replace(CLEAN, stacks=[], stage="plan"), "junit"))
    assert foreign.get("tests") == "1"


@given(st.text(), st.text())
def test_junit_is_valid_xml_for_any_text(reason: str, path: str) -> None:
    odd = replace(FINDING, reason=reason, path=path, source="")
    root = ElementTree.fromstring(text(replace(VERDICT, findings=[odd]), "junit"))
    assert int(root.get("failures", "0")) >= 1
    sarif = json.loads(text(replace(VERDICT, findings=[odd]), "sarif"))
    assert FINDING.rule_id in {result["ruleId"] for result in sarif["runs"][0]["results"]}


# -- Markdown ------------------------------------------------------------------------------------------------------


def test_markdown_lists_changes() -> None:
    gone = replace(FINDING, rule_id="LK_S3_5")
    base = replace(CLEAN, findings=[FINDING, gone, WAIVED])
    shown = text(VERDICT, "markdown", base)
    assert shown.startswith(markdown.MARKER)
    assert "1 waiver without effect, 2 findings" in shown
    assert "**1 new**, 1 fixed, **1 newly waived**, 1 as before." in shown
    sections = ["<b>New: 1</b>", "<b>Still there: 1</b>", "Waivers that have no effect", "Fixed: 1", "Waived: 1"]
    at = [shown.index(section) for section in sections]
    assert at == sorted(at)
    new = shown[at[0] : at[1]]
    assert "LK_KMS_1" in new
    assert "LK_S3_1" not in new
    assert "LK_S3_5" in shown[at[3] : at[4]]
    assert "| 🟠 high **new** | `LK_S3_3`" in shown
    assert shown.count("<details") == shown.count("</details>")


def test_markdown_without_a_base_marks_nothing_as_new() -> None:
    shown = text(VERDICT, "markdown")
    assert "<b>Findings: 2</b>" in shown
    assert "new**" not in shown
    assert shown.index("🔴 critical") < shown.index("🟠 high"), "the worst comes first"
    assert "`stacks/foundation/storage.py:14`" in shown


def test_markdown_of_a_clean_run_is_short() -> None:
    assert text(CLEAN, "markdown").splitlines()[2] == "### ✅ Lakekit gate: clean"
    assert len(text(CLEAN, "markdown", VERDICT).splitlines()) < 20


def test_markdown_escapes_quoted_text() -> None:
    odd = replace(
        FINDING,
        reason="a | b <img src=x onerror=alert(1)> [click](http://evil) @team `x` </details>",
        path="prod/`|<b>",
        source="",
    )
    shown = text(replace(CLEAN, findings=[odd]), "markdown")
    row = next(line for line in shown.splitlines() if "evil" in line)
    assert "<img" not in row
    assert "](http://evil)" not in row
    assert "@team" not in row
    assert "</details>" not in row
    assert row.replace("\\|", "").count("|") == 5, "four cells"


def test_markdown_fits_a_comment() -> None:
    many = [replace(FINDING, address=f"aws_s3_bucket.b{number}", path=f"prod/{number}") for number in range(2000)]
    shown = text(replace(CLEAN, findings=many), "markdown")
    assert len(shown) < 65_536
    assert shown.count("<details") == shown.count("</details>")
    assert "Too long for a comment" in shown


# -- combined verdicts ----------------------------------------------------------------------------------------------


def test_combined_verdict_deduplicates_findings() -> None:
    plan = replace(
        CLEAN,
        stage="plan",
        stacks=["prod-storage"],
        findings=[replace(FINDING, reason="as planned")],
        plan_sha256="ab12",
    )
    both = combine([VERDICT, plan])
    assert [finding.rule_id for finding in both.findings].count("LK_S3_1") == 1
    assert (both.stage, both.plan_sha256, both.resources) == ("synth and plan", "ab12", 88)
    assert "plan of prod-storage: sha256 ab12" in both.notes
    assert both.exit_code == 5
    assert combine([CLEAN]) is CLEAN
    with pytest.raises(ValueError, match="no verdicts"):
        combine([])


def test_combined_verdict_keeps_acknowledgements() -> None:
    plan = replace(CLEAN, stage="plan", acknowledged=[FINDING], acknowledged_by="jane: retired", acknowledged_at="2026")
    both = combine([CLEAN, plan, replace(plan, acknowledged=[OTHER], acknowledged_by="joe: moved")])
    assert {one.rule_id for one in both.acknowledged} == {FINDING.rule_id, OTHER.rule_id}
    assert both.acknowledged_by == "jane: retired; joe: moved"
    assert both.clean
    assert compare(both, replace(CLEAN, findings=[FINDING])).fixed == []


def test_combined_verdict_keeps_the_strictest_result() -> None:
    rejected_plan = replace(CLEAN, stage="plan", findings=[WAIVED, WARNED])
    both = combine([replace(VERDICT, findings=[]), rejected_plan])
    assert both.waived == []
    assert both.warnings == []
    assert {finding.rule_id for finding in both.findings} == {"LK_S3_3", "LK_S3_6"}


KEYS = st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True)


@given(KEYS, KEYS, KEYS)
def test_comparison_accounts_for_every_finding(before: list[str], now: list[str], waived: list[str]) -> None:
    def some(names: list[str]) -> list[Finding]:
        return [replace(FINDING, address=f"aws_x.{name}") for name in names]

    base = replace(CLEAN, findings=some(before))
    verdict = replace(
        CLEAN, findings=some(now), waived=[Waived(one, WAIVER) for one in some([w for w in waived if w not in now])]
    )
    changes = compare(verdict, base)
    assert len(changes.new) + len(changes.unchanged) == len(verdict.findings)
    accepted = [one for one in changes.newly_waived if one in base.findings]
    assert len(changes.fixed) + len(accepted) + len(changes.unchanged) == len(base.findings)
    assert len(changes.newly_waived) == len(verdict.waived)


def test_waiver_added_with_its_finding_is_new() -> None:
    """A pull request that adds both asks for acceptance."""
    both = replace(CLEAN, waived=[Waived(WAIVED, WAIVER)])
    assert compare(both, CLEAN).newly_waived == [WAIVED]
    assert compare(both, both).newly_waived == []
    shown = text(both, "markdown", CLEAN)
    assert "0 fixed, **1 newly waived**" in shown
    assert "<details open><summary>Waived: 1" in shown
    assert "| 🟠 high **new** | `LK_S3_3`" in shown
    assert "Accepted: no statement denies plain HTTP" in shown
    assert "<details><summary>Waived: 1" in text(both, "markdown", both), "an old one is folded away"


def test_resolved_waived_finding_is_fixed() -> None:
    base = replace(CLEAN, waived=[Waived(WAIVED, WAIVER)])
    assert compare(CLEAN, base).fixed == [WAIVED]


def test_unevaluated_finding_is_not_fixed() -> None:
    """`lakekit check --since` evaluates changed environments; the base verdict covers all of them."""
    elsewhere = replace(FINDING, stack="dev-storage", path="dev-storage/Lake/Raw/Bucket")
    base = replace(CLEAN, findings=[elsewhere])
    changes = compare(CLEAN, base)
    assert (changes.fixed, changes.not_evaluated_now) == ([], [elsewhere])
    assert "0 fixed, 0 newly waived, 0 as before. 1 in stacks that were not evaluated here." in text(
        CLEAN, "markdown", base
    )


def test_acknowledged_findings_stay_in_every_report() -> None:
    meant = replace(CLEAN, stage="plan", acknowledged=[FINDING], acknowledged_by="jane: the bucket is retired")
    (result,) = run_of(meant)["results"]
    assert result["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "acknowledged by jane: the bucket is retired"}
    ]
    root = ElementTree.fromstring(text(meant, "junit"))
    assert (root.get("failures"), root.get("skipped")) == ("0", "1")
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert "jane: the bucket is retired; finding: no statement denies plain HTTP" in str(skipped.get("message"))
    shown = text(meant, "markdown")
    assert "Acknowledged: 1" in shown
    assert "By jane: the bucket is retired" in shown
    assert "no statement denies plain HTTP" in shown
    assert shown.count("<details") == shown.count("</details>")


def test_change_rule_without_findings_is_not_a_pass() -> None:
    """Titles state the expected configuration; findings of checkov have no other reason."""
    bare = replace(FINDING, rule_id="CKV_AWS_54", title="Buckets block public policies", reason="")
    bare = replace(bare, reason=bare.title)
    verdict = replace(CLEAN, findings=[bare])
    sentence = "requirement not met: Buckets block public policies"
    assert sentence in run_of(verdict)["results"][0]["message"]["text"]
    assert sentence in text(verdict, "junit")
    assert text(verdict, "markdown").count("Buckets block public policies") == 1


def test_formats_are_those_of_the_command() -> None:
    from lakekit_cli.output.reports import FORMATS as OFFERED

    assert ("terminal", *FORMATS) == OFFERED
