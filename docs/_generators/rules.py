"""The rule catalogue, generated from the loaded policy pack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from lakekit_cli.main import lakekit
from lakekit_policies.controls import FRAMEWORKS, PACKS

from .markdown import NOTICE, code, table, text

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "policies" / "lakekit_policies"
SEVERITIES = ("critical", "high", "medium", "low")

INTRODUCTION = """\
# Rule catalogue

The gate evaluates {count} rules: {ours} are our own (`LK_…`), one per file; {checkov} are a curated list of checkov's
(`CKV_…`). `lakekit policies explain ID` prints the same text in the terminal. [The gate](../gate.md) explains stages
and severities, [Waivers](../waivers.md) how to accept a finding.
"""


def render() -> str:
    """Return the page: an index per pack, then one entry per rule."""
    rules = entries()
    ours = sum(rule["engine"] == "lakekit" for rule in rules)
    parts = [NOTICE, INTRODUCTION.format(count=len(rules), ours=ours, checkov=len(rules) - ours)]
    for pack, meaning in PACKS.items():
        chosen = [rule for rule in rules if rule["pack"] == pack]
        parts.append(f"## Pack {code(pack)}\n\n{text(meaning)}.\n")
        parts.append(table(("rule", "severity", "stages", "title"), (_index(rule) for rule in chosen)))
    parts.append("## Rules\n")
    parts += [_entry(rule) for rule in rules]
    return "\n".join(parts)


@cache
def entries() -> Sequence[Mapping[str, Any]]:
    """Every rule as `lakekit policies list --format json` prints it."""
    done = CliRunner().invoke(lakekit, ["policies", "list", "--format", "json"], catch_exceptions=False)
    if done.exit_code != 0:
        raise RuntimeError(f"lakekit policies list ended with {done.exit_code}: {done.output}")
    found: list[Mapping[str, Any]] = json.loads(done.stdout)
    return found


@cache
def files() -> Mapping[str, str]:
    """The file of each of our own rules, relative to the repository."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for rule_id in re.findall(r'^    id(?:: \S+)? = "(LK_\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE):
            found[rule_id] = str(path.relative_to(ROOT))
    return found


def _index(rule: Mapping[str, Any]) -> tuple[str, ...]:
    link = f"[{rule['id']}](#{_anchor(rule['id'])})"
    return link, rule["severity"], ", ".join(rule["stages"]), text(rule["title"])


def _entry(rule: Mapping[str, Any]) -> str:
    lines = [f"### {rule['id']} {{ #{_anchor(rule['id'])} }}\n", f"**{text(rule['title'])}**\n"]
    lines += [f"- {name}: {value}" for name, value in _facts(rule) if value]
    return "\n".join(lines) + "\n"


def _facts(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Severity", rule["severity"]
    yield "Pack", code(rule["pack"])
    yield "Stages", " and ".join(rule["stages"])
    yield "Resources", ", ".join(code(resource) for resource in rule["resources"])
    yield "Why", text(rule["rationale"])
    yield "How to comply", text(rule["remedy"])
    yield "Reference", f"<{rule['reference']}>" if rule["reference"].startswith("http") else text(rule["reference"])
    for framework, name in FRAMEWORKS.items():
        yield name, ", ".join(rule["controls"].get(framework, ()))
    yield "File", code(files()[rule["id"]] if rule["engine"] == "lakekit" else "")


def _anchor(rule_id: str) -> str:
    return rule_id.lower()
