"""Waivers in code, and the lines that constructs come from."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from lakekit import EncryptionKey, LakehouseApp, LakehouseStack, waive
from lakekit.errors import ConstructError, GateRejectedError
from lakekit.testing import environment
from nonempty import nonempty

pytestmark = pytest.mark.usefixtures("warm_gate_workers")
SANDBOX = environment(tier="sandbox", target="local", backend={"kind": "local"})
GOOD: dict[str, Any] = {
    "policy": "LK_S3_5",
    "reason": "the exporter of the till writes here until its 4.2",
    "owner": "lake@acme.example",
    "ticket": "LAKE-123",
    "expires": "2099-01-01",
}


class Storage(LakehouseStack):
    def __init__(self, app: Any) -> None:
        super().__init__(app, SANDBOX, "storage")
        self.key = EncryptionKey(self, "Key", name="lake", description="Everything that is tested")


def line_of(text: str) -> str:
    lines, start = inspect.getsourcelines(inspect.getmodule(Storage))  # type: ignore[arg-type]
    return f"{Path(__file__).name}:{start + 1 + next(n for n, line in enumerate(lines) if text in line)}"


def metadata(out: Path) -> dict[str, Any]:
    document = json.loads((out / "stacks/dev-storage/cdk.tf.json").read_text())
    found: dict[str, Any] = document["//"]["metadata"]["lakekit"]
    return found


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LakehouseApp:
    # The project is where the tests are: their own lines are then those of the project.
    monkeypatch.chdir(Path(__file__).parent)
    return LakehouseApp([SANDBOX], outdir=tmp_path / "out")


def test_constructs_record_their_source_location(app: LakehouseApp) -> None:
    Storage(app)
    app.synth()
    source_locations = metadata(app.output)["source_locations"]
    assert source_locations["Key"] == line_of("self.key = EncryptionKey")
    assert source_locations[""] == line_of("super().__init__(app, SANDBOX")
    # Resources inside our own constructs have the line of the construct and are not listed.
    assert set(source_locations) == {"", "Key"}


def test_source_locations_are_relative(app: LakehouseApp) -> None:
    Storage(app)
    app.synth()
    assert not [
        line for line in nonempty(metadata(app.output)["source_locations"].values()) if Path(line).is_absolute()
    ]


def test_lines_outside_the_project_are_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = LakehouseApp([SANDBOX], outdir=tmp_path / "out")
    Storage(app)
    app.synth()
    assert "source_locations" not in metadata(app.output)


def test_a_waiver_lands_in_the_stack_with_its_line(app: LakehouseApp) -> None:
    stack = Storage(app)
    waive(stack.key, **GOOD)
    waive(stack, **{**GOOD, "policy": "LK_TF_4", "expires": "2098-01-01"})
    with pytest.raises(GateRejectedError) as caught:
        app.synth()  # both are far too long
    assert caught.value.exit_code == 5
    rejected = json.loads((app.output / "REJECTED.json").read_text())["verdict"]
    problems = rejected["ledger_problems"]
    assert [problem["kind"] for problem in problems] == ["too_long", "too_long"]
    assert problems[0]["source"] == line_of("waive(stack.key, **GOOD)")
    assert not (app.output / "stacks").exists()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"policy": "LK_*"}, "one waiver for each policy"),
        ({"reason": "temporary"}, "understandable without further context"),
        ({"owner": "us"}, "Mail address"),
        ({"expires": "soon"}, "YYYY-MM-DD"),
        ({"ticket": ""}, "Ticket of the fix"),
    ],
)
def test_waiver_in_code_is_rejected_at_its_line(app: LakehouseApp, change: dict[str, str], expected: str) -> None:
    stack = Storage(app)
    with pytest.raises(ConstructError) as caught:
        waive(stack.key, **{**GOOD, **change})
    assert str(caught.value).startswith("dev-storage/Key: ")
    assert expected in str(caught.value)


def test_the_ledger_beside_the_project_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/waivers.yaml").write_text("waivers:\n  - polcy: LK_S3_5\n")
    app = LakehouseApp([SANDBOX], outdir=tmp_path / "out")
    Storage(app)
    with pytest.raises(GateRejectedError, match="Did you mean 'policy'") as caught:
        app.synth()
    assert caught.value.exit_code == 5
