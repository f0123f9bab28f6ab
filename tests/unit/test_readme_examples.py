"""The README's examples are programs: they synthesize, and the gate passes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lakekit.core.app import LakehouseApp
from lakekit.environment import load

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_examples_pass_the_gate(environment: str, tmp_path: Path) -> None:
    assert len(EXAMPLES) == 2
    app = LakehouseApp([load(environment, ROOT / "stacks" / "environments")], outdir=tmp_path / "cdktf.out")
    for example in EXAMPLES:
        names: dict[str, Any] = {}
        exec(compile(example, "README.md", "exec"), names)  # the examples are ours
        (stack,) = [value for name, value in names.items() if name.endswith("Stack") and "__init__" in vars(value)][-1:]
        stack(app, app.environments[0])
    app.synth()
    assert len(list((tmp_path / "cdktf.out" / "stacks").iterdir())) == 2
