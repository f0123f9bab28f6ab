"""A malformed policy is one finding on its resource, with the rule and the cause."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies import Finding
from lakekit_policies.gate.crashes import crash_finding, fold_crashes

READ: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-raw/*"}
ROLE = {"AWS": "arn:aws:iam::111122223333:role/x"}


def text(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


FORMS: dict[str, Any] = {
    "an action without a service": lambda one: text({**one, "Action": "GetObject"}),
    "an action that is a number": lambda one: text({**one, "Action": 5}),
    "a principal that is a number": lambda one: text({**one, "Principal": 5}),
    "no Statement": lambda _: json.dumps({"Version": "2012-10-17"}),
    "no statements": lambda _: text(),
    "a statement that is a text": lambda _: text("x"),
    "no effect": lambda one: text({name: value for name, value in one.items() if name != "Effect"}),
    "a condition that is a list": lambda one: text({**one, "Condition": ["x"]}),
    "several errors": lambda one: text({**one, "Effect": "allow", "Action": 5, "Condition": "x"}, "y"),
    "text that is not JSON": lambda _: '{"Statement": [',
    "NaN, which is not JSON": lambda one: text({**one, "Condition": {"NumericLessThan": {"s3:max-keys": math.nan}}}),
    "as many levels as no parser reads": lambda _: '{"Statement": [' + "[" * 3000 + "]" * 3000 + "]}",
    "more levels than are evaluated": lambda one: text({**one, "Condition": json.loads("[" * 300 + "]" * 300)}),
}
TYPES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "aws_iam_policy": ("policy", READ, {"name": "x"}),
    "aws_s3_bucket_policy": ("policy", {**READ, "Principal": ROLE}, {"bucket": "acme-raw"}),
    "aws_iam_role": ("assume_role_policy", {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ROLE}, {}),
    "aws_opensearch_domain": ("access_policies", {**READ, "Principal": ROLE}, {"domain_name": "d"}),
}
PROTECTION = {
    "Name": "d",
    "Version": "2021-06-01",
    "Statement": [
        {
            "Sid": "Audit",
            "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
            "Operation": {"Audit": {"FindingsDestination": {"S3": {"Bucket": "elsewhere"}}}},
        }
    ],
}


def name(form: str) -> str:
    return form.replace(" ", "_")


@cache
def judged() -> dict[str, list[Finding]]:
    resources: dict[str, dict[str, Any]] = {
        "aws_cloudwatch_log_data_protection_policy.p": {"policy_document": json.dumps(PROTECTION)}
    }
    for kind, (attribute, statement, more) in TYPES.items():
        resources[f"{kind}.valid"] = {**more, attribute: text(statement)}
        for form, build in FORMS.items():
            resources[f"{kind}.{name(form)}"] = {**more, attribute: build(statement)}
    with TemporaryDirectory() as folder:
        findings = warm_gate().evaluate_plan(write_plan(Path(folder) / "plan.json", resources)).findings
    return {address: [one for one in findings if one.address == address] for address in resources}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("form", FORMS)
def test_a_malformed_policy_is_one_finding(kind: str, form: str) -> None:
    of_type = {finding.rule_id for finding in judged()[f"{kind}.valid"]}
    found = [finding for finding in judged()[f"{kind}.{name(form)}"] if finding.rule_id not in of_type]
    assert [finding.rule_id for finding in found] == ["LK_IAM_31"]


def test_a_text_that_is_nested_too_deeply_is_reported_in_any_attribute(tmp_path: Path) -> None:
    deep = json.dumps({"Url": json.loads("[" * 300 + "]" * 300)})
    resources = {
        "aws_iam_role.nested": {"inline_policy": [{"name": "p", "policy": deep}]},
        "aws_glue_trigger.other": {"actions": [{"arguments": {"--x": deep}}]},
        "aws_glue_trigger.list": {"actions": [{"arguments": {"--x": f"[{deep}]"}}]},
        "aws_glue_trigger.code": {"actions": [{"arguments": {"--x": "{" + "if (a) { b[0] }" * 100}}]},
    }
    findings = warm_gate().evaluate_plan(write_plan(tmp_path / "plan.json", resources)).findings
    found = {one.address: one.reason for one in findings if one.rule_id == "LK_IAM_31"}
    assert found == {
        "aws_iam_role.nested": "inline_policy.policy: is nested more than 100 levels deep",
        "aws_glue_trigger.other": "actions.arguments.--x: is nested more than 100 levels deep",
        "aws_glue_trigger.list": "actions.arguments.--x: is nested more than 100 levels deep",
    }


def test_a_data_protection_policy_is_not_an_iam_policy_and_its_destination_is_judged() -> None:
    rules = {finding.rule_id for finding in judged()["aws_cloudwatch_log_data_protection_policy.p"]}
    assert not rules & {"LK_IAM_31", "LK_COV_1"}
    assert "LK_DEST_1" in rules


def finding(rule: str, severity: str, address: str = "aws_iam_policy.p") -> Finding:
    return Finding(rule, "title", severity, "stack", address, "", "is malformed", "fix")


def test_crashes_are_folded_into_the_finding_of_the_policy_with_the_worst_severity() -> None:
    rules = (("A", "low"), ("B", "critical"))
    crashes = [crash_finding(finding(rule, severity), "KeyError('x')") for rule, severity in rules]
    (found,) = fold_crashes([finding("LK_IAM_31", "high")], crashes)
    assert (found.rule_id, found.severity) == ("LK_IAM_31", "critical")
    assert found.reason == "is malformed; therefore not evaluated by A, B"


def test_other_crashes_stay() -> None:
    crash = crash_finding(finding("A", "low", "aws_iam_policy.other"), "KeyError('x')")
    assert crash in fold_crashes([finding("LK_IAM_31", "high")], [crash])
    assert crash.severity == "high"


def test_a_finding_that_only_reads_like_a_crash_stays() -> None:
    """Text of a configuration can occur in a reason; only what the engine returns as a crash is folded."""
    like = replace(finding("A", "high"), reason="A could not evaluate aws_iam_policy.p: 'x'")
    malformed = finding("LK_IAM_31", "high")
    assert fold_crashes([like, malformed], []) == [like, malformed]


def test_a_crash_is_folded_whatever_its_reason() -> None:
    crash = replace(finding("A", "high"), reason="another text")
    (found,) = fold_crashes([finding("LK_IAM_31", "high")], [crash])
    assert found.reason == "is malformed; therefore not evaluated by A"


@pytest.mark.parametrize("given", [42, "hello", "[1, 2]"])
def test_a_known_value_that_is_no_policy_is_not_called_unknown(tmp_path: Path, given: object) -> None:
    path = write_plan(tmp_path / "plan.json", {"aws_iam_policy.P": {"name": "p", "policy": given}})
    found = [one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == "LK_IAM_1"]
    assert found
    assert all("not a JSON object with Version and Statement" in one and "known before" not in one for one in found)
