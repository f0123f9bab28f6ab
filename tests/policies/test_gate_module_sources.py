"""Sources of modules in plans without a stack of Lakekit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("../../out/mod", "above the root module; whether that is the project is not known"),
        ("./assets/../../mod", "above the root module; whether that is the project is not known"),
        ("../../../../mod", "outside of the project"),
        ("/opt/mod", "the module comes from /opt/mod"),
        ("git::ssh://git.example/x.git", "the module comes from git::ssh"),
        ("acme/lake/aws", "the module comes from acme/lake/aws"),
        ("https://evil.example/mod.zip", "the module comes from https"),
        ("./modules/lake", ""),
        ("./a/../modules/lake", ""),
    ],
)
def test_modules_of_a_plan_without_a_stack(tmp_path: Path, source: str, expected: str) -> None:
    path = write_plan(tmp_path / "plan.json", {"aws_sqs_queue.q": {"name": "q"}})
    document = json.loads(path.read_text())
    document["configuration"]["root_module"]["module_calls"] = {"m": {"source": source, "module": {}}}
    path.write_text(json.dumps(document))
    verdict = warm_gate().evaluate_plan(path)
    rejected = [one.reason for one in verdict.findings if one.rule_id == "LK_ACT_5"]
    reported = [one.reason for one in verdict.warnings if one.rule_id == "LK_ACT_5"]
    if "not known" in expected:
        assert rejected == []
        assert len(reported) == 1
        assert expected in reported[0]
    else:
        assert reported == []
        assert [expected in one for one in rejected] == [True] * bool(expected)
