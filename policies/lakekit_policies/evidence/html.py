"""Render the page: one self-contained file."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from lakekit_policies.evidence.build import Evidence


def render(evidence: Evidence) -> str:
    """The evidence as one self-contained HTML document."""
    environment = Environment(
        loader=PackageLoader("lakekit_policies.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(e=evidence, v=evidence.verdict, facts=evidence.facts)
