"""The worked example of docs/snowflake.md: its programs synthesize, pass the gate, and give the table it shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from lakekit.access_matrix import conflicts, lake_matrix, snowflake_matrix
from lakekit.access_matrix.stacks import read
from lakekit.core.app import LakehouseApp
from lakekit.environment import Environment

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/snowflake.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
SECTIONS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def environment() -> Environment:
    """The reference dev environment with the roles of the example."""
    found = yaml.safe_load((ROOT / "stacks/environments/dev.yaml").read_text())
    found["governance"]["roles"] = yaml.safe_load(SECTIONS[1])["governance"]["roles"]
    found["snowflake"]["service_users"] = {}
    return Environment.model_validate(found)


def test_the_example_gives_the_table_it_shows(tmp_path: Path) -> None:
    env = environment()
    app = LakehouseApp([env], outdir=tmp_path / "cdktf.out")
    names: dict[str, Any] = {}
    for program in PROGRAMS:
        exec(compile(program, "docs/snowflake.md", "exec"), names)  # the examples are ours
    sys.path.insert(0, str(ROOT / "stacks"))
    from foundation.catalog import CatalogStack
    from foundation.governance import GovernanceStack
    from foundation.snowflake import SnowflakePlatformStack

    for kind in (
        GovernanceStack,
        CatalogStack,
        SnowflakePlatformStack,
        names["SalesStack"],
        names["SalesSnowflakeStack"],
    ):
        kind(app, env)
    app.synth()
    stacks = read(tmp_path / "cdktf.out", env.name)
    lake, warehouse = lake_matrix(env, stacks), snowflake_matrix(env, stacks)
    assert {key[0::2]: said for key, said in warehouse.labels().items()} == {
        ("analyst", "internal"): "read",
        ("analyst", "restricted"): "masked",
        ("eu-analyst", "internal"): "read where country IN ('DE', 'FR')",
        ("eu-analyst", "restricted"): "masked where country IN ('DE', 'FR')",
        ("engineer", "internal"): "write",
        ("engineer", "restricted"): "write",
    }
    assert conflicts(lake, warehouse) == {}


def test_the_settings_shown_are_settings() -> None:
    shown = yaml.safe_load(SECTIONS[0])["snowflake"]
    shown["service_users"]["transformer"]["public_key"] = "MII" + "A" * 389
    found = yaml.safe_load((ROOT / "stacks/environments/dev.yaml").read_text())
    made = Environment.model_validate({**found, "snowflake": shown})
    assert made.snowflake is not None
    assert set(made.snowflake.service_users) == set(shown["service_users"])
