"""The gate reports an error where stock checkov exits 0 without evaluating anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import (
    DATA,
    configuration,
    could_not_evaluate,
    found,
    open_group,
    resource,
    warm_gate,
    write_out,
)

from lakekit_policies import Gate
from nonempty import nonempty

GOOD = configuration({"aws_glue_catalog_database": {"Db": resource("dev-storage/Db", name="raw")}})
RULE = """
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

class Team(BaseResourceCheck):
    def __init__(self):
        super().__init__("Team rule", "TEAM_1", [CheckCategories.IAM], ["aws_glue_catalog_database"])

    def scan_resource_conf(self, conf):
        {body}

check = Team()
"""


def team_rules(folder: Path, body: str, name: str = "team") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(RULE.format(body=body))
    return folder


# Cases of stock checkov.


def test_broken_json(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=GOOD)
    file = out / "stacks/dev-storage/cdk.tf.json"
    file.write_text(file.read_text().replace("{", "[", 1))
    with could_not_evaluate("broken_json", str(file)):
        warm_gate().evaluate_synth(out)


def test_missing_file(tmp_path: Path) -> None:
    with could_not_evaluate("missing_input", "absent"):
        warm_gate().evaluate_synth(tmp_path / "absent")
    with could_not_evaluate("missing_input", "absent.json"):
        warm_gate().evaluate_plan(tmp_path / "absent.json")


def test_binary_plan() -> None:
    with could_not_evaluate("binary_plan", "terraform show -json"):
        warm_gate().evaluate_plan(DATA / "plan_create.bin")


def test_empty_directory(tmp_path: Path) -> None:
    with could_not_evaluate("nothing_to_evaluate", "cdktf.out"):
        warm_gate().evaluate_synth(tmp_path)


def test_unknown_check_id() -> None:
    import subprocess
    import sys

    program = (
        "from pathlib import Path\n"
        "from lakekit_policies.engine import checkov_imports\n"
        "checkov_imports.prepare()\n"
        "import checkov\n"
        "from lakekit_policies.engine.checks import load_curated\n"
        "load_curated(['CKV_AWS_21', 'CKV_AWS_99999'], Path(checkov.__path__[0]))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "checkov has no rule CKV_AWS_99999" in run.stderr


def test_no_severity_filter_can_empty_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline, severities of checkov are null and ``-c HIGH`` runs nothing; our rules declare theirs."""
    (tmp_path / ".checkov.yaml").write_text("check: [HIGH]\nskip-check: ['*']\nsoft-fail: true\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {"CKV_CHECK": "HIGH", "CKV_SKIP_CHECK": "*", "CHECKOV_SOFT_FAIL": "true"}.items():
        monkeypatch.setenv(name, value)
    out = write_out(
        tmp_path / "out",
        dev_storage=configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}),
    )
    with Gate.start() as gate:
        verdict = gate.evaluate_synth(out)
    assert verdict.rules_run == warm_gate().evaluate_synth(out).rules_run > 0
    assert verdict.exit_code == 1
    assert {finding.severity for finding in nonempty(verdict.findings)} <= {"critical", "high", "medium", "low"}


@pytest.mark.parametrize(("body", "cause"), [("raise KeyError('settings')", "KeyError"), ("return None", "None")])
def test_check_that_crashes_rejects_the_resource(tmp_path: Path, body: str, cause: str) -> None:
    rules = team_rules(tmp_path / "rules", body)
    open_ = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    out = write_out(tmp_path / "out", dev_storage=configuration({**GOOD["resource"], **open_}))
    with Gate.start(rules=[rules]) as gate:
        verdict = gate.evaluate_synth(out)
    (crash,) = [finding for finding in verdict.findings if finding.rule_id == "TEAM_1"]
    assert (verdict.exit_code, crash.address, crash.severity) == (1, "aws_glue_catalog_database.Db", "high")
    assert cause in crash.reason
    assert "could not evaluate" in crash.reason
    assert found(verdict, "CKV_AWS_24") == ["aws_security_group.Open"], "the other resources are evaluated"


@pytest.mark.parametrize(
    ("source", "mention"),
    [("import nothing_by_this_name", "ModuleNotFoundError"), ("x = (", "SyntaxError"), ("x = 1", "no `check`")],
)
def test_check_file_that_cannot_be_imported(tmp_path: Path, source: str, mention: str) -> None:
    (tmp_path / "team.py").write_text(source)
    out = write_out(tmp_path / "out", dev_storage=GOOD)
    with Gate.start(rules=[tmp_path]) as gate, could_not_evaluate("rule_import", "team.py", mention):
        gate.evaluate_synth(out)


def test_file_with_required_version(tmp_path: Path) -> None:
    group = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    terraform = {"required_version": ">= 1.5", "required_providers": {"aws": {"source": "hashicorp/aws"}}}
    out = write_out(tmp_path, dev_storage=configuration(group, terraform=terraform))
    assert found(warm_gate().evaluate_synth(out), "CKV_AWS_24") == ["aws_security_group.Open"]


# Cases of the gate itself.


def test_truncated_json(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=GOOD)
    file = out / "stacks/dev-storage/cdk.tf.json"
    whole = file.read_text()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_text(whole[:length])
        with could_not_evaluate("broken_json"):
            warm_gate().evaluate_synth(out)


def test_manifest_that_names_an_absent_stack(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=GOOD, dev_catalog=GOOD)
    (out / "stacks/dev-catalog/cdk.tf.json").unlink()
    with could_not_evaluate("missing_stack", "dev-catalog"):
        warm_gate().evaluate_synth(out)


@pytest.mark.parametrize("manifest", ["[]", "{}", '{"stacks": []}', '{"stacks": {"a": {}}}', "", "{"])
def test_invalid_manifest(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with could_not_evaluate("broken_manifest" if len(manifest) > 1 else "broken_json"):
        warm_gate().evaluate_synth(tmp_path)


def test_empty_synthesis(tmp_path: Path) -> None:
    with could_not_evaluate("nothing_to_evaluate", "no stack"):
        warm_gate().evaluate_synth(write_out(tmp_path))


def test_manifest_paths_must_be_inside_the_directory(tmp_path: Path) -> None:
    out = write_out(tmp_path / "out")
    entry = {"a": {"synthesizedStackPath": "../elsewhere/cdk.tf.json"}}
    (out / "manifest.json").write_text(json.dumps({"stacks": entry}))
    with could_not_evaluate("broken_manifest", "outside"):
        warm_gate().evaluate_synth(out)


def test_stack_outside_the_manifest_is_evaluated(tmp_path: Path) -> None:
    """Terraform applies directories that are not in the manifest."""
    out = write_out(tmp_path, dev_storage=GOOD)
    left = out / "stacks/old-stack"
    left.mkdir()
    group = {"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}}
    (left / "cdk.tf.json").write_text(json.dumps(configuration(group)))
    verdict = warm_gate().evaluate_synth(out)
    assert verdict.stacks == ["dev-storage", "old-stack"]
    assert found(verdict, "CKV_AWS_24") == ["aws_security_group.Open"]


@pytest.mark.parametrize("name", ["extra.tf", "extra.tf.json", "override.tf"])
def test_configuration_without_applicable_rules(tmp_path: Path, name: str) -> None:
    out = write_out(tmp_path, dev_storage=GOOD)
    (out / "stacks/dev-storage" / name).write_text("{}")
    with could_not_evaluate("unevaluated_configuration", name):
        warm_gate().evaluate_synth(out)


def test_duplicate_block_is_rejected(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=GOOD)
    (out / "stacks/dev-storage/cdk.tf.json").write_text('{"resource": {"a": {}}, "resource": {}}')
    with could_not_evaluate("broken_json", "duplicate key 'resource'"):
        warm_gate().evaluate_synth(out)


@pytest.mark.parametrize("resources", [[1], "x", {"aws_s3_bucket": "x"}, {"aws_s3_bucket": {"B": 1}}])
def test_json_without_a_configuration_is_rejected(tmp_path: Path, resources: object) -> None:
    out = write_out(tmp_path, dev_storage={"resource": resources})
    with could_not_evaluate("not_a_configuration", "resource"):
        warm_gate().evaluate_synth(out)


def test_unreadable_output(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=GOOD)
    file = out / "stacks/dev-storage/cdk.tf.json"
    file.unlink()
    file.mkdir()
    with could_not_evaluate("missing_stack"):
        warm_gate().evaluate_synth(out)


def test_gate_survives_an_evaluation_error(tmp_path: Path) -> None:
    with could_not_evaluate("nothing_to_evaluate"):
        warm_gate().evaluate_synth(tmp_path)
    assert warm_gate().evaluate_synth(write_out(tmp_path, dev_storage=GOOD)).resources == 1


def test_team_rule_cannot_override_a_rule(tmp_path: Path) -> None:
    rules = team_rules(tmp_path / "rules", "return CheckResult.PASSED")
    (rules / "team.py").write_text((rules / "team.py").read_text().replace("TEAM_1", "CKV_AWS_24"))
    out = write_out(tmp_path / "out", dev_storage=GOOD)
    with Gate.start(rules=[rules]) as gate, could_not_evaluate("rule_twice", "CKV_AWS_24"):
        gate.evaluate_synth(out)


def test_team_rule_with_unknown_severity(tmp_path: Path) -> None:
    rules = team_rules(tmp_path / "rules", "return CheckResult.PASSED")
    source = (rules / "team.py").read_text().replace("    def scan", "    severity = 'urgent'\n    def scan")
    (rules / "team.py").write_text(source.replace('["aws_glue_catalog_database"])', "['a']); self.severity = 'urgent'"))
    out = write_out(tmp_path / "out", dev_storage=GOOD)
    with Gate.start(rules=[rules]) as gate, could_not_evaluate("rule_severity", "urgent", "critical"):
        gate.evaluate_synth(out)


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_folder_without_rules(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    out = write_out(tmp_path / "out", dev_storage=GOOD)
    with Gate.start(rules=[tmp_path / name]) as gate, could_not_evaluate("rule_import", name):
        gate.evaluate_synth(out)


def test_graph_check_that_crashes() -> None:
    """Checkov runs the conditions of a graph check in threads and ignores their exceptions."""
    import subprocess
    import sys

    program = (
        "from pathlib import Path\n"
        "from lakekit_policies.gate.evaluator import Evaluator\n"
        "from lakekit_policies.terraform.stack_as_plan import convert_stack\n"
        "evaluator = Evaluator.load()\n"
        "from checkov.common.checks_infra.solvers.attribute_solvers import base_attribute_solver as solvers\n"
        "def broken(*_): raise ZeroDivisionError('in a thread')\n"
        "solvers.BaseAttributeSolver._process_node = broken\n"
        "document = convert_stack({'resource': {'aws_emr_cluster': {'C': {'name': 'c'}}}}).document\n"
        "run = evaluator._runs._run\n"
        "outcome = run(document, '/x.json', frozenset(), evaluator.rules.graph_checks, {}, final=True)\n"
        "print(*(f'{one.rule_id} {one.cause}' for one in outcome.crashed), sep='\\n')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) > 0
    assert {line.partition(" ")[2] for line in run.stdout.splitlines()} == {"ZeroDivisionError('in a thread')"}
