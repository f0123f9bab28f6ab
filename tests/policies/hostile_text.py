"""Hostile text and verdicts that contain it, and what no output may contain."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields
from html.parser import HTMLParser

from hypothesis import strategies as st

from lakekit_policies import Finding, Verdict
from lakekit_policies.verdict import LedgerProblem, Waived, Waiver

HOSTILE = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b2J", "a\x7fb", "\x00", "\r overwritten", "name\u202etxt.exe",
    "\u2066isolated\u2069", "zero\u200bwidth", "soft\u00adhyphen", "line\u2028separator\u2029", "\u0085next",
    "\ufeffbom", "\U000e0041tag", "\u3164", "\ud800", "[red]markup[/red]", "[link=http://evil]x[/link]",
    "::error::pwned", "first\n::set-output name=x::y", "text  ::add-mask::***", "##[error]x", "##vso[task.complete]",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table>", "a | b | c", "`code` **bold**",
    "[click](http://evil)", "![x](http://evil/p.png)", "@everyone", "&lt;b&gt;", "]]>", "</details>", "\n# heading",
]  # fmt: skip
MIXED = st.builds("".join, st.tuples(st.text(max_size=8), st.sampled_from(HOSTILE)))
ANY = st.text(max_size=30) | st.sampled_from(HOSTILE) | MIXED
FINDINGS = st.builds(
    Finding, rule_id=ANY, title=ANY, severity=st.sampled_from(["critical", "high", "medium", "low"]), stack=ANY,
    address=ANY, path=ANY, reason=ANY, remedy=ANY, reference=ANY | ANY.map("https://example.com/{}".format), source=ANY,
)  # fmt: skip
WAIVERS = st.builds(Waiver, **{item.name: ANY for item in fields(Waiver)})
VERDICTS = st.builds(
    Verdict, stage=st.just("plan"), findings=st.lists(FINDINGS, min_size=1, max_size=2), rules_run=st.just(1),
    resources=st.just(1), stacks=st.lists(ANY, max_size=2), seconds=st.just(0.1), notes=st.lists(ANY, max_size=1),
    warnings=st.lists(FINDINGS, max_size=1), waived=st.lists(st.builds(Waived, FINDINGS, WAIVERS), max_size=1),
    ledger_problems=st.lists(st.builds(LedgerProblem, ANY, ANY, ANY, ANY), max_size=1),
    acknowledged=st.lists(FINDINGS, max_size=1), acknowledged_by=ANY,
)  # fmt: skip


def unsafe(shown: str) -> list[str]:
    """Return what no output may contain."""
    found = [
        f"U+{ord(character):04X}"
        for character in shown
        if character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    ]
    # A runner trims a line before it looks for a command.
    found += [line for line in shown.split("\n") if re.match(r"\s*::[A-Za-z_-]", line) or re.search(r"##\w*\[", line)]
    return found


class Elements(HTMLParser):
    """Names of the elements in a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
