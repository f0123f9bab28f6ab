"""GitHub-flavoured Markdown for a comment on a pull request: changes since the base, then all findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from lakekit_policies.report.comparison import Comparison, compare
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.safe_text import clean
from lakekit_policies.shared.safe_text import markdown as _plain
from lakekit_policies.shared.safe_text import markdown_code as _code
from lakekit_policies.verdict import SEVERITIES, Finding, Verdict, Waived

MARKER: Final = "<!-- lakekit gate -->"
"""First line of every comment, by which the next run identifies and replaces it."""

# GitHub rejects comments above 65,536 characters.
MAX_CHARACTERS: Final = 60_000
# Characters of a URL that are not markup; others are percent-encoded.
_URL: Final = ":/?#&=%~,;@+$-._"
_BADGES: Final = {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵"}


def render(verdict: Verdict, base: Verdict | None = None) -> str:
    """The verdict as a comment.

    Args:
        verdict: verdict of the branch.
        base: verdict of the base branch; without it no finding is marked new or fixed.
    """
    blocks = [MARKER, *_head(verdict, base)]
    changes = compare(verdict, base) if base else Comparison(list(verdict.findings), [], [], [], [])
    blocks += _findings("New" if base else "Findings", changes.new, opened=True)
    blocks += _findings("Still there", changes.unchanged, opened=False)
    blocks += _ledger(verdict)
    blocks += _short("Fixed", changes.fixed, "✅")
    blocks += _waived(verdict.waived, {finding.key for finding in changes.newly_waived})
    blocks += _acknowledged(verdict)
    advisory = [warning for warning in verdict.warnings if warning.level == "advisory"]
    blocks += _short("Advisory: reported, not rejected", advisory, "🔵")
    undetermined = [warning for warning in verdict.warnings if warning.level != "advisory"]
    blocks += _short("Undetermined: a value is not known yet", undetermined, "⚪")
    if verdict.notes:
        blocks.append("\n".join(["<details><summary>Notes</summary>", "", *(f"- {_plain(n)}" for n in verdict.notes)]))
        blocks[-1] += "\n\n</details>"
    blocks.append(f"<sub>{_coverage(verdict)}</sub>")
    return _truncated(blocks)


def _head(verdict: Verdict, base: Verdict | None) -> Iterator[str]:
    if verdict.ledger_problems:
        count = len(verdict.ledger_problems)
        yield f"### ❌ Lakekit gate: {counted(count, 'waiver')} without effect" + (
            f", {counted(len(verdict.findings), 'finding')}" if verdict.findings else ""
        )
    elif verdict.findings:
        counts = ", ".join(f"{number} {severity}" for severity, number in verdict.by_severity().items())
        yield f"### ❌ Lakekit gate: {counted(len(verdict.findings), 'finding')} ({counts})"
    elif verdict.clean:
        yield "### ✅ Lakekit gate: clean"
    else:
        yield "### ⚠️ Lakekit gate: passed, not fully evaluated"
    if base is not None:
        changes = compare(verdict, base)
        accepted = f"{len(changes.newly_waived)} newly waived"
        yield (
            f"**{len(changes.new)} new**, {len(changes.fixed)} fixed, "
            f"{f'**{accepted}**' if changes.newly_waived else accepted}, {len(changes.unchanged)} as before."
            + (
                f" {len(changes.not_evaluated_now)} in stacks that were not evaluated here."
                if changes.not_evaluated_now
                else ""
            )
        )


def _findings(title: str, findings: Sequence[Finding], *, opened: bool) -> Iterator[str]:
    if not findings:
        return
    lines = [f"<details{' open' if opened else ''}><summary><b>{title}: {len(findings)}</b></summary>", ""]
    lines += ["| | Rule | Where | Problem and fix |", "|---|---|---|---|"]
    lines += [_row(finding) for finding in sorted(findings, key=lambda one: SEVERITIES.index(one.severity))]
    yield "\n".join([*lines, "", "</details>"])


def _row(finding: Finding) -> str:
    linked = finding.reference.startswith(("http://", "https://"))
    rule = f"[{_id(finding)}]({quote(clean(finding.reference), safe=_URL)})" if linked else _id(finding)
    where = f"`{_code(finding.location or 'the configuration')}`"
    if finding.source:
        where += f"<br>`{_code(finding.source)}`"
    # A rule without details has its title as reason, which is in the same row already.
    lines = [_plain(finding.reason)] if finding.reason != finding.title else []
    lines += [f"**Fix:** {_plain(finding.remedy)}"] if finding.remedy else []
    return f"| {_badge(finding)} | {rule}<br>{_plain(finding.title)} | {where} | {'<br>'.join(lines)} |"


def _badge(finding: Finding) -> str:
    return f"{_BADGES[finding.severity]} {finding.severity}"


def _ledger(verdict: Verdict) -> Iterator[str]:
    if not verdict.ledger_problems:
        return
    lines = ["**Waivers that have no effect**", "", "| | Where | Problem and fix |", "|---|---|---|"]
    for problem in verdict.ledger_problems:
        kind, fix = _plain(problem.kind.replace("_", " ")), _plain(problem.fix)
        lines.append(f"| {kind} | `{_code(problem.source)}` | {_plain(problem.message)}<br>**Fix:** {fix} |")
    yield "\n".join(lines)


def _short(title: str, findings: Sequence[Finding], badge: str) -> Iterator[str]:
    if not findings:
        return
    lines = [f"<details><summary>{title}: {len(findings)}</summary>", ""]
    lines += [f"- {badge} {_id(f)} {_plain(f.title)}: `{_code(f.location)}`" for f in findings]
    yield "\n".join([*lines, "", "</details>"])


def _waived(waived: Sequence[Waived], new: set[tuple[str, str, str]]) -> Iterator[str]:
    if not waived:
        return
    # Reviewers decide on new waivers too, so they are not collapsed.
    lines = [f"<details{' open' if new else ''}><summary>Waived: {len(waived)}</summary>", ""]
    lines += ["| | Rule | Where | Reason | Owner | Until |", "|---|---|---|---|---|---|"]
    for pair in waived:
        finding, waiver = pair.finding, pair.waiver
        mark = " **new**" if finding.key in new else ""
        lines.append(
            f"| {_badge(finding)}{mark} | {_id(finding)}<br>{_plain(finding.title)} | `{_code(finding.location)}` "
            f"| {_plain(waiver.reason)} ({_plain(waiver.ticket)})<br>Accepted: {_plain(finding.message)} "
            f"| {_plain(waiver.owner)} | {_plain(waiver.expires)} |"
        )
    yield "\n".join([*lines, "", "</details>"])


def _acknowledged(verdict: Verdict) -> Iterator[str]:
    if not verdict.acknowledged:
        return
    lines = [f"<details open><summary>Acknowledged: {len(verdict.acknowledged)}</summary>", ""]
    lines += [
        f"By {_plain(verdict.acknowledged_by)}",
        "",
        "| | Rule | Where | Finding |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {_badge(one)} | {_id(one)}<br>{_plain(one.title)} | `{_code(one.location)}` | {_plain(one.message)} |"
        for one in verdict.acknowledged
    ]
    yield "\n".join([*lines, "", "</details>"])


def _coverage(verdict: Verdict) -> str:
    stacks = f"{counted(len(verdict.stacks), 'stack')}, " if verdict.stacks else ""
    plan = f", plan sha256 {verdict.plan_sha256[:12]}" if verdict.plan_sha256 else ""
    return (
        f"{counted(verdict.rules_run, 'rule')} over {stacks}{counted(verdict.resources, 'resource')}, "
        f"{verdict.stage}, {verdict.seconds:.2f} s{plan}; {_plain(verdict.coverage.text)}"
    )


def _truncated(blocks: list[str]) -> str:
    """Truncate to whole rows within the size limit of a comment, with a note."""
    text = "\n\n".join(blocks) + "\n"
    if len(text) <= MAX_CHARACTERS:
        return text
    kept = text[:MAX_CHARACTERS].rpartition("\n")[0]
    lines = kept.split("\n")
    # Cells can contain these texts; the elements of the report start a line.
    opened = sum(line.startswith("<details") for line in lines) - sum(line.startswith("</details>") for line in lines)
    return (
        kept
        + "\n\n</details>" * opened
        + "\n\n**Too long for a comment: see the artifacts of the run for the full report.**\n"
    )


def _id(finding: Finding) -> str:
    return f"`{_code(finding.rule_id)}`"
