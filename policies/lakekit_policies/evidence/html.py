"""Render the page: one self-contained file."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from lakekit_policies.evidence.build import Evidence
from lakekit_policies.shared.safe_text import clean_lines


def render(evidence: Evidence) -> str:
    """The evidence as one self-contained HTML document."""
    environment = Environment(
        loader=PackageLoader("lakekit_policies.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    return environment.get_template("page.html.j2").render(e=evidence, v=evidence.verdict, facts=evidence.facts)


def _clean(value: Any) -> Any:
    """Clean the text of an expression; markup comes from macros, whose own expressions are clean already."""
    return clean_lines(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
