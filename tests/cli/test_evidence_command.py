"""Tests of `lakekit policies evidence` with clean and rejected configurations."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser

import pytest
from cli_project import Project, entry, ledger

from nonempty import nonempty

APP = """
from pathlib import Path

from lakekit import DataLake, LakehouseApp, LakehouseStack, entry_point


@entry_point
def main():
    app = LakehouseApp(Path(__file__).parent / "stacks/environments")
    for environment in app.environments:
        stack = LakehouseStack(app, environment, "storage")
        lake = DataLake(stack, "Lake")
        block = lake.zones["raw"].bucket.node.find_child("PublicAccessBlock")
        block.add_override("block_public_policy", {block})
        lake.zones["raw"].bucket.resource.add_override("force_destroy", {force})
    app.synth()


main()
"""


class Page(HTMLParser):
    """Parsed page: tables by heading, IDs, links and texts; fails on unbalanced tags."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self._heading = ""
        self._into: list[str] | None = None
        self._open: list[str] = []
        self.feed(text)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self._open.append(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        if tag in {"h2", "h3"}:
            self._into = []
        if tag == "tr":
            self.tables.setdefault(self._heading, []).append([])
        if tag in {"td", "th"}:
            self.tables[self._heading][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag in {"h2", "h3"}:
            self._heading, self._into = " ".join("".join(self._into or []).split()), None

    def handle_data(self, data: str) -> None:
        if "style" in self._open or "script" in self._open:
            return
        self.texts.append(data)
        if self._into is not None:
            self._into.append(data)
        if {"td", "th"} & set(self._open):
            cells = self.tables[self._heading][-1]
            cells[-1] = " ".join(f"{cells[-1]} {data}".split())

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def column(self, table: str, name: str) -> list[str]:
        head, *rows = self.tables[table]
        return [row[head.index(name)] for row in rows]


def app(project: Project, *, block: bool = True, force: bool = False) -> None:
    """Give the project an app that creates a data lake, with these settings of the raw bucket."""
    (project.root / "main.py").write_text(APP.format(block=block, force=force))
    project.environ["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    file = project.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": "python main.py"}))


@pytest.fixture
def rejected(project: Project) -> Project:
    """A project whose raw bucket does not block public policies."""
    project.environment("dev")
    app(project, block=False)
    return project


def test_rejected_configuration_is_in_the_evidence(rejected: Project) -> None:
    done = rejected.run("lakekit", "policies", "evidence", "dev", "-o", "audit/dev.html")
    assert done.returncode == 1, done.stderr
    assert re.search(r"audit/dev.html: REJECTED, 1 finding; 1 stack, 0 plans, 0 recorded plans, \d+ rules", done.stderr)
    assert not list((rejected.root / "cdktf.out").glob("stacks/*")), "rejected stacks are not left on disk"
    page = Page((rejected.root / "audit/dev.html").read_text())

    assert "Rejected 1 finding. The gate blocks the deployment." in page.text.replace("Rejected1", "Rejected 1")
    assert "Clean" not in page.text
    assert page.column("Findings", "Rule") == ["CKV_AWS_54"]
    where = page.column("Findings", "Where")
    assert any("dev-storage/Lake/Raw/Data/PublicAccessBlock" in text and "main.py:" in text for text in where)
    assert any(
        text.startswith("requirement not met: Buckets block public policies Fix: ")
        for text in page.column("Findings", "Problem and fix")
    )
    outcomes = dict(
        zip(
            page.column("CIS AWS Foundations Benchmark 3.0.0", "Control"),
            page.column("CIS AWS Foundations Benchmark 3.0.0", "Outcome"),
            strict=True,
        )
    )
    assert outcomes["2.1.4"] == "rejected", "buckets block public access"
    assert outcomes["2.1.1"] == "passed", "they still deny plain HTTP"
    (stack,) = page.tables["Stacks"][1:]
    assert stack[0] == "dev-storage"
    assert re.fullmatch("[0-9a-f]{64}", stack[3])


def test_links_of_the_page_resolve(rejected: Project) -> None:
    rejected.run("lakekit", "policies", "evidence", "dev")
    page = Page((rejected.root / "evidence.html").read_text())
    assert len(page.ids) == len(set(page.ids))
    inside = nonempty(link[1:] for link in page.links if link.startswith("#"))
    assert set(inside) <= set(page.ids)
    assert all(link.startswith(("#", "https://")) for link in nonempty(page.links))
    for heading, (head, *rows) in nonempty(page.tables.items()):
        assert {len(head), *map(len, rows)} == {len(head)}, heading
    assert "{{" not in page.text
    assert "None" not in page.text.split()


def test_failing_app_writes_no_evidence(rejected: Project) -> None:
    (rejected.root / "main.py").write_text("raise SystemExit('no such team')\n")
    done = rejected.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode != 0
    assert "nothing was evaluated" in done.stderr
    assert not (rejected.root / "evidence.html").exists()


def test_clean_app_has_clean_evidence(project: Project) -> None:
    project.environment("dev")
    app(project)
    done = project.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode == 0, done.stderr
    page = Page((project.root / "evidence.html").read_text())
    assert "Clean" in page.text
    assert "No findings." in page.text
    assert (project.root / "cdktf.out/stacks/dev-storage/cdk.tf.json").is_file()


def test_waived_finding_is_marked_as_waived(project: Project) -> None:
    project.environment("dev")
    app(project, block=False)
    for_raw = "path: dev-storage/Lake/Raw"
    ledger(project, entry("CKV_AWS_54", target=for_raw))
    done = project.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode == 0, done.stderr
    page = Page((project.root / "evidence.html").read_text())
    assert page.column("Waived", "Rule") == ["CKV_AWS_54"]
    assert all("lake@acme.example" in owner for owner in nonempty(page.column("Waived", "Owner, ticket")))
    assert "Clean" in page.text


def test_evidence_with_waiver_problems_exits_with_5(rejected: Project) -> None:
    ledger(rejected, entry("LK_S3_1", target="path: dev-storage/Lake"))
    done = rejected.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode == 5, done.stderr
    page = Page((rejected.root / "evidence.html").read_text())
    assert page.column("Waivers without effect", "Kind") == ["unused"]


def test_earlier_evidence_is_kept_and_reported(rejected: Project) -> None:
    (rejected.root / "evidence.html").write_text("yesterday")
    (rejected.root / "main.py").write_text("raise SystemExit(3)\n")
    done = rejected.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode != 0
    assert "evidence.html is from an earlier run" in done.stderr
    assert (rejected.root / "evidence.html").read_text() == "yesterday"
