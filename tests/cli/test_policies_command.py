"""Tests of `lakekit policies`: list, explain, ledger schema, evidence."""

from __future__ import annotations

import json
import re

from cli_project import REPOSITORY, Project, entry, ledger

LAKEKIT = "lakekit"
FOREIGN = REPOSITORY / "tests/policies/data/foreign_plan.json"


def test_rules_are_filtered_by_pack_and_severity(project: Project) -> None:
    done = project.run(LAKEKIT, "policies", "list", "--pack", "plan", "--format", "json")
    rules = json.loads(done.stdout)
    assert {rule["pack"] for rule in rules} == {"plan"}
    assert {"LK_PLAN_1"} <= {rule["id"] for rule in rules}
    critical = json.loads(project.run(LAKEKIT, "policies", "list", "--severity", "critical", "--format", "json").stdout)
    assert {rule["severity"] for rule in critical} == {"critical"}
    wrong = project.run(LAKEKIT, "policies", "list", "--pack", "streming")
    assert wrong.returncode == 2
    assert "did you mean 'streaming'?" in wrong.stderr


def test_rule_explanation_contains_controls(project: Project) -> None:
    shown = project.run(LAKEKIT, "policies", "explain", "lk_s3_1").stdout
    assert "lakekit_policies/rules/s3/bucket_requires_tls.py" in shown
    assert "NIST SP 800-53 Rev. 5" in shown
    assert "SC-8" in shown
    explained = json.loads(project.run(LAKEKIT, "policies", "explain", "CKV_AWS_24", "--format", "json").stdout)
    assert (explained["engine"], explained["severity"]) == ("checkov", "critical")


def test_ledger_schema_is_printed(project: Project) -> None:
    schema = json.loads(project.run(LAKEKIT, "policies", "waivers-schema").stdout)
    assert "waivers" in schema["properties"]


def test_evidence_is_self_contained(out: Project) -> None:
    ledger(out, entry())
    done = out.run(LAKEKIT, "policies", "evidence", "dev", "-o", "audit/evidence.html")
    assert done.returncode == 0, done.stderr
    page = (out.root / "audit/evidence.html").read_text()
    assert not re.search(r'(src|href)="(?!#|https://)', page)
    assert not re.search(r"<(link|img|iframe)\b|@import|url\(", page)
    for text in ("LAKE-1", "lake@acme.example", "NIST SP 800-53", "CIS AWS Foundations", "SOC 2", "SC-8", "LK_S3_1"):
        assert text in page
    assert re.search(r"<code class=\"hash\">[0-9a-f]{64}</code>", page)
    assert "No plan was given" in page


def test_evidence_includes_plans(out: Project) -> None:
    ledger(out, entry())
    folder = out.synthesized("dev-one")
    plan = folder / "p"
    assert out.run("lakekit-terraform", "plan", "-input=false", "-out=p", cwd=folder).returncode == 0
    shown = out.run("lakekit-terraform", "show", "-json", "p", cwd=folder).stdout
    plan.unlink()
    (out.root / "plan.json").write_text(shown)
    done = out.run(LAKEKIT, "policies", "evidence", "dev", "--plan", "plan.json")
    assert done.returncode == 0, done.stderr
    page = (out.root / "evidence.html").read_text()
    assert "1 create" in page
    assert "No plan was given" not in page
    foreign = out.run(LAKEKIT, "policies", "evidence", "dev", "--plan", str(FOREIGN))
    assert foreign.returncode == 2
    assert "does not match any stack of the environment" in foreign.stderr
