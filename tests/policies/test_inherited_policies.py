"""Policy documents that inherit from one another, as one text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, could_not_evaluate, found, resource, warm_gate, write_out

from lakekit_policies.terraform import policy_texts
from lakekit_policies.terraform.stack_as_plan import convert_stack

ADMINISTRATOR = {"effect": "Allow", "actions": ["*"], "resources": ["*"]}
LENGTH = 1000


def inheriting(*names: str) -> dict[str, Any]:
    return {"source_policy_documents": [f"${{data.aws_iam_policy_document.{name}.json}}" for name in names]}


def stack(documents: dict[str, Any]) -> dict[str, Any]:
    policy = resource("prod-x/x", name="x", policy="${data.aws_iam_policy_document.d0.json}")
    return configuration({"aws_iam_policy": {"x": policy}}, tier="prod", data={"aws_iam_policy_document": documents})


def chain(last: dict[str, Any]) -> dict[str, Any]:
    return {f"d{number}": inheriting(f"d{number + 1}") for number in range(LENGTH)} | {f"d{LENGTH}": last}


def text_of(documents: dict[str, Any]) -> Any:
    """The policy as the converted stack shows it; None if it is not known."""
    (policy,) = (
        one["values"]
        for one in convert_stack(stack(documents)).document["planned_values"]["root_module"]["resources"]
        if one["address"] == "aws_iam_policy.x"
    )
    return json.loads(policy["policy"]) if "policy" in policy else None


def test_long_chain_is_evaluated(tmp_path: Path) -> None:
    verdict = warm_gate().evaluate_synth(
        write_out(tmp_path / "out", prod_x=stack(chain({"statement": [ADMINISTRATOR]})))
    )
    assert "aws_iam_policy.x" in found(verdict, "CKV_AWS_63")


@pytest.mark.parametrize(
    "documents",
    [
        {"d0": inheriting("d0")},
        {"d0": inheriting("d1"), "d1": inheriting("d2"), "d2": inheriting("d1")},
        {"d0": inheriting("other")},
        chain(inheriting("d0")),
    ],
)
def test_cycles_and_unknown_documents_are_unknown(documents: dict[str, Any]) -> None:
    assert text_of(documents) is None


def test_statements_are_inherited_once_for_each_document() -> None:
    shared = {"statement": [{**ADMINISTRATOR, "sid": "S"}]}
    documents = {"d0": inheriting("d1", "d2"), "d1": inheriting("d3"), "d2": inheriting("d3"), "d3": shared}
    assert [one["Sid"] for one in text_of(documents)["Statement"]] == ["S"]


def test_undecided_statements_are_inherited() -> None:
    dynamic = {"statement": {"for_each": '${uuid() == "" ? [] : [1]}', "content": ADMINISTRATOR}}
    converted = convert_stack(stack(chain({"dynamic": dynamic})))
    assert converted.undecided == {("aws_iam_policy.x", "policy")}


def test_too_many_inherited_statements_are_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with could_not_evaluate("too_large", "IAM accepts 20,480 in a policy"):
        monkeypatch.setattr(policy_texts, "_MOST", 1000)
        convert_stack(stack(chain({"statement": [ADMINISTRATOR]})))
