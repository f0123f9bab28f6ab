"""Application of waivers to findings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from gate_helpers import configuration, found, metadata, open_group, resource, warm_gate, write_out
from hypothesis import given
from hypothesis import strategies as st

from lakekit_policies import Finding, GateError, Verdict
from lakekit_policies.gate.quarantine import quarantine_output
from lakekit_policies.waivers.apply import RuleCatalog, Scope, apply_waivers
from lakekit_policies.waivers.entry import Entry
from lakekit_policies.waivers.patterns import covers_address, covers_path, too_broad_address, too_broad_path

TODAY = date(2026, 6, 1)
KNOWN = RuleCatalog(
    {"LK_A_1": "high", "LK_C_1": "critical", "LK_P_1": "high"}, synth_rules=frozenset({"LK_A_1", "LK_C_1"})
)
SCOPE = Scope({"prod-storage": "prod", "dev-storage": "dev"}, complete=True)
FINDING = Finding(
    rule_id="LK_A_1", title="A", severity="high", stack="prod-storage", address="aws_s3_bucket.Lake_Raw_1A",
    path="prod-storage/Lake/Raw/Bucket", reason="because", remedy="do",
)  # fmt: skip
ENTRY = Entry(
    policy="LK_A_1", path="prod-storage/Lake/Raw", address="", environment="prod", reason="a reason", owner="a@b.c",
    ticket="T-1", expires="2026-07-01", source="policies/waivers.yaml:2",
)  # fmt: skip


def verdict(*findings: Finding, stage: str = "synth") -> Verdict:
    return Verdict(
        stage=stage, findings=list(findings), rules_run=3, resources=9, stacks=[*SCOPE.environments], seconds=0
    )


def apply_entries(
    *entries: Entry, findings: tuple[Finding, ...] = (FINDING,), scope: Scope = SCOPE, **more: Any
) -> Verdict:
    return apply_waivers(verdict(*findings, **more), entries, KNOWN, scope, TODAY)


def kinds(evaluated: Verdict) -> list[str]:
    return [problem.kind for problem in evaluated.ledger_problems]


def test_waived_finding_stays_in_the_verdict() -> None:
    evaluated = apply_entries(ENTRY)
    assert evaluated.findings == []
    assert evaluated.exit_code == 0
    (pair,) = evaluated.waived
    assert pair.finding == FINDING
    assert (pair.waiver.owner, pair.waiver.expires, pair.waiver.reason) == ("a@b.c", "2026-07-01", "a reason")
    assert Verdict.from_dict(json.loads(evaluated.to_json())) == evaluated


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"expires": "2026-05-31"}, "expired"),
        ({"expires": "2026-11-29"}, "too_long"),
        ({"policy": "*"}, "too_broad"),
        ({"policy": "LK_*"}, "too_broad"),
        ({"path": "*"}, "too_broad"),
        ({"path": "**"}, "too_broad"),
        ({"path": "prod-*/Lake"}, "too_broad"),
        ({"path": "prod-*/**"}, "too_broad"),
        ({"path": "", "address": "*"}, "too_broad"),
        ({"path": "", "address": "aws_s3_bucket.*"}, "too_broad"),
        ({"path": "", "address": "aws_*.raw"}, "too_broad"),
        ({"policy": "LK_A_2"}, "unknown_policy"),
    ],
)
def test_invalid_waiver_has_no_effect_and_its_own_exit_code(change: dict[str, str], kind: str) -> None:
    evaluated = apply_entries(replace(ENTRY, **change))
    assert kinds(evaluated) == [kind]
    assert evaluated.findings == [FINDING]
    assert evaluated.exit_code == 5
    assert not evaluated.clean
    assert evaluated.ledger_problems[0].source == "policies/waivers.yaml:2"
    assert Verdict.from_dict(json.loads(evaluated.to_json())) == evaluated


def test_unknown_policies_name_the_nearest() -> None:
    assert "LK_A_1" in apply_entries(replace(ENTRY, policy="LK_A_11")).ledger_problems[0].fix


def test_waiver_is_valid_on_its_last_day() -> None:
    assert apply_entries(replace(ENTRY, expires=TODAY.isoformat())).exit_code == 0
    assert apply_entries(replace(ENTRY, expires=(TODAY + timedelta(180)).isoformat())).exit_code == 0


def test_critical_policies_are_waived_for_one_resource_and_a_month() -> None:
    critical = replace(FINDING, rule_id="LK_C_1", severity="critical")
    entry = replace(ENTRY, policy="LK_C_1", expires=(TODAY + timedelta(30)).isoformat())
    assert apply_entries(entry, findings=(critical,)).exit_code == 0
    longer = replace(entry, expires=(TODAY + timedelta(31)).isoformat())
    assert kinds(apply_entries(longer, findings=(critical,))) == ["too_long"]
    assert kinds(apply_entries(replace(entry, path="prod-storage/Lake/*"), findings=(critical,))) == ["too_broad"]


def test_waiver_is_unused_when_its_environment_was_fully_evaluated() -> None:
    assert kinds(apply_entries(ENTRY, findings=())) == ["unused"]
    assert kinds(apply_entries(replace(ENTRY, path="prod-catalog/Db"), findings=())) == ["unused"]
    only_dev = Scope({"dev-storage": "dev"}, complete=True)
    assert kinds(apply_entries(ENTRY, findings=(), scope=only_dev)) == []
    one_stack = Scope({"prod-storage": "prod"}, complete=False)
    assert kinds(apply_entries(ENTRY, findings=(), scope=one_stack)) == ["unused"]
    assert kinds(apply_entries(replace(ENTRY, path="prod-catalog/Db"), findings=(), scope=one_stack)) == []


def test_expired_waiver_of_another_environment_does_not_block() -> None:
    only_dev = Scope({"dev-storage": "dev"}, complete=True)
    assert apply_entries(replace(ENTRY, expires="2026-01-01"), findings=(), scope=only_dev).exit_code == 0


def test_plan_waiver_is_not_unused_at_synth() -> None:
    entry = replace(ENTRY, policy="LK_P_1")
    assert apply_entries(entry, findings=()).exit_code == 0
    planned = apply_entries(entry, findings=(), stage="plan")
    assert planned.exit_code == 0
    assert "matches nothing in this plan" in planned.notes[0]
    deleted = replace(FINDING, rule_id="LK_P_1", path="")  # deleted from the configuration: no construct path
    assert (
        apply_entries(replace(entry, path="", address=deleted.address), findings=(deleted,), stage="plan").exit_code
        == 0
    )


def test_waiver_applies_to_its_environment_and_policy_only() -> None:
    evaluated = apply_entries(replace(ENTRY, environment="dev"))
    assert evaluated.findings == [FINDING]
    other = replace(FINDING, rule_id="LK_C_1")
    assert apply_entries(ENTRY, findings=(FINDING, other)).findings == [other]


def test_warning_consumes_a_waiver_needed_by_the_plan() -> None:
    evaluated = apply_waivers(replace(verdict(), warnings=[FINDING]), [ENTRY], KNOWN, SCOPE, TODAY)
    assert evaluated.ledger_problems == []
    assert evaluated.warnings == [FINDING]


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("prod-storage/Lake", "prod-storage/Lake/Raw/Bucket", True),
        ("prod-storage/Lake", "prod-storage/Lakeside", False),
        ("prod-storage/*/Bucket", "prod-storage/Lake/Bucket", True),
        ("prod-storage/*/Bucket", "prod-storage/Lake/Raw/Bucket", False),
        ("prod-storage/**/Bucket", "prod-storage/Lake/Raw/Bucket", True),
        ("prod-storage/**/Bucket", "prod-storage/Bucket", True),
        ("*-storage/Lake", "dev-storage/Lake/Raw", True),
        ("prod-storage/Ra?", "prod-storage/Raw", True),
        ("prod-storage/R.w", "prod-storage/Raw", False),
        ("prod-storage/[R]aw", "prod-storage/Raw", False),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, covered: bool) -> None:
    assert covers_path(pattern, path) is covered


def test_patterns_of_addresses() -> None:
    assert covers_address("aws_s3_bucket.zone", 'aws_s3_bucket.zone["raw"]')
    assert covers_address('module.lake["a"].aws_s3_bucket.raw*', 'module.lake["a"].aws_s3_bucket.raw_2')
    assert not covers_address("aws_s3_bucket.zone", "aws_s3_bucket.zones")
    assert not too_broad_address('module.lake["a"].aws_s3_bucket.raw*')


NAME = st.text("abcXYZ019_-", min_size=1, max_size=8)
PATH = st.lists(NAME, min_size=1, max_size=5).map("/".join)


@given(PATH, NAME)
def test_path_covers_itself_and_descendants_only(path: str, name: str) -> None:
    assert covers_path(path, path)
    assert covers_path(path, f"{path}/{name}")
    assert not covers_path(path, f"{path}{name}")
    assert not covers_path(f"{path}/{name}", path)


@given(st.text("*?-", max_size=6), st.sampled_from("*?"), st.text("*?-/", max_size=6), NAME)
def test_pattern_without_a_name_is_too_broad(before: str, wildcard: str, after: str, environment: str) -> None:
    pattern = before + wildcard + after
    assert too_broad_path(pattern, environment)
    assert too_broad_path(f"{environment}-{pattern}", environment)


@given(st.lists(st.tuples(NAME, st.sampled_from(["prod", "dev"]), st.booleans()), max_size=6), st.data())
def test_every_finding_is_either_open_or_waived_once(places: list[tuple[str, str, bool]], data: st.DataObject) -> None:
    findings = tuple(
        dict.fromkeys(
            replace(FINDING, stack=f"{env}-storage", path=f"{env}-storage/{name}", address=f"aws_x.{name}")
            for name, env, _ in places
        )
    )
    entries = [replace(ENTRY, path=f"{env}-storage/{name}", environment=env) for name, env, waived in places if waived]
    evaluated = apply_entries(*data.draw(st.permutations(entries)), findings=findings)
    assert sorted([*evaluated.findings, *(pair.finding for pair in evaluated.waived)], key=Finding.sort_key) == sorted(
        findings, key=Finding.sort_key
    )
    covered = {(entry.environment, entry.path) for entry in entries}
    assert {pair.finding.path for pair in evaluated.waived} == {path for _, path in covered}
    assert evaluated.ledger_problems == []


# -- through the gate ------------------------------------------------------------------------------------------


def evaluate_with_waivers(
    tmp_path: Path, *, inline_waivers: list[dict[str, Any]] | None = None, **entry: str
) -> Verdict:
    """Evaluate an open security group with a waiver of the ledger or waivers in code."""
    stack = configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}})
    stack["//"] = metadata("dev")
    if inline_waivers is not None:
        stack["//"]["metadata"]["lakekit"]["waivers"] = inline_waivers
    out = write_out(tmp_path / "out", dev_storage=stack)
    ledger = None
    if entry:
        ledger = tmp_path / "waivers.yaml"
        ledger.write_text(yaml.safe_dump({"waivers": [entry]}))
    return warm_gate().evaluate_synth(out, waivers=ledger, today=TODAY)


SSH = {
    "policy": "CKV_AWS_24",
    "reason": "the bastion of the migration, gone in summer",
    "owner": "net@acme.example",
    "ticket": "NET-1",
    "expires": "2026-06-20",
}


def test_gate_applies_the_ledger(tmp_path: Path) -> None:
    evaluated = evaluate_with_waivers(tmp_path, **SSH, path="dev-storage/Open", environment="dev")
    assert not found(evaluated, "CKV_AWS_24")
    assert [pair.finding.rule_id for pair in evaluated.waived] == ["CKV_AWS_24"]
    assert evaluated.waived[0].waiver.source.endswith("waivers.yaml:2")
    assert evaluated.ledger_problems == []


def test_waiver_in_code_covers_descendants(tmp_path: Path) -> None:
    evaluated = evaluate_with_waivers(
        tmp_path, inline_waivers=[{**SSH, "path": "dev-storage", "source": "stacks/net.py:7"}]
    )
    assert [pair.waiver.source for pair in evaluated.waived] == ["stacks/net.py:7"]
    assert evaluated.exit_code == (1 if evaluated.findings else 0)


@pytest.mark.parametrize(
    "entry",
    [
        {**SSH, "path": "prod-storage/Open"},
        {**SSH, "path": "dev-storage/*"},
        {**SSH, "path": "dev-storage", "policy": "*"},
        {**SSH, "path": ""},
        {**SSH, "path": "dev-storage", "expires": "never"},
        {**SSH, "path": "dev-storage", "owner": 7},
        {"path": "dev-storage"},
        "all of it",
    ],
)
def test_forged_waivers_in_a_stack_are_rejected(tmp_path: Path, entry: Any) -> None:
    with pytest.raises(GateError) as caught:
        evaluate_with_waivers(tmp_path, inline_waivers=[entry])
    assert caught.value.exit_code == 5


def test_ledger_problems_reject_the_output(tmp_path: Path) -> None:
    evaluated = evaluate_with_waivers(
        tmp_path, **{**SSH, "expires": "2026-05-01"}, path="dev-storage/Open", environment="dev"
    )
    assert kinds(evaluated) == ["expired"]
    assert found(evaluated, "CKV_AWS_24") == ["aws_security_group.Open"]
    quarantine_output(tmp_path / "out", evaluated)
    assert not (tmp_path / "out/manifest.json").exists()


def test_findings_have_the_source_location_of_their_construct(tmp_path: Path) -> None:
    stack = configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}})
    stack["resource"]["aws_security_group"]["Open"]["//"] = resource("dev-storage/Net/Inner/Open")["//"]
    stack["//"]["metadata"]["lakekit"]["source_locations"] = {
        "": "main.py:3",
        "Net": "stacks/net.py:12",
        "Other": "x.py:1",
    }
    evaluated = warm_gate().evaluate_synth(write_out(tmp_path / "out", dev_storage=stack))
    by_path = {finding.path: finding.source for finding in evaluated.findings}
    assert by_path["dev-storage/Net/Inner/Open"] == "stacks/net.py:12"
    assert by_path.get("", "main.py:3") == "main.py:3"


def test_evidence_lists_evaluated_resources_by_rule(tmp_path: Path) -> None:
    stack = configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}})
    out = write_out(tmp_path / "out", dev_storage=stack)
    evaluated = warm_gate().evaluate_synth(out, evidence=True)
    assert evaluated.evaluated["CKV_AWS_24"] == ["dev-storage/aws_security_group.Open"]
    assert evaluated.evaluated["LK_TF_4"] == ["dev-storage/"]
    assert warm_gate().evaluate_synth(out).evaluated == {}


def test_plan_findings_are_acknowledged_not_waived() -> None:
    entry = replace(ENTRY, policy="LK_PLAN_1", path="", address="aws_s3_bucket.Old")
    known = RuleCatalog({"LK_PLAN_1": "critical"}, frozenset())
    deleted = replace(FINDING, rule_id="LK_PLAN_1", address="aws_s3_bucket.Old", path="")
    evaluated = apply_waivers(verdict(deleted, stage="plan"), [entry], known, SCOPE, TODAY)
    assert (kinds(evaluated), evaluated.findings) == (["too_broad"], [deleted])
    assert "acknowledge" in evaluated.ledger_problems[0].fix
