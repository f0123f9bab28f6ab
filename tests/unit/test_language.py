"""The text of the product uses standard terms: phrases of an earlier private dialect do not come back."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "constructs",
    "policies",
    "scripts",
    "stacks",
    "examples",
    "docs",
    "benchmarks",
    "README.md",
    "CONTRIBUTING.md",
)
PHRASES = {
    "of ours": r"\b(?:of ours|none of ours|are ours)\b",
    "knock, door": r"\bknock\w*\b|\bdoors?\b",
    "rings": r"\brings?\b",
    "somebody": r"\b(?:some|no|any)body\b|\bwhoever\b",
    "told": r"\btold\b|\btells\b",
    "besides": r"\bbesides\b",
    "at hand": r"\bat hand\b",
    "made anew": r"\b(?:made|written|created) anew\b|\bmade again\b",
    "may what": r"\bwho may what\b",
}

DEPLOYED = (
    'self, "Door", network=',
    'f"Ring{service.capitalize()}"',
    "for whoever is on call",
    "EventBridge tells the alarm topic of failures in",
    "failures told",
    "nobody is granted anything here",
    "EventBridge tells Snowpipe of new objects of zone",
)
"""Construct ids, Sids and descriptions of deployed resources: rewording them would change what is deployed."""


def tracked_text() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=True)
    suffixes = {".py", ".md", ".yaml", ".yml", ".j2", ".cjs", ".toml"}
    return [ROOT / name for name in listed.stdout.splitlines() if Path(name).suffix in suffixes]


@pytest.mark.parametrize("phrase", PHRASES)
def test_text_avoids_the_phrase(phrase: str) -> None:
    pattern = re.compile(PHRASES[phrase], re.IGNORECASE)
    files = tracked_text()
    assert len(files) > 500
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line) and not any(text in line for text in DEPLOYED)
    ]
    assert found == []
