"""SARIF reports are valid against the schema published by OASIS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from gate_helpers import DATA, warm_gate
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft4Validator
from test_report_formats import CLEAN, EXPIRED, FINDING, VERDICT, WAIVED, WAIVER

from lakekit_policies import Verdict
from lakekit_policies.report import sarif, text
from lakekit_policies.verdict import Waived

SCHEMA = DATA / "sarif/sarif-schema-2.1.0.json"
REVIEWED = replace(VERDICT, findings=[], waived=[])


@cache
def validator() -> Draft4Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def problems(verdict: Verdict, base: Verdict | None = None) -> list[str]:
    """Schema errors of a report."""
    document = json.loads(text(verdict, "sarif", base))
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(document)]


def test_report_names_its_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["id"] == sarif.SCHEMA


def test_schema_rejects_invalid_sarif() -> None:
    document = json.loads(text(VERDICT, "sarif"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    document["runs"][0]["columnKind"] = "pixels"
    assert len(list(validator().iter_errors(document))) == 2


@pytest.mark.parametrize(
    ("verdict", "base"),
    [
        (CLEAN, None),
        (VERDICT, None),
        (VERDICT, CLEAN),
        (VERDICT, VERDICT),
        (CLEAN, VERDICT),
        (REVIEWED, None),
        (replace(CLEAN, ledger_problems=[EXPIRED, replace(EXPIRED, source="policies/waivers.yaml")]), None),
        (replace(CLEAN, waived=[Waived(WAIVED, replace(WAIVER, source="stacks/main.py:3"))]), None),
        (replace(CLEAN, stage="plan", stacks=[], findings=[replace(FINDING, stack="", path="", source="")]), None),
        (replace(CLEAN, findings=[replace(FINDING, stack="", path="", address="", source="", reference="")]), None),
        (replace(VERDICT, stage="synth and plan", plan_sha256="ab", acknowledged=[FINDING]), CLEAN),
    ],
)
def test_every_report_is_valid_sarif(verdict: Verdict, base: Verdict | None) -> None:
    assert problems(verdict, base) == []


@settings(max_examples=40, deadline=None)
@given(st.text(), st.text(), st.text())
def test_sarif_is_valid_for_any_text(reason: str, path: str, source: str) -> None:
    odd = replace(FINDING, reason=reason, path=path, source=source)
    assert problems(replace(CLEAN, findings=[odd])) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="[](\\\\a", max_size=12))
def test_text_of_a_configuration_is_no_link(reason: str) -> None:
    odd = replace(FINDING, reason=reason)
    (result,) = json.loads(text(replace(CLEAN, findings=[odd]), "sarif"))["runs"][0]["results"]
    # SARIF 2.1.0, 3.11.6: a backslash makes a bracket or a backslash literal.
    literal = re.sub(r"\\[\\\[\]]", " ", result["message"]["text"])
    assert "](" not in literal


def test_paths_are_uris() -> None:
    (result,) = json.loads(text(replace(CLEAN, findings=[replace(FINDING, source="my stacks/größe.py:3")]), "sarif"))[
        "runs"
    ][0]["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "my%20stacks/gr%C3%B6%C3%9Fe.py"
    assert where["region"] == {"startLine": 3}


def test_gate_report_is_valid_sarif(tmp_path: Path) -> None:
    verdict = warm_gate().evaluate_plan(DATA / "foreign_plan.json")
    assert verdict.findings
    assert problems(verdict) == []
