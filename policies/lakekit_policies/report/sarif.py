"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import quote

from lakekit_policies.report.comparison import compare
from lakekit_policies.shared.safe_text import clean_data
from lakekit_policies.shared.version import __version__
from lakekit_policies.verdict import Finding, LedgerProblem, Verdict, Waiver

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEDGER_RULE: Final = "LK_LEDGER"
_LINE: Final = re.compile("[1-9][0-9]*", re.ASCII)  # SARIF counts lines from 1
_LINK: Final = re.compile(r"(\\*)\]\(")
_LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# GitHub sorts alerts by this number: 9 and above is critical, 7 high, 4 medium.
_SCORES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def render(verdict: Verdict, base: Verdict | None = None) -> str:
    """The verdict as one run: logical location = construct path, physical location = line of the call that created it.

    Waived and acknowledged findings are results with an accepted suppression; undetermined
    results are of kind review.
    """
    verdict, base = clean_data(verdict), clean_data(base)
    new = {finding.key for finding in compare(verdict, base).new} if base else None

    def state(finding: Finding) -> dict[str, str]:
        if new is None:
            return {}
        return {"baselineState": "new" if finding.key in new else "unchanged"}

    results = [{**_result(finding), **state(finding)} for finding in verdict.findings]
    results += [{**_result(one.finding), "suppressions": [_suppression(one.waiver)]} for one in verdict.waived]
    results += [{**_result(finding), "suppressions": [_acknowledged(verdict)]} for finding in verdict.acknowledged]
    results += [{**_result(finding), "kind": "review", "level": "none"} for finding in verdict.warnings]
    results += [_ledger_result(problem) for problem in verdict.ledger_problems]
    every = [*verdict.findings, *verdict.acknowledged, *(one.finding for one in verdict.waived), *verdict.warnings]
    rules = {finding.rule_id: _rule(finding) for finding in every}
    if verdict.ledger_problems:
        rules[LEDGER_RULE] = {
            "id": LEDGER_RULE,
            "name": "WaiverLedger",
            "shortDescription": {"text": "Waivers have an expiry date, a valid reason and one construct"},
            "defaultConfiguration": {"level": "error"},
            "properties": {"security-severity": _SCORES["high"], "tags": ["policy", "waiver"]},
        }
    order = sorted(rules)
    for result in results:
        result["ruleIndex"] = order.index(result["ruleId"])
    driver = {
        "name": "Lakekit gate",
        "semanticVersion": __version__,
        "informationUri": "https://pypi.org/project/lakekit/",
        "rules": [rules[rule_id] for rule_id in order],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"lakekit/{verdict.stage.replace(' ', '-')}/"},
        "invocations": [{"executionSuccessful": True, "exitCode": verdict.exit_code}],
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder of cdktf.json"}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "rulesRun": verdict.rules_run,
            "resources": verdict.resources,
            "coverage": asdict(verdict.coverage),
            "notes": verdict.notes,
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.rule_id,
        "name": finding.rule_id,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.title},
        "help": {"text": finding.remedy or finding.title},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"security-severity": _SCORES[finding.severity], "tags": ["policy", finding.severity]},
    }
    if finding.reference.startswith("http"):
        rule["helpUri"] = finding.reference
    return rule


def _result(finding: Finding) -> dict[str, Any]:
    text = finding.message if not finding.remedy else f"{finding.message}\nFix: {finding.remedy}"
    location: dict[str, Any] = {"logicalLocations": _logical(finding)}
    # Code scanning requires a file: the synthesized one if no line of Python is known.
    location["physicalLocation"] = _physical(finding.source or f"cdktf.out/stacks/{finding.stack}/cdk.tf.json")
    return {
        "ruleId": finding.rule_id,
        "level": _LEVELS[finding.severity],
        "message": {"text": _without_links(f"{finding.location or 'The configuration'}: {text}")},
        "locations": [location],
        # Without the line: a finding stays the same when code above it moves.
        "partialFingerprints": {"lakekitFinding/v1": hashlib.sha256("\n".join(finding.key).encode()).hexdigest()},
    }


def _without_links(text: str) -> str:
    """Text in which nothing is an embedded link, `[text](target)`: SARIF 2.1.0, section 3.11.6."""
    return _LINK.sub(lambda match: "\\" * (2 * len(match.group(1)) + 1) + "](", text)


def _logical(finding: Finding) -> list[dict[str, str]]:
    found = []
    if finding.path:
        name = finding.path.rpartition("/")[2]
        found.append({"name": name, "fullyQualifiedName": finding.path, "kind": "construct"})
    if finding.address:
        name = finding.address.rpartition(".")[2]
        found.append({"name": name, "fullyQualifiedName": finding.address, "kind": "resource"})
    return found or [{"name": finding.stack or "configuration", "kind": "stack"}]


def _physical(source: str) -> dict[str, Any]:
    file, _, line = source.rpartition(":")
    if not file or not _LINE.fullmatch(line):
        return {"artifactLocation": {"uri": quote(source), "uriBaseId": "PROJECT"}}
    return {"artifactLocation": {"uri": quote(file), "uriBaseId": "PROJECT"}, "region": {"startLine": int(line)}}


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "inSource" if ".py:" in waiver.source else "external",
        "status": "accepted",
        "justification": f"{waiver.reason} ({waiver.owner}, {waiver.ticket}, until {waiver.expires})",
        "location": {"physicalLocation": _physical(waiver.source)},
    }


def _acknowledged(verdict: Verdict) -> dict[str, Any]:
    """The suppression of a finding acknowledged for this plan."""
    return {"kind": "external", "status": "accepted", "justification": f"acknowledged by {verdict.acknowledged_by}"}


def _ledger_result(problem: LedgerProblem) -> dict[str, Any]:
    return {
        "ruleId": LEDGER_RULE,
        "level": "error",
        "message": {"text": _without_links(f"{problem.kind.replace('_', ' ')}: {problem.message}\nFix: {problem.fix}")},
        "locations": [{"physicalLocation": _physical(problem.source)}],
        "partialFingerprints": {
            "lakekitFinding/v1": hashlib.sha256(f"{problem.kind}\n{problem.message}".encode()).hexdigest()
        },
    }
