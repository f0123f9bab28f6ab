"""Commands without synthesis and evaluation load neither cdktf nor checkov; metadata of rules is read from files."""

from __future__ import annotations

import json
import sys

import pytest
from cli_project import Project

from lakekit_policies.pack.load import load_pack
from lakekit_policies.pack.rule_sources import rule_sources
from nonempty import nonempty

HEAVY = ("cdktf", "jsii", "constructs", "checkov", "moto")
PROGRAM = """import json, sys
from lakekit_cli.main import main
try:
    main(json.loads(sys.argv[1]))
except SystemExit as end:
    print(json.dumps([end.code, [name for name in json.loads(sys.argv[2]) if name in sys.modules]]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("policies explain LK_S3_3", 0),
        ("policies explain CKV_AWS_18", 2),
        ("policies explain LK_S3_999", 2),
        ("policies list --pack baseline", 0),
        ("policies evidence dve", 2),
        ("deploy --typo", 2),
        ("deploy dve", 2),
        ("destroy dve", 2),
        ("synth dve", 2),
        ("plan dve", 2),
        ("check dve", 2),
        ("check --baseline none.json", 2),
        ("gate plan missing.json", 3),
        ("gate synth nowhere", 3),
        ("gate plan --typo", 2),
        ("access dve", 2),
        ("access dev --role nobody", 2),
        ("snowflake verify dve", 2),
        ("bootstrap dve", 2),
        ("certificates dve", 2),
        ("smoke dve", 2),
        ("names dev", 0),
        ("env show dev", 0),
        ("env list", 0),
        ("local status", 0),
        ("state list", 0),
        ("completion bash", 0),
        ("unknown", 2),
    ],
)
def test_command_loads_no_heavy_package(dev: Project, arguments: str, code: int) -> None:
    done = dev.run(sys.executable, "-c", PROGRAM, json.dumps(arguments.split()), json.dumps(HEAVY))
    assert json.loads(done.stderr.strip().splitlines()[-1]) == [code, []], done.stderr


def test_metadata_from_the_sources_is_that_of_the_rules() -> None:
    loaded = {rule.id: rule for rule in load_pack().own_rules}
    assert set(rule_sources()) == set(loaded)
    for rule_id, source in nonempty(rule_sources().items()):
        rule = loaded[rule_id]
        for name in ("title", "pack", "rationale", "remedy", "reference"):
            assert getattr(source, name) == getattr(rule, name), (rule_id, name)
        assert source.severity == str(getattr(rule.severity, "value", rule.severity))
        assert source.stages == tuple(rule.stages)
        assert source.resources == tuple(getattr(rule, "resources", ()))
        assert {key: tuple(ids) for key, ids in source.controls.items()} == {
            key: tuple(ids) for key, ids in rule.controls.items()
        }
        assert source.file == f"{type(rule).__module__.replace('.', '/')}.py"
