"""`lakekit gate`, `lakekit check` and `lakekit policies`: reports, baselines, ledgers, exit codes."""

from __future__ import annotations

import json
import re
import subprocess
from xml.etree import ElementTree

import pytest
from cli_project import REPOSITORY, SOON, Project, entry, ledger

LAKEKIT = "lakekit"
FOREIGN = REPOSITORY / "tests/policies/data/foreign_plan.json"


@pytest.fixture
def out(project: Project) -> Project:
    """A project with one stack with a local backend: its only finding is LK_TF_4."""
    project.environment("dev")
    project.stack("dev-one")
    subprocess.run(["cp", "-R", f"{project.root}/prepared", f"{project.root}/cdktf.out"], check=True)
    return project


# -- lakekit gate --------------------------------------------------------------------------------------------------


def test_every_report_format_is_written_to_a_file(out: Project) -> None:
    for form, name in (
        ("json", "g.json"),
        ("sarif", "g.sarif"),
        ("junit", "g.xml"),
        ("markdown", "g.md"),
        ("terminal", "g.txt"),
    ):
        done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--format", form, "--output", f"reports/{name}")
        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        assert f"1 finding: reports/{name}" in done.stderr
    reports = out.root / "reports"
    assert json.loads((reports / "g.json").read_text())["findings"][0]["rule_id"] == "LK_TF_4"
    assert json.loads((reports / "g.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "LK_TF_4"
    assert ElementTree.fromstring((reports / "g.xml").read_text()).get("failures") == "1"
    assert "1 finding (1 high)" in (reports / "g.md").read_text()
    assert "REFUSED  1 finding: 1 high" in (reports / "g.txt").read_text()
    assert sorted(path.name for path in reports.iterdir()) == ["g.json", "g.md", "g.sarif", "g.txt", "g.xml"]


def test_baseline_marks_new_findings(out: Project) -> None:
    out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--format", "json", "-o", "base.json")
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--format", "markdown", "--baseline", "base.json")
    assert done.returncode == 1
    assert "**0 new**, 0 fixed, 0 newly waived, 1 as before." in done.stdout


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"clean": true}'])
def test_invalid_baseline_is_a_usage_error(out: Project, content: str | None) -> None:
    if content is not None:
        (out.root / "base.json").write_text(content)
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--format", "markdown", "--baseline", "base.json")
    assert done.returncode == 2
    assert "base.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_project_ledger_is_found_and_can_be_overridden(out: Project) -> None:
    file = ledger(out, entry())
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out")
    assert done.returncode == 0, done.stdout
    assert "Waived: dev-one: LK_TF_4" in done.stdout
    assert f"until {SOON}; policies/waivers.yaml:2" in re.sub(r"\s+", " ", done.stdout)
    file.rename(out.root / "other.yaml")
    assert out.run(LAKEKIT, "gate", "synth", "cdktf.out").returncode == 1
    assert out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--waivers", "other.yaml").returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (entry(expires="2020-01-01"), "WAIVER expired"),
        (entry(expires="2099-01-01"), "WAIVER too long"),
        (entry(target="path: '*'"), "WAIVER too broad"),
        (entry(policy="'*'"), "WAIVER too broad"),
        (entry() + entry("LK_TF_1"), "WAIVER unused"),
        (entry("LK_TF_44"), "WAIVER unknown policy"),
        (entry().replace("owner", "onwer"), "Did you mean 'owner'?"),
        ("- just words\n", "waivers.yaml:2"),
    ],
)
def test_waiver_problems_exit_with_5(out: Project, text: str, message: str) -> None:
    ledger(out, text)
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out")
    assert done.returncode == 5, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_json_report_states_why_there_is_no_verdict(out: Project) -> None:
    ledger(out, "- 7\n")
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (5, "ledger")
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--waivers", "/dev/null")
    assert done.returncode == 5, "an empty file is not a ledger"
    ledger(out)
    done = out.run(LAKEKIT, "gate", "plan", "nowhere", "--format", "json", "-o", "why.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert json.loads((out.root / "why.json").read_text())["error"] == "missing_input"
    done = out.run(LAKEKIT, "gate", "plan", "nowhere", "--format", "sarif")
    assert (done.returncode, done.stdout) == (3, "")


def test_external_plan_is_evaluated_and_waived_by_address(out: Project) -> None:
    done = out.run(LAKEKIT, "gate", "plan", str(FOREIGN))
    assert done.returncode == 1
    assert "aws_security_group.ssh" in done.stdout
    ledger(out, entry("CKV_AWS_24", "address: aws_security_group.ssh", "shop"))
    done = out.run(LAKEKIT, "gate", "plan", str(FOREIGN), "--environment", "shop", "--format", "json")
    assert [pair["finding"]["rule_id"] for pair in json.loads(done.stdout)["waived"]] == ["CKV_AWS_24"]


def test_additional_rules_are_evaluated(out: Project) -> None:
    rules = out.root / "rules"
    rules.mkdir()
    (rules / "named.py").write_text(
        "from checkov.common.models.enums import CheckCategories, CheckResult\n"
        "from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck\n"
        "class Named(BaseResourceCheck):\n"
        "    def __init__(self):\n"
        "        super().__init__('Things are named', 'ACME_1', [CheckCategories.CONVENTION], ['terraform_data'])\n"
        "    def scan_resource_conf(self, conf):\n"
        "        return CheckResult.FAILED\n"
        "check = Named()\n"
    )
    done = out.run(LAKEKIT, "gate", "synth", "cdktf.out", "--rules", "rules", "--format", "json")
    assert "ACME_1" in {finding["rule_id"] for finding in json.loads(done.stdout)["findings"]}


# -- lakekit check -------------------------------------------------------------------------------------------------


def test_check_synthesizes_evaluates_and_reports(out: Project) -> None:
    ledger(out, entry())
    done = out.run(LAKEKIT, "check", "dev", "--reports", "reports")
    assert done.returncode == 0, done.stderr
    assert "CLEAN" in done.stdout
    assert len(list((out.root / "reports").iterdir())) == 4


def test_check_reports_waivers_of_unknown_environments(out: Project) -> None:
    ledger(out, entry(), entry(environment="prdo"))
    done = out.run(LAKEKIT, "check")
    assert done.returncode == 5
    assert "there is no environment 'prdo'" in done.stdout


def test_check_removes_stale_reports(out: Project) -> None:
    out.run(LAKEKIT, "check", "--reports", "reports")
    assert (out.root / "reports/gate.json").exists()
    (out.root / "prepared/stacks/dev-one/cdk.tf.json").write_text("{")
    done = out.run(LAKEKIT, "check", "--reports", "reports")
    assert done.returncode == 3
    assert "could not evaluate" in done.stderr
    assert not list((out.root / "reports").iterdir())


def test_check_fails_if_the_app_fails(out: Project) -> None:
    file = out.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": "echo the app is broken >&2; exit 7"}))
    done = out.run(LAKEKIT, "check")
    assert done.returncode == 1
    assert "the app is broken" in done.stderr


def test_check_evaluates_plans(out: Project) -> None:
    ledger(out, entry())
    done = out.run(LAKEKIT, "check", "dev", "--plan", "--reports", "reports")
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = json.loads((out.root / "reports/gate.json").read_text())
    assert verdict["stage"] == "synth and plan"
    assert len(verdict["plan_sha256"]) == 64


def test_check_writes_no_report_if_a_plan_fails(out: Project) -> None:
    ledger(out, entry())
    file = out.root / "prepared/stacks/dev-one/cdk.tf.json"
    document = json.loads(file.read_text())
    document["resource"]["terraform_data"]["thing"]["input"] = '${file("absent")}'
    file.write_text(json.dumps(document))
    done = out.run(LAKEKIT, "check", "--plan", "--reports", "reports")
    assert done.returncode in (1, 3)
    assert "no verdict on the plan of dev-one" in done.stderr
    assert not (out.root / "reports/gate.md").exists()


def git(project: Project, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.email=a@b.c", "-c", "user.name=A", *arguments], cwd=project.root, check=True)


def test_check_since_selects_changed_environments(out: Project) -> None:
    out.environment("prod", "prod")
    ledger(out, entry())
    (out.root / ".gitignore").write_text("home/\ncdktf.out/\n.lakekit/\nnode_modules\n")
    git(out, "init", "-q", "-b", "main")
    git(out, "add", "-A")
    git(out, "commit", "-qm", "base")

    def changed() -> str:
        done = out.run(LAKEKIT, "check", "--since", "main")
        assert done.returncode == 0, done.stderr
        return next(line for line in done.stderr.splitlines() if line.startswith("changed since main: "))

    assert "no environment; all are checked" in changed()
    (out.root / "README.md").write_text("# text\n")
    assert "no environment" in changed()
    dev = out.root / "stacks/environments/dev.yaml"
    dev.write_text(dev.read_text() + "# more\n")
    assert changed().endswith(": dev")
    (out.root / "stacks/new.py").write_text("# untracked\n")
    assert changed().endswith(": dev, prod")


def test_check_since_unknown_ref_is_rejected(out: Project) -> None:
    done = out.run(LAKEKIT, "check", "--since", "main", environ={"GIT_CEILING_DIRECTORIES": str(out.root.parent)})
    assert done.returncode == 2
    git(out, "init", "-q")
    done = out.run(LAKEKIT, "check", "--since", "nothing")
    assert done.returncode == 2
    assert "fetch-depth: 0" in done.stderr
    assert out.run(LAKEKIT, "check", "dev", "--since", "HEAD").returncode == 2


# -- lakekit policies ----------------------------------------------------------------------------------------------


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
