"""Untrusted text in every report: no control sequences, no markup, no commands for CI runners."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hostile_text import ANY, VERDICTS, Elements, unsafe
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from lakekit_policies import Finding, GateError, Verdict
from lakekit_policies.report import terminal, text
from lakekit_policies.report.console import open_console
from lakekit_policies.shared.safe_text import clean, clean_data, clean_lines, markdown, markdown_code
from nonempty import nonempty


def rendered(verdict: Verdict, width: int = 80) -> str:
    stream = io.StringIO()
    terminal.render(verdict, Console(file=stream, width=width, force_terminal=False))
    return stream.getvalue()


# -- the function --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("\U000e0041", "\\U000e0041"),
        ("two\n lines\t.", "two lines ."),
        ("::error::x", "\\x3a:error::x"),
        ("see ::error::x", "see \\x3a:error::x"),
        ("##[group]x ##vso[x]", "#\\x23[group]x #\\x23vso[x]"),
        ("arn:aws:iam::111111111111:role/x from ::/0 and ::1", "arn:aws:iam::111111111111:role/x from ::/0 and ::1"),
        ("Zürich 東京, naïve 🔒", "Zürich 東京, naïve 🔒"),
    ],
)
def test_unsafe_characters_are_visible_and_others_unchanged(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


@given(ANY)
@example("::error::")
def test_cleaned_text_is_safe_and_stable(given_text: str) -> None:
    for function in (clean, clean_lines, markdown_code):
        assert unsafe(function(given_text)) == []
    assert clean(clean(given_text)) == clean(given_text)
    assert "\n" not in clean(given_text)
    assert clean_lines(given_text).count("\n") == given_text.replace("\r\n", "\n").count("\n")


@given(ANY)
def test_markdown_text_has_no_effect(given_text: str) -> None:
    plain = re.sub(r"\\([^\w\s]|_)", "", markdown(given_text)).replace("@&zwnj;", "")
    assert not set("`*_[]<>|~@") & set(plain)
    assert "|" not in markdown_code(given_text).replace("\\|", "")
    assert "`" not in markdown_code(given_text)


def test_structures_are_cleaned_at_every_depth() -> None:
    finding = Finding("a\x1b", "t", "low", "s", "a", "p", "r\u202e", "f")
    verdict = Verdict("plan", [finding], 1, 1, ["s\x00"], 0.1, evaluated={"a\x1b": ["b\x1b"]})
    cleaned = clean_data(verdict)
    assert unsafe(json.dumps(cleaned.to_dict(), ensure_ascii=False)) == []
    assert cleaned.findings[0].reason == "r\\u202e"
    assert cleaned.evaluated == {"a\\x1b": ["b\\x1b"]}
    assert verdict.findings[0].reason == "r\u202e", "the verdict itself is exact"


# -- every reporter -------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(VERDICTS, st.integers(40, 160))
def test_terminal_report_is_safe(verdict: Verdict, width: int) -> None:
    assert unsafe(rendered(verdict, width)) == []


@settings(max_examples=25, deadline=None)
@given(VERDICTS)
def test_text_reports_are_safe_and_well_formed(verdict: Verdict) -> None:
    for form in ("sarif", "junit", "markdown", "json"):
        assert unsafe(text(verdict, form)) == [], form
        text(verdict, form).encode()
    root = ElementTree.fromstring(text(verdict, "junit"))
    assert unsafe("\n".join(root.itertext())) == []
    strings = json.dumps(json.loads(text(verdict, "sarif")), ensure_ascii=False)
    assert unsafe(strings.replace("\\n", "\n")) == []
    assert Verdict.from_dict(json.loads(text(verdict, "json"))) == verdict, "JSON is exact"


@settings(max_examples=25, deadline=None)
@given(VERDICTS)
def test_markdown_report_keeps_its_structure(verdict: Verdict) -> None:
    shown = text(verdict, "markdown", replace(verdict, findings=[]))
    plain = re.sub(r"`[^`\n]*`|\\.", "", shown)
    assert plain.count("<details") == plain.count("</details>")
    assert set(Elements(plain).names) <= {"details", "summary", "b", "br", "sub"}
    tables = [line for line in shown.split("\n") if line.startswith("|")]
    for line in nonempty(tables):
        assert re.sub(r"\\.", "", line).count("|") in (3, 4, 5, 7), line


@given(ANY)
def test_evaluation_errors_are_safe(message: str) -> None:
    stream = io.StringIO()
    terminal.render_error(GateError("plan", message), open_console(stream))
    assert unsafe(stream.getvalue()) == []
