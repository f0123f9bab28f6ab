"""The generated pages cover what they document, and the navigation covers every page."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs_code_blocks import ROOT, markdown_files

from nonempty import nonempty

sys.path.insert(0, str(ROOT / "docs"))

from _generators import api, cli, constructs, environment, offline, repository, rules

from lakekit.environment import Environment
from lakekit_policies.pack.load import load_pack

NAVIGATION: list[Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
GENERATED = {"reference/environment.md", "reference/rules.md", "reference/cli.md", *repository.SOURCES}


def pages(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            (content,) = entry.values()
            yield from pages(content) if isinstance(content, list) else (content,)


def test_the_navigation_lists_every_page_once() -> None:
    listed = list(pages(NAVIGATION))
    written = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(listed) == sorted(written | GENERATED)


def test_the_environment_reference_lists_every_key_with_a_description() -> None:
    page = environment.render()
    keys = [(path, name, field) for path, model in environment.sections() for name, field in model.model_fields.items()]
    assert len(keys) > 100
    assert {path.partition(".")[0] for path, _ in nonempty(environment.sections())} <= {
        "",
        *Environment.model_fields,
    } | {path for path, _ in environment.sections() if "kind:" in path}
    for path, name, field in keys:
        assert f"| `{name}` |" in page, f"{path}.{name}"
        assert field.description, f"{path}.{name} has no description"


def test_keys_whose_default_depends_on_the_tier_show_the_default_of_each_tier() -> None:
    undecided = [
        f"{path}.{name}".lstrip(".")
        for path, model in environment.sections()
        for name, field in model.model_fields.items()
        if field.default is None and "tier" in (field.description or "")
    ]
    unlisted = [key for key in undecided if key not in environment.BY_TIER and key != "plan_limits"]
    assert unlisted == []
    assert environment.render().count("by tier: sandbox") == len(environment.BY_TIER)


def test_the_rule_catalogue_lists_every_rule_with_its_file() -> None:
    page = rules.render()
    loaded = load_pack()
    assert len(loaded.own_rules) + len(loaded.checkov) == len(rules.entries())
    for rule in nonempty(loaded.own_rules):
        file = rules.files()[rule.id]
        assert f"### {rule.id} {{" in page
        assert f"- File: `{file}`" in page
        assert type(rule).__module__.replace(".", "/") in file
    for rule_id in nonempty(loaded.checkov):
        assert f"### {rule_id} {{" in page


def test_the_command_line_reference_lists_every_command() -> None:
    page = cli.render()
    paths = [path for path, _ in cli.commands() if path]
    assert len(paths) > 25
    for path in paths:
        assert f" `lakekit {' '.join(path)}`" in page


def test_every_layer_has_a_page_and_its_public_names() -> None:
    layers = {name.removeprefix("lakekit.") for name in api.modules() if name.startswith("lakekit.")}
    written = {path.stem for path in (ROOT / "docs/layers").glob("*.md")} - {"index"}
    assert layers <= written | {"access_matrix"}
    assert len(layers) >= 10


@pytest.mark.parametrize("layer", sorted((ROOT / "docs/layers").glob("*.md")), ids=lambda path: path.stem)
def test_every_public_name_has_a_docstring(layer: Path) -> None:
    markdown = constructs.fill(layer.read_text(encoding="utf-8"), "../reference/api", api.modules())
    assert "public-names" not in markdown
    assert "|  |" not in markdown, "a public name without docstring"


def test_links_of_repository_files_point_into_the_site() -> None:
    for page, text in nonempty(repository.pages().items()):
        assert "](docs/" not in text, page
        assert "](../" not in text, page


def test_assets_from_other_hosts_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="https://x.example"><script src="https://cdn.example/a.js"></script>')
    (tmp_path / "b.html").write_text('<link rel="stylesheet" href="//fonts.example/f.css"><img src="local.png">')
    assert offline.external_assets(tmp_path) == ["a.html: https://cdn.example/a.js", "b.html: //fonts.example/f.css"]


PATHS = re.compile(r"`((?:constructs|policies|scripts|stacks|tests|examples|benchmarks|docs|ci|\.github)/[\w./-]+)`")


def test_files_and_folders_that_pages_name_exist() -> None:
    named = {
        (file.name, path)
        for file in markdown_files()
        for path in PATHS.findall(file.read_text(encoding="utf-8"))
        if path not in WRITTEN_BY_USERS
    }
    assert len(named) > 20
    assert {(page, path) for page, path in named if not (ROOT / path).exists()} == set()


WRITTEN_BY_USERS = {"policies/waivers.yaml"}
"""Files of the reader's own project."""
