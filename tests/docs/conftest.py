"""Reports how the code blocks are tested, and lists those that no test can run."""

from __future__ import annotations

from collections import Counter

import docs_executions
import pytest
from docs_code_blocks import all_blocks


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count commands and blocks by the way they are tested; list the blocks that need an account."""
    if not any("tests/docs/" in report.nodeid for report in terminalreporter.getreports("passed")):
        return
    blocks = all_blocks()
    commands = docs_executions.documented(blocks)
    counts = Counter(docs_executions.how(command, block) for command, block in commands.items())
    marked = [block for block in blocks if block.needs]
    terminalreporter.section(f"{len(marked)} code blocks need an account and were checked, not run")
    for block in marked:
        terminalreporter.line(f"{block.place}  {block.needs}")
    terminalreporter.section(f"{len(commands)} documented command lines")
    for how in docs_executions.TESTED:
        terminalreporter.line(f"{counts[how]:3}  {how}")
    terminalreporter.line(f"{sum(block.language == 'python' for block in blocks):3}  Python blocks synthesized")
