"""Reports of a verdict: for people, for pipelines, for pull requests."""

from __future__ import annotations

from typing import Final

from lakekit_policies.report import junit, markdown, sarif
from lakekit_policies.verdict import Verdict

FORMATS: Final = ("json", "sarif", "junit", "markdown")
"""Formats of :func:`text`; the terminal's report is :mod:`lakekit_policies.report.terminal`."""


def text(verdict: Verdict, form: str, base: Verdict | None = None) -> str:
    """The verdict in one of :data:`FORMATS`.

    Args:
        verdict: what to report.
        form: one of the formats.
        base: the verdict of the base branch, to mark new and fixed findings (sarif, markdown).

    Raises:
        ValueError: the format is unknown.
    """
    match form:
        case "json":
            return verdict.to_json() + "\n"
        case "sarif":
            return sarif.render(verdict, base)
        case "junit":
            return junit.render(verdict)
        case "markdown":
            return markdown.render(verdict, base)
    raise ValueError(f"unknown report format {form!r}; choose one of {', '.join(FORMATS)}")
