"""`lakekit gate`, `lakekit check` and `lakekit policies`: reports, baselines, ledgers, exit codes."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from cli_project import REPOSITORY, SOON, Project, entry, ledger

LAKEKIT = "lakekit"
FOREIGN = REPOSITORY / "tests/policies/data/foreign_plan.json"


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
    assert "REJECTED  1 finding: 1 high" in (reports / "g.txt").read_text()
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


# -- lakekit policies ----------------------------------------------------------------------------------------------


def test_an_action_outside_of_the_plan_is_allowed_by_name(out: Project) -> None:
    plan = json.loads(FOREIGN.read_text(encoding="utf-8"))
    plan["configuration"]["root_module"]["resources"][0]["provisioners"] = [{"type": "local-exec"}]
    (out.root / "plan.json").write_text(json.dumps(plan))
    gate = (LAKEKIT, "gate", "plan", "plan.json", "--format", "json")
    rejected, allowed = out.run(*gate), out.run(*gate, "--allowed-action", "provisioner=bootstrap of the host")
    rules = [[one["rule_id"] for one in json.loads(done.stdout)["findings"]] for done in (rejected, allowed)]
    assert [found.count("LK_ACT_1") for found in rules] == [1, 0]
    done = out.run(*gate, "--allowed-action", "anything=reason")
    assert done.returncode == 3
    assert "expected provider_<name> or one of access_key" in done.stderr
