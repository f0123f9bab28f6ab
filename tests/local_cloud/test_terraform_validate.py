"""Tests that Terraform and the AWS provider accept every AWS stack of every environment.

All stacks are modules of one root, so that the provider starts once for all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from lakekit_cli.toolchain import find_terraform, provider_source
from lakekit_policies.terraform import plan_gate_variable


def module_call(stack: Path) -> dict[str, str]:
    """The call of a stack as a module; above dev, with the value that the plan gate gives."""
    declared = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8")).get("variable", {})
    gate = {plan_gate_variable.NAME: stack.name} if plan_gate_variable.NAME in declared else {}
    return {"source": f"./stacks/{stack.name}", **gate}


def uses_only_aws(stack: Path) -> bool:
    configuration = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))
    return set(configuration["terraform"]["required_providers"]) == {"aws"}


def test_every_stack_of_every_environment_is_valid(synthesized: Path, tmp_path: Path) -> None:
    stacks = sorted(path for path in (synthesized / "stacks").iterdir() if uses_only_aws(path))
    assert len(stacks) >= 16
    (tmp_path / "stacks").symlink_to(synthesized / "stacks")
    root = {"module": {stack.name: module_call(stack) for stack in stacks}}
    (tmp_path / "main.tf.json").write_text(json.dumps(root), encoding="utf-8")
    run = validate(tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "The configuration is valid" in run.stdout


def test_argument_of_newer_providers_cannot_be_ignored(tmp_path: Path) -> None:
    """Why `restrict_provider` excludes versions: the lowest version of the range rejects `ignore_changes` too."""
    cluster = {
        "name": "main",
        "release_label": "emr-7.10.0",
        "service_role": "arn:aws:iam::111111111111:role/emr",
        "lifecycle": {"ignore_changes": ["os_release_label"]},
    }
    required = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "= 5.100.0"}}}
    root = {"terraform": required, "resource": {"aws_emr_cluster": {"main": cluster}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(root), encoding="utf-8")
    run = validate(tmp_path)
    assert run.returncode == 1
    assert 'no argument, nested block, or exported attribute named "os_release_label"' in " ".join(run.stderr.split())


def validate(folder: Path) -> subprocess.CompletedProcess[str]:
    """`terraform validate` of a folder; the last command's result."""
    terraform = str(find_terraform().path)
    inherited = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    environ = {**inherited, **provider_source(folder / ".lakekit").variables, "CHECKPOINT_DISABLE": "1"}
    for arguments in (["init", "-backend=false", "-input=false"], ["validate"]):
        run = subprocess.run(
            [terraform, *arguments, "-no-color"], cwd=folder, env=environ, capture_output=True, text=True, check=False
        )
        if run.returncode:
            break
    return run
