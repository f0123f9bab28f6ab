"""Tests that stacks of a local environment use the local cloud and no other stack does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project

from free_ports import free_port
from lakekit_cli.terraform_gate.stack import read_stack, terraform_environment


def document(**changes: Any) -> dict[str, Any]:
    context = {"tier": "sandbox", "target": "local", "account_id": "100000000001", "region": "eu-west-1", **changes}
    return {
        "//": {"metadata": {"stackName": "local-one", "lakekit": context}},
        "terraform": {"backend": {"local": {"path": "x.tfstate"}}},
    }


def written(folder: Path, content: dict[str, Any]) -> Path:
    (folder / "cdk.tf.json").write_text(json.dumps(content))
    return folder


def test_local_stack_is_recognized(tmp_path: Path) -> None:
    stack = read_stack(written(tmp_path, document()))
    assert (stack.local, stack.name, stack.account_id, stack.region) == (True, "local-one", "100000000001", "eu-west-1")


def test_other_stacks_are_not_local(tmp_path: Path) -> None:
    remote = document() | {"terraform": {"backend": {"s3": {"bucket": "b"}}}}
    assert not read_stack(written(tmp_path, remote)).local
    assert not read_stack(written(tmp_path, document(target="aws"))).local
    without = document()
    del without["//"]["metadata"]["lakekit"]["target"]
    assert not read_stack(written(tmp_path, without)).local
    (tmp_path / "cdk.tf.json").write_text("{")
    assert not read_stack(tmp_path).local
    (tmp_path / "cdk.tf.json").unlink()
    assert read_stack(tmp_path).file is None


def test_other_stacks_use_the_caller_environment(tmp_path: Path) -> None:
    before = {"AWS_PROFILE": "mine", "HTTPS_PROXY": "http://proxy"}
    stack = read_stack(written(tmp_path, document(target="aws")))
    assert terraform_environment(stack, tmp_path, before, "apply") == before
    assert list(tmp_path.iterdir()) == [tmp_path / "cdk.tf.json"]


def test_init_of_a_local_stack_uses_the_caller_environment(tmp_path: Path) -> None:
    stack = read_stack(written(tmp_path, document()))
    assert terraform_environment(stack, tmp_path, {"A": "1"}, "init") == {"A": "1"}


@pytest.mark.local_cloud
def test_terraform_of_a_local_stack_uses_the_local_cloud(project: Project) -> None:
    """A profile and a session token of a real account must not be used."""
    project.environ |= {"LAKEKIT_LOCAL_PORT": str(free_port()), "AWS_PROFILE": "real", "AWS_SESSION_TOKEN": "real"}
    folder = project.stack("local-one", tier="sandbox")
    file = project.root / "prepared/stacks/local-one/cdk.tf.json"
    stack = json.loads(file.read_text())
    stack["//"]["metadata"]["lakekit"]["target"] = "local"
    stack["terraform"]["required_providers"] = {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}}
    stack["provider"] = {"aws": [{"region": "eu-west-1", "allowed_account_ids": ["111111111111"], "max_retries": 1}]}
    stack["data"] = {"aws_caller_identity": {"me": {}}}
    stack["output"] = {"account": {"value": "${data.aws_caller_identity.me.account_id}"}}
    del stack["resource"]
    file.write_text(json.dumps(stack))
    project.run("cp", "-R", "prepared/.", "cdktf.out")
    try:
        assert project.run("lakekit-terraform", "init", cwd=folder).returncode == 0
        done = project.run("lakekit-terraform", "apply", "-auto-approve", "-no-color", cwd=folder)
        assert 'account = "111111111111"' in done.stdout, done.stdout + done.stderr
    finally:
        project.run("lakekit", "local", "down")
