"""Lists the code blocks that no test can run, so that a reader of the test output sees them."""

from __future__ import annotations

import pytest
from docs_code_blocks import all_blocks


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the blocks that need an account; their commands and options are checked all the same."""
    if not any("tests/docs/" in report.nodeid for report in terminalreporter.getreports("passed")):
        return
    blocks = [block for block in all_blocks() if block.needs]
    terminalreporter.section(f"{len(blocks)} code blocks need an account and were checked, not run")
    for block in blocks:
        terminalreporter.line(f"{block.place}  {block.needs}")
