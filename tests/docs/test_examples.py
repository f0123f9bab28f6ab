"""Every example synthesizes and passes the gate, in a sandbox and in production, and is shown in the documentation."""

from __future__ import annotations

import contextlib
import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs_code_blocks import ROOT

from lakekit import LakehouseApp, LakehouseStack, LakekitError
from lakekit.environment import Environment, load

EXAMPLES = ROOT / "examples"
FILES = sorted(path for path in EXAMPLES.glob("*.py") if path.name != "app.py")
# A connector without jar files is accepted by the local cloud only.
NOT_IN_PRODUCTION = {"msk_connect"}

_SPEC = importlib.util.spec_from_file_location("lakekit_examples_app", EXAMPLES / "app.py")
assert _SPEC is not None
assert _SPEC.loader is not None
examples_app = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(examples_app)


def file_of(stack: type[LakehouseStack]) -> str:
    """The example file of a stack, without its suffix."""
    return stack.__module__.removeprefix("lakekit_examples_")


def environments() -> Iterator[Environment]:
    sandbox = load("examples", EXAMPLES / "environments")
    yield sandbox
    production = sandbox.model_dump(mode="json", exclude_unset=True)
    production |= {"environment": "production", "tier": "prod", "target": "aws", "backend": {"kind": "s3"}}
    production |= {"account_id": "100000000003", "snowflake": production["snowflake"] | {"account": "lake_production"}}
    yield Environment.model_validate(production)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The output folder, and the gate's report: empty if everything passed."""
    out = tmp_path_factory.mktemp("examples") / "cdktf.out"
    app = LakehouseApp(list(environments()), outdir=out)
    for environment in app.environments:
        for stack in examples_app.stacks():
            if environment.is_local or file_of(stack) not in NOT_IN_PRODUCTION:
                stack(app, environment)  # type: ignore[call-arg]
    report = io.StringIO()
    try:
        with contextlib.redirect_stderr(report):
            app.synth()
    except LakekitError as error:
        return out, f"{report.getvalue()}\n{error}"
    return out, ""


def test_every_example_passes_the_gate(outcome: tuple[Path, str]) -> None:
    out, report = outcome
    assert report == ""
    stacks = examples_app.stacks()
    assert {file_of(stack) for stack in stacks} == {path.stem for path in FILES}
    written = [path.name for path in (out / "stacks").iterdir()]
    assert len(written) == 2 * len(stacks) - len(NOT_IN_PRODUCTION)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_example_is_small_and_shown_in_the_documentation(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 80
    snippet = f"--8<--\nexamples/{file.name}\n--8<--"
    pages = [page for page in (ROOT / "docs").rglob("*.md") if snippet in page.read_text(encoding="utf-8")]
    assert pages, f"no page shows {file.name}; add {snippet} to the page of its layer"
