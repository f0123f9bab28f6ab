"""Pages that live at the top of the repository, with their links rewritten for the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES: Mapping[str, str] = {
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "security.md": "SECURITY.md",
    "benchmarks.md": "benchmarks/README.md",
}
"""Page of the site: file of the repository."""


def pages() -> Mapping[str, str]:
    """The pages by their path in the site."""
    return {page: _rewrite((ROOT / source).read_text(encoding="utf-8"), source) for page, source in SOURCES.items()}


def _rewrite(markdown: str, source: str) -> str:
    """Point links to other pages of the site; a link to a file without a page becomes its text."""
    site = {file: page for page, file in SOURCES.items()}
    base = (ROOT / source).parent

    def link(match: re.Match[str]) -> str:
        label, target = match["label"], match["target"]
        if target.startswith(("http://", "https://", "#")):
            return match[0]
        path, _, anchor = target.partition("#")
        file = str((base / path).resolve().relative_to(ROOT))
        if file.startswith("docs/"):
            page = file.removeprefix("docs/")
        elif file in site:
            page = site[file]
        else:
            return label if label.startswith("`") else f"{label} (`{file}`)"
        return f"[{label}]({page}{'#' + anchor if anchor else ''})"

    return re.sub(r"\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)", link, markdown)
