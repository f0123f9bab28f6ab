"""Properties of every rule: tests, metadata and compatibility with stock checkov."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from bucket_fixtures import BUCKET
from rule_cases import Case

import lakekit_policies
from lakekit_policies.controls import FRAMEWORKS, PACKS
from lakekit_policies.curated.categories import CATEGORIES
from lakekit_policies.terraform.stack_as_plan import convert_stack
from nonempty import nonempty

HERE = Path(__file__).parent
RULES = Path(lakekit_policies.__file__).parent / "rules"
DESCRIBE = """
import json
from lakekit_policies.engine import checkov_imports; checkov_imports.prepare()
from lakekit_policies.pack.load import load_pack
pack = load_pack()
rules = [*pack.own_rules]
words = ("id", "title", "rationale", "remedy", "reference", "stages", "severity", "pack", "controls")
print(json.dumps({
    "rules": [
        {**{w: getattr(r, w) for w in words}, "name": type(r).__name__, "module": type(r).__module__,
         "resources": getattr(r, "resources", ())} for r in rules
    ],
    "checkov": {i: [c.title, c.severity, c.remedy, c.reference] for i, c in pack.checkov.items()},
    "topics": {i: {"pack": c.pack, "controls": c.controls} for i, c in pack.checkov.items()},
    "noise": pack.excluded,
}, default=str))
"""


@cache
def pack() -> dict[str, Any]:
    """Description of the pack, loaded in a separate process because checkov changes global state."""
    run = subprocess.run([sys.executable, "-c", DESCRIBE], capture_output=True, text=True, check=True)
    described: dict[str, Any] = json.loads(run.stdout)
    return described


def cases() -> list[Case]:
    modules = [importlib.import_module(file.stem) for file in sorted(HERE.glob("test_rules_*.py"))]
    return [case for module in modules for case in getattr(module, "CASES", [])]


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    tested = {case.rule for case in cases() if case.bad}
    assert tested
    assert {rule["id"] for rule in pack()["rules"]} == tested


def test_rules_have_complete_metadata() -> None:
    for rule in nonempty(pack()["rules"]):
        assert re.fullmatch(r"LK_[A-Z0-9]+_\d+", rule["id"])
        assert rule["severity"] in ("low", "medium", "high", "critical"), rule["id"]
        assert rule["reference"].startswith("https://"), rule["id"]
        assert set(rule["stages"]) <= {"synth", "plan"}, rule["id"]
        assert re.fullmatch(r".+[^.]", rule["title"]), rule["id"]
        for sentence in ("remedy", "rationale"):
            assert rule[sentence].endswith((".", ")")), (rule["id"], sentence)


def test_rules_have_pack_and_controls() -> None:
    rules = [(rule["id"], rule) for rule in nonempty(pack()["rules"])]
    for rule_id, metadata in [*rules, *pack()["topics"].items()]:
        assert metadata["pack"] in PACKS, rule_id
        assert set(metadata["controls"]) <= set(FRAMEWORKS), rule_id
        assert {"nist", "soc2"} <= set(metadata["controls"]), f"{rule_id}: controls = {{'nist': [...], 'soc2': [...]}}"
        assert all(ids and not isinstance(ids, str) for ids in nonempty(metadata["controls"].values())), rule_id
        for control in nonempty(metadata["controls"]["nist"]):
            assert re.fullmatch(r"[A-Z]{2}-\d+(\(\d+\))?", control), (rule_id, control)


def test_every_curated_rule_has_one_topic() -> None:
    listed = [rule_id for category in CATEGORIES for rule_id in category.rule_ids]
    assert sorted(listed) == sorted(pack()["checkov"])


def test_rule_file_matches_rule_class() -> None:
    for rule in nonempty(pack()["rules"]):
        stem = rule["module"].rpartition(".")[2]
        assert stem.replace("_", "") == rule["name"].lower(), rule["module"]


def test_file_names_are_unique() -> None:
    """Stock checkov imports files by name: duplicate names would hide each other."""
    names = [file.stem for file in RULES.rglob("*.py") if file.stem != "__init__"]
    assert sorted(names) == sorted(set(names))
    assert not set(names) & set(sys.stdlib_module_names)


def test_curated_and_excluded_are_disjoint() -> None:
    assert not set(pack()["checkov"]) & set(pack()["noise"])
    for rule, (title, severity, remedy, reference) in nonempty(pack()["checkov"].items()):
        assert title
        assert remedy.endswith("."), rule
        assert severity in ("low", "medium", "high", "critical"), rule
        assert reference.startswith("https://"), rule


def test_stock_checkov_runs_our_rules(tmp_path: Path) -> None:
    """The stock command reports our rules on a plan with their messages and exit code 1."""
    document = convert_stack(BUCKET).document
    resources = document["planned_values"]["root_module"]["resources"]
    policies = [item for item in resources if item["type"] == "aws_s3_bucket_policy"]
    document["planned_values"]["root_module"]["resources"] = [item for item in resources if item not in policies]
    document["terraform_version"] = "1.11.4"
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document))
    command = [str(Path(sys.executable).with_name("checkov")), "-f", str(plan), "--framework", "terraform_plan"]
    external = ["--external-checks-dir", str(RULES), "--skip-download", "-o", "json", "-c", "LK_S3_1,LK_S3_4,LK_S3_6"]
    run = subprocess.run(
        [*command, *external], capture_output=True, text=True, check=False, env={**os.environ, "LOG_LEVEL": "ERROR"}
    )
    assert run.returncode == 1, run.stderr
    assert "Cannot load external check" not in run.stderr
    results = json.loads(run.stdout)["results"]
    failed = {(check["check_id"], check["resource"]) for check in results["failed_checks"]}
    assert failed == {("LK_S3_1", "aws_s3_bucket.Raw"), ("LK_S3_1", "aws_s3_bucket.Logs")}
    details = [line for check in results["failed_checks"] for line in check["details"]]
    assert any("no bucket policy" in line for line in details)
    assert {check["check_id"] for check in results["passed_checks"]} == {"LK_S3_4", "LK_S3_6"}
