"""Code blocks of the Markdown files: where they are, what they are, and which account they need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
NEEDS = ("aws-account", "snowflake-account", "github", "gitlab")
"""What a block may need that a test does not have; written as `<!-- needs: aws-account -->` above the block."""

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)[^\n]*$")
_MARKER = re.compile(r"^\s*<!-- needs: (?P<value>[\w -]+) -->$")
# The block form: ruff formats Python blocks of Markdown files, and takes the one-line form for an expression.
_SNIPPET = re.compile(r"^--8<--\n(?P<path>\S+)\n--8<--$", re.MULTILINE)


@dataclass(frozen=True)
class CodeBlock:
    """One fenced block.

    Attributes:
        file: path relative to the repository.
        line: line of the opening fence.
        language: the info string, such as `python`.
        text: the content, with snippets inserted.
        needs: the account it needs, empty if none.
        is_example: it shows a file of `examples/`, which has a test of its own.
    """

    file: str
    line: int
    language: str
    text: str
    needs: str
    is_example: bool

    @property
    def place(self) -> str:
        """`file:line`, as editors open it."""
        return f"{self.file}:{self.line}"


def markdown_files() -> list[Path]:
    """Every Markdown file whose blocks are tested."""
    tops = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
    return [*tops, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]


def all_blocks() -> list[CodeBlock]:
    """Every block of every file, in order."""
    return [block for file in markdown_files() for block in blocks_of(file)]


def blocks_of(file: Path) -> Iterator[CodeBlock]:
    """The blocks of one file.

    Raises:
        ValueError: a fence is not closed, or a marker has an unknown value.
    """
    name = str(file.relative_to(ROOT))
    lines = iter(enumerate(file.read_text(encoding="utf-8").splitlines(), 1))
    needs = ""
    for number, line in lines:
        if marker := _MARKER.match(line):
            needs = marker["value"]
            continue
        opening = _FENCE.match(line)
        if opening is None:
            needs = "" if line.strip() else needs
            continue
        content = []
        for _, inner in lines:
            if inner.strip() == "```":
                break
            content.append(inner)
        else:
            raise ValueError(f"{name}:{number}: the code block is not closed")
        if needs and needs not in NEEDS:
            raise ValueError(f"{name}:{number}: needs {needs!r}; allowed: {', '.join(NEEDS)}")
        raw = dedent("\n".join(content) + "\n")
        yield CodeBlock(name, number, opening["language"], _with_snippets(raw), needs, bool(_SNIPPET.search(raw)))
        needs = ""


def _with_snippets(text: str) -> str:
    """Insert the files that `pymdownx.snippets` inserts in the site."""
    return _SNIPPET.sub(lambda match: (ROOT / match["path"]).read_text(encoding="utf-8"), text)
