"""Markdown building blocks shared by the generators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Generated from the code by docs/_generators. Do not edit. -->\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; cells are escaped for pipes and line breaks."""
    lines = [_row(header), _row(["---"] * len(header))]
    lines += [_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """Inline code; an empty text stays empty."""
    return f"`{text}`" if text else ""


def text(words: str) -> str:
    """Plain text with `<placeholders>` kept visible: Markdown would read them as HTML tags."""
    parts = words.split("`")
    parts[::2] = [part.replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2]]
    return "`".join(parts)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
