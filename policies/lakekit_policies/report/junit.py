"""JUnit XML: one suite per stack, a failed case per finding, a skipped case per accepted finding."""

from __future__ import annotations

from xml.etree import ElementTree

from lakekit_policies.shared.safe_text import clean as _text
from lakekit_policies.shared.safe_text import clean_data
from lakekit_policies.verdict import Finding, Verdict


def render(verdict: Verdict) -> str:
    """The verdict as JUnit XML; a stack without findings has one passed case, so that no suite is empty."""
    verdict = clean_data(verdict)
    root = ElementTree.Element("testsuites", name=f"lakekit gate ({verdict.stage})", time=f"{verdict.seconds:.3f}")
    reported = [*verdict.findings, *verdict.acknowledged, *verdict.warnings, *(pair.finding for pair in verdict.waived)]
    for stack in list(dict.fromkeys([*verdict.stacks, *(finding.stack for finding in reported)])) or [""]:
        _stack(root, stack, verdict)
    if verdict.ledger_problems:
        suite = ElementTree.SubElement(root, "testsuite", name="waiver ledger")
        for problem in verdict.ledger_problems:
            case = ElementTree.SubElement(
                suite, "testcase", classname=_text(problem.source), name=_text(f"{problem.kind}: {problem.message}")
            )
            failure = ElementTree.SubElement(case, "failure", type=problem.kind, message=_text(problem.message))
            failure.text = f"{problem.message}\nFix: {problem.fix}\nAt: {problem.source}"
    properties = ElementTree.Element("properties")
    ElementTree.SubElement(properties, "property", name="coverage", value=_text(verdict.coverage.text))
    root[0].insert(0, properties)
    for suite in root:
        _count(suite)
    for total in ("tests", "failures", "skipped", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _stack(root: ElementTree.Element, stack: str, verdict: Verdict) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=_text(stack or "configuration"))
    findings = [finding for finding in verdict.findings if finding.stack == stack]
    for finding in findings:
        failure = ElementTree.SubElement(
            _case(suite, finding), "failure", type=finding.severity, message=_text(finding.message)
        )
        failure.text = _details(finding)
    for waived in verdict.waived:
        if waived.finding.stack == stack:
            waiver = waived.waiver
            why = f"waived until {waiver.expires} by {waiver.owner} ({waiver.ticket}): {waiver.reason}"
            ElementTree.SubElement(_case(suite, waived.finding), "skipped", message=_text(why))
    for finding in verdict.acknowledged:
        if finding.stack == stack:
            why = f"acknowledged by {verdict.acknowledged_by}; finding: {finding.message}"
            ElementTree.SubElement(_case(suite, finding), "skipped", message=_text(why))
    for warning in verdict.warnings:
        if warning.stack == stack:
            ElementTree.SubElement(_case(suite, warning), "system-out").text = _text(f"warning: {warning.reason}")
    if not findings:
        name = f"{verdict.rules_run} rules without findings, except accepted ones"
        ElementTree.SubElement(suite, "testcase", classname=_text(stack or "configuration"), name=name)


def _case(suite: ElementTree.Element, finding: Finding) -> ElementTree.Element:
    name = _text(f"{finding.rule_id} {finding.title}")
    case = ElementTree.SubElement(suite, "testcase", classname=_text(finding.location or "configuration"), name=name)
    file, _, line = finding.source.rpartition(":")
    if file:
        case.set("file", file)
        case.set("line", line)
    return case


def _details(finding: Finding) -> str:
    lines = [
        f"{finding.severity.upper()} {finding.rule_id}: {finding.message}",
        f"At:  {finding.address or finding.stack}",
        f"Created at: {finding.source}" if finding.source else "",
        f"Fix: {finding.remedy}" if finding.remedy else "",
        f"See: {finding.reference}" if finding.reference else "",
    ]
    return "\n".join(line for line in lines if line)


def _count(suite: ElementTree.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("errors", "0")
