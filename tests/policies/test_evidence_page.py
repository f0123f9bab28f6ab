"""Evidence of controls, rules and resources."""

from __future__ import annotations

import re
from dataclasses import replace

from hostile_text import VERDICTS, Elements, unsafe
from hypothesis import given, settings

from lakekit_policies import Finding, Verdict
from lakekit_policies.controls import FRAMEWORKS
from lakekit_policies.evidence import EvidenceInputs, PlanSummary, StackSummary, build, render
from lakekit_policies.evidence.build import Evidence
from lakekit_policies.evidence.control_names import name
from lakekit_policies.pack.load import load_pack
from lakekit_policies.records.recovery_record import RecoveryRecord
from lakekit_policies.verdict import LedgerProblem, Waived, Waiver
from nonempty import nonempty

RAW, KEY = "prod-storage/aws_s3_bucket.Raw", "prod-storage/aws_kms_key.K"
FACTS = EvidenceInputs(
    environment="prod", context={"Tier": "prod", "Region": ""}, created_at="2026-06-01 10:00 UTC", commit="abc",
    versions={"Terraform": "1.11.4"}, stacks=[StackSummary("prod-storage", "f" * 64, 2, {"hashicorp/aws": ">= 5"})],
    plans=[], paths={RAW: "prod-storage/Lake/Raw"},
)  # fmt: skip
FINDING = Finding(
    rule_id="LK_S3_1", title="t", severity="high", stack="prod-storage", address="aws_s3_bucket.Raw",
    path="prod-storage/Lake/Raw", reason="<script>alert(1)</script>", remedy="do",
)  # fmt: skip
JUDGED = Verdict(
    stage="synth", findings=[], rules_run=3, resources=2, stacks=["prod-storage"], seconds=0.1,
    evaluated={"LK_S3_1": [RAW], "LK_KMS_1": [KEY], "LK_TF_4": ["prod-storage/"]},
)  # fmt: skip
WAIVER = Waiver(
    "LK_S3_1", "prod-storage/Lake", "prod", "because", "a@b.c", "T-1", "2026-07-01", "policies/waivers.yaml:2"
)


def evidence(verdict: Verdict, facts: EvidenceInputs = FACTS) -> Evidence:
    return build(verdict, load_pack(), facts)


def control(made: Evidence, framework: str, number: str) -> str:
    controls = next(rows for key, _, rows in made.frameworks if key == framework)
    return next(row.status for row in controls if row.id == number)


def rule(made: Evidence, rule_id: str) -> tuple[str, dict[str, list[str]]]:
    found = next(row for row in made.rules if row.id == rule_id)
    return found.status, found.places


def test_evaluated_resources_without_findings_pass() -> None:
    made = evidence(JUDGED)
    assert rule(made, "LK_S3_1") == ("passed", {"passed": ["prod-storage/Lake/Raw"]})
    assert rule(made, "LK_KMS_1") == ("passed", {"passed": ["prod-storage: aws_kms_key.K"]})
    assert rule(made, "LK_TF_4") == ("passed", {"passed": ["prod-storage (as a whole)"]})
    assert rule(made, "LK_GLUE_1") == ("no resource", {})
    assert control(made, "cis", "2.1.1") == "passed"


def test_control_has_the_status_of_its_worst_rule() -> None:
    assert control(evidence(replace(JUDGED, findings=[FINDING])), "cis", "2.1.1") == "rejected"
    assert control(evidence(replace(JUDGED, waived=[Waived(FINDING, WAIVER)])), "cis", "2.1.1") == "waived"
    assert control(evidence(replace(JUDGED, warnings=[FINDING])), "cis", "2.1.1") == "undetermined"


def test_plan_rule_needs_a_plan() -> None:
    assert rule(evidence(JUDGED), "LK_PLAN_1")[0] == "needs a plan"
    plan = PlanSummary("prod-storage", "p.json", "a" * 64, "1.11.4", "2026-06-01T10:00:00Z", {"create": 1})
    assert rule(evidence(JUDGED, replace(FACTS, plans=[plan])), "LK_PLAN_1")[0] == "no resource"


def test_team_rules_are_listed() -> None:
    own = replace(FINDING, rule_id="ACME_1")
    made = evidence(replace(JUDGED, findings=[own], evaluated={**JUDGED.evaluated, "ACME_2": [KEY]}))
    assert rule(made, "ACME_1")[0] == "rejected"
    assert rule(made, "ACME_2")[0] == "passed"
    assert {"ACME_1", "ACME_2"} <= {row.id for row in made.unmapped}


def test_every_control_has_a_name() -> None:
    loaded = load_pack()
    named = {
        (framework, number)
        for rule in (*loaded.own_rules, *loaded.checkov.values())
        for framework, numbers in rule.controls.items()
        for number in numbers
    }
    assert {framework for framework, _ in named} == set(FRAMEWORKS)
    assert [pair for pair in nonempty(sorted(named)) if not name(*pair)] == []


def test_controls_are_in_the_order_of_their_numbers() -> None:
    nist = next(rows for key, _, rows in evidence(JUDGED).frameworks if key == "nist")
    numbers = [row.id for row in nist]
    assert numbers.index("AC-2") < numbers.index("AC-6") < numbers.index("AC-16")


def test_page_is_escaped_and_self_contained() -> None:
    problem = LedgerProblem("expired", "policies/waivers.yaml:9", "gone & done", "fix")
    page = render(evidence(replace(JUDGED, findings=[FINDING], ledger_problems=[problem], notes=["<b>"])))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "gone &amp; done" in page
    assert "Rejected" in page
    assert "1 waiver without effect" in page
    assert not re.search(r'(src|href)="(?!#|https://)', page)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page)), "every link leads somewhere"


@settings(max_examples=8, deadline=None)
@given(VERDICTS)
def test_page_of_any_verdict_is_safe(verdict: Verdict) -> None:
    expected = Elements(render(evidence(JUDGED))).names
    page = render(evidence(verdict))
    assert unsafe(page) == []
    assert set(Elements(page).names) <= {*expected, "a", "br", "code", "span", "table", "tr", "td", "th", "ul", "li"}


def test_recovered_states_are_listed() -> None:
    recovery = RecoveryRecord(
        action="recovered", stack="prod-storage", file="a-7.tfstate", sha256="e" * 64, serial=7, lineage="x",
        backend_serial=6, who="ana", at="2026-06-01T10:00:00+00:00", reason="the disk was <full>",
    )  # fmt: skip
    page = render(evidence(JUDGED, replace(FACTS, recoveries=[recovery])))
    for shown in ("recovered by ana", "serial 7, backend 6", "a-7.tfstate", "e" * 64, "the disk was &lt;full&gt;"):
        assert shown in page
    assert "No recovered or discarded states." in render(evidence(JUDGED))
