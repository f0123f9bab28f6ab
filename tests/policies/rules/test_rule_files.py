"""A rule's id, class and file can be found from one another."""

from __future__ import annotations

import re
from pathlib import Path

from lakekit_policies import plan_rules, rules
from lakekit_policies.pack.load import load_pack
from nonempty import nonempty

FOLDERS = [Path(package.__path__[0]) for package in (rules, plan_rules)]
FILES = {
    file: file.read_text(encoding="utf-8")
    for folder in FOLDERS
    for file in sorted(folder.rglob("*.py"))
    if not any(part.startswith("_") for part in file.relative_to(folder).parts)
}


def test_every_rule_has_a_file_and_every_file_a_rule() -> None:
    own = load_pack().own_rules
    assert len(own) > 150
    assert {Path(f"{type(rule).__module__.replace('.', '/')}.py") for rule in own} == {
        file.relative_to(FOLDERS[0].parents[1]) for file in FILES
    }


def test_the_class_is_the_file_in_pascal_case() -> None:
    for rule in nonempty(load_pack().own_rules):
        stem = type(rule).__module__.rpartition(".")[2]
        assert type(rule).__name__ == "".join(part.capitalize() for part in stem.split("_")), rule.id


def test_the_id_is_written_once_in_the_file_of_the_rule() -> None:
    written = {found: file for file, text in FILES.items() for found in re.findall(r'^    id = "(\w+)"$', text, re.M)}
    for rule in nonempty(load_pack().own_rules):
        assert written[rule.id].stem == type(rule).__module__.rpartition(".")[2], rule.id
    assert len(written) == len(FILES)
