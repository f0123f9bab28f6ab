"""Tests of `lakekit access` and of Snowflake stacks in the local environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakekit.snowflake.policy_data import from_dict

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent


def run(*command: str, cwd: Path = PROJECT, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SCRIPTS / command[0]), *command[1:]],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def show_all_to_analyst(stack: dict[str, Any]) -> None:
    """Change data and SQL of the masking policies alike."""
    for data in stack["//"]["metadata"]["lakekit"].get("snowflake_policies", []):
        if data["kind"] == "masking_policies":
            data["clearances"].append({"role": "FR_ACME_DEV_ANALYST", "tags": []})
            edit_sql(stack, from_dict(data).rendered())


def edit_sql(stack: dict[str, Any], rendered: dict[tuple[str, str], str]) -> None:
    for (address, argument), sql in rendered.items():
        kind, _, name = address.partition(".")
        stack["resource"][kind][name][argument] = sql


def edit_by_hand(stack: dict[str, Any]) -> None:
    """Change the SQL of the masking policies and not their data."""
    for policy in stack["resource"].get("snowflake_masking_policy", {}).values():
        policy["body"] = policy["body"].replace("FR_ACME_DEV_ENGINEER", "FR_ACME_DEV_ANALYST")


def weakened(synthesized: Path, folder: Path, change: Callable[[dict[str, Any]], None] = show_all_to_analyst) -> Path:
    """Copy the stacks of dev with weaker masks in Snowflake."""
    for file in synthesized.glob("stacks/dev-*/cdk.tf.json"):
        stack: dict[str, Any] = json.loads(file.read_text())
        change(stack)
        copy = folder / "stacks" / file.parent.name / file.name
        copy.parent.mkdir(parents=True)
        copy.write_text(json.dumps(stack))
    return folder


def test_matrix_shows_both_planes_and_reasons(synthesized: Path) -> None:
    done = run("lakekit", "access", "dev", "--synthesized", str(synthesized), "--reasons", "--role", "analyst")
    assert done.returncode == 0, done.stderr
    assert "Lake Formation and Snowflake grant the same access in dev" in done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["analyst", "curated/sales/orders", "internal", "read", "read"] in lines
    assert ["analyst", "curated/sales/orders", "restricted", "masked", "masked"] in lines
    assert "FR_ACME_DEV_ANALYST → AR_ACME_DEV_CURATED_SALES_ORDERS_R: future SELECT on ICEBERG TABLES" in done.stdout
    assert "engineer" not in done.stdout


def test_conflicting_planes_exit_with_6(synthesized: Path, tmp_path: Path) -> None:
    done = run("lakekit", "access", "dev", "--synthesized", str(weakened(synthesized, tmp_path)))
    assert done.returncode == 6, done.stderr
    where = "dev: analyst on curated/sales/orders, restricted"
    assert f"{where}: Lake Formation grants masked, Snowflake grants read" in done.stderr


def test_policy_edited_by_hand_exits_with_6(synthesized: Path, tmp_path: Path) -> None:
    done = run("lakekit", "access", "dev", "--synthesized", str(weakened(synthesized, tmp_path, edit_by_hand)))
    assert done.returncode == 6, done.stderr
    assert "dev: policies:" in done.stderr
    assert "the metadata renders" in done.stderr


def test_access_changes_are_listed(synthesized: Path, tmp_path: Path) -> None:
    now = str(weakened(synthesized, tmp_path))
    done = run("lakekit", "access", "dev", "--synthesized", now, "--diff", str(synthesized), "--format", "json")
    assert done.returncode == 1
    assert {
        "plane": "snowflake",
        "role": "analyst",
        "product": "curated/sales/orders",
        "classification": "restricted",
        "before": "masked",
        "after": "read",
    } in json.loads(done.stdout)


def test_saved_matrix_is_accepted_as_base(synthesized: Path, tmp_path: Path) -> None:
    written = run("lakekit", "access", "dev", "--synthesized", str(synthesized), "--format", "json")
    base = tmp_path / "base.json"
    base.write_text(written.stdout)
    done = run("lakekit", "access", "dev", "--synthesized", str(synthesized), "--diff", str(base))
    assert done.returncode == 0
    assert "no changes of access" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["dev", "--diff", "no-such-thing"], 1, "not a file, a folder or a git revision"),
        (["dev", "--role", "stranger"], 2, "dev has no role 'stranger'; it has analyst, eu-analyst, engineer"),
        (["nowhere"], 2, "nowhere"),
    ],
)
def test_missing_inputs_are_reported(arguments: list[str], code: int, message: str) -> None:
    done = run("lakekit", "access", *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ['[{"role": "x"}]', "{}", "", '"text"'], ids=["keys", "object", "empty", "text"])
def test_invalid_base_is_reported(synthesized: Path, tmp_path: Path, text: str) -> None:
    base = tmp_path / "base.json"
    base.write_text(text)
    done = run("lakekit", "access", "dev", "--synthesized", str(synthesized), "--diff", str(base))
    assert done.returncode == 1
    assert "not an access matrix" in done.stderr


@pytest.mark.parametrize("name", ["", "x.json", "manifest.json"], ids=["empty", "other", "no stacks"])
def test_folder_without_stacks_as_base_is_reported(synthesized: Path, tmp_path: Path, name: str) -> None:
    if name:
        (tmp_path / name).write_text('{"stacks": {}}')
    done = run("lakekit", "access", "dev", "--synthesized", str(synthesized), "--diff", str(tmp_path))
    assert done.returncode == 1
    assert "not a synthesized folder" in done.stderr
    assert f"Where: {tmp_path}" in done.stderr
    assert "no changes" not in done.stderr


@pytest.mark.parametrize("command", [["plan"], ["apply", "-auto-approve"], ["destroy", "-auto-approve"]])
def test_local_snowflake_stack_is_reported_as_not_applied(synthesized: Path, command: list[str]) -> None:
    stack = synthesized / "stacks/local-snowflake"
    done = run("lakekit-terraform", *command, cwd=stack)
    assert done.returncode == 0
    assert "local-snowflake was synthesized and evaluated, but NOT applied" in done.stderr
    assert not (stack / ".terraform").exists()


def test_other_terraform_commands_of_a_local_snowflake_stack_succeed(synthesized: Path) -> None:
    stack = synthesized / "stacks/local-snowflake"
    assert run("lakekit-terraform", "init", cwd=stack).returncode == 0
    shown = run("lakekit-terraform", "output", "-json", cwd=stack)
    assert (shown.returncode, json.loads(shown.stdout)) == (0, {})


def test_snowflake_stack_outside_local_runs_terraform(synthesized: Path) -> None:
    """Only the local environment skips Snowflake stacks."""
    done = run("lakekit-terraform", "plan", cwd=synthesized / "stacks/dev-snowflake")
    assert done.returncode != 0
    assert "NOT applied" not in done.stderr
