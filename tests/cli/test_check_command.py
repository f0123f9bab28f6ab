"""Tests of `lakekit check`."""

from __future__ import annotations

import json
import subprocess

from cli_project import Project, entry, ledger

LAKEKIT = "lakekit"


def git(project: Project, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.email=a@b.c", "-c", "user.name=A", *arguments], cwd=project.root, check=True)


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
