"""Stacks above dev: plain Terraform and the cdktf CLI without the gate stop with a message."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cli_project import Project, applied, entry, ledger

from lakekit_cli.toolchain import provider_source
from lakekit_policies.terraform.plan_gate_variable import (
    DEPENDENCY,
    ENVIRONMENT_VARIABLE,
    NAME,
    message,
    provider_expression,
)

GATE = "lakekit-terraform"
STACK = "prod-one"
PLAIN = (
    ("plan",),
    ("plan", "-refresh=false"),
    ("plan", "-destroy"),
    ("apply", "-auto-approve"),
    ("destroy", "-auto-approve"),
    ("apply", "-refresh-only", "-auto-approve"),
    ("refresh",),
    ("import", "terraform_data.other", "x"),
    ("plan", "-target=terraform_data.other"),
    ("apply", "-auto-approve", "-target=terraform_data.other"),
    ("destroy", "-auto-approve", "-target=terraform_data.thing"),
)
QUEUE_STATE = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 1,
    "lineage": "test",
    "outputs": {},
    "resources": [
        {
            "mode": "managed",
            "type": "aws_sqs_queue",
            "name": "orders",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"schema_version": 0, "attributes": {"id": "https://sqs/1/orders", "name": "orders"}}],
        }
    ],
}


@pytest.fixture
def prod(project: Project) -> Path:
    """An initialized stack of tier prod; its only finding, the local state, is waived."""
    project.environment("prod", tier="prod")
    ledger(project, entry(target=f"path: {STACK}", environment="prod"))
    return project.synthesized(STACK, tier="prod")


def use_queues(project: Project, prod: Path) -> None:
    """Replace the resources of the stack by two queues, of which one is in the state."""
    configuration = json.loads((prod / "cdk.tf.json").read_text())
    configuration["terraform"]["required_providers"] = {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}
    }
    provider = {"region": "eu-west-1", "skip_credentials_validation": True, "skip_requesting_account_id": True}
    credentials = {"access_key": "test", "secret_key": "test"}
    configuration["provider"] = {"aws": [{**provider, **credentials, "max_retries": provider_expression(STACK)}]}
    configuration["resource"] = {"aws_sqs_queue": {"orders": {"name": "orders"}, "more": {"name": "more"}}}
    (prod / "cdk.tf.json").write_text(json.dumps(configuration))
    (project.root / f"{STACK}.tfstate").write_text(json.dumps(QUEUE_STATE))
    assert project.run(GATE, "init", cwd=prod).returncode == 0


def squeezed(text: str) -> str:
    """Terraform breaks lines of messages."""
    return " ".join(text.replace("│", " ").split())


def test_the_gate_applies_and_destroys(project: Project, prod: Path) -> None:
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prod)
    assert done.returncode == 0, done.stderr
    assert applied(project, STACK)
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=prod).returncode == 0
    assert project.run(GATE, "destroy", "-auto-approve", cwd=prod).returncode == 0
    assert not applied(project, STACK)


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_plain_terraform_stops_with_the_message(project: Project, prod: Path, arguments: tuple[str, ...]) -> None:
    assert project.run(GATE, "apply", "-auto-approve", cwd=prod).returncode == 0
    before = (project.root / f"{STACK}.tfstate").read_text()
    configuration = json.loads((prod / "cdk.tf.json").read_text())
    configuration["resource"]["terraform_data"]["other"] = {"input": "new", "depends_on": [DEPENDENCY]}
    (prod / "cdk.tf.json").write_text(json.dumps(configuration))
    done = project.run("terraform", *arguments, "-no-color", cwd=prod)
    assert done.returncode == 1
    assert message(STACK) in squeezed(done.stdout + done.stderr)
    assert (project.root / f"{STACK}.tfstate").read_text() == before


def test_plan_of_the_gate_needs_the_gate_to_be_applied(project: Project, prod: Path) -> None:
    assert project.run(GATE, "plan", "-out=my.plan", cwd=prod).returncode == 0
    done = project.run("terraform", "apply", "my.plan", cwd=prod)
    assert done.returncode == 1
    assert NAME in done.stderr
    assert not applied(project, STACK)
    assert project.run(GATE, "apply", "my.plan", cwd=prod).returncode == 0
    assert applied(project, STACK)


def test_value_of_another_stack_in_the_shell_does_not_disturb_the_gate(project: Project, prod: Path) -> None:
    done = project.run(GATE, "plan", cwd=prod, environ={ENVIRONMENT_VARIABLE: "prod-other"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("value", ["", "terraform"])
def test_cdktf_without_the_gate_stops(project: Project, prod: Path, value: str) -> None:
    variables = {"CI": "1", "CHECKPOINT_DISABLE": "1"} | ({"TERRAFORM_BINARY_NAME": value} if value else {})
    cdktf = "node_modules/.bin/cdktf"
    done = project.run(
        cdktf, "deploy", STACK, "--skip-synth", "--auto-approve", "--skip-provider-lock", environ=variables
    )
    assert done.returncode != 0
    assert "can be planned and applied through the plan gate only" in squeezed(done.stdout + done.stderr)
    assert not applied(project, STACK)
    again = project.run(
        cdktf, "deploy", STACK, "--skip-synth", "--auto-approve", "--skip-provider-lock",
        environ=variables | {"TERRAFORM_BINARY_NAME": GATE},
    )  # fmt: skip
    assert again.returncode == 0, again.stdout + again.stderr
    assert applied(project, STACK)


@pytest.mark.parametrize("remove", ["variable", "validation", "condition"])
def test_stack_without_the_variable_is_rejected_at_plan(project: Project, prod: Path, remove: str) -> None:
    configuration = json.loads((prod / "cdk.tf.json").read_text())
    if remove == "variable":
        del configuration["variable"][NAME], configuration["resource"]["terraform_data"]["thing"]["depends_on"]
    elif remove == "validation":
        configuration["variable"][NAME]["validation"] = []
    else:
        configuration["variable"][NAME]["validation"][0]["condition"] = f'${{var.{NAME} != "x"}}'
    (prod / "cdk.tf.json").write_text(json.dumps(configuration))
    done = project.run(GATE, "apply", "-auto-approve", cwd=prod)
    assert done.returncode == 1
    assert "LK_TF_7" in done.stderr
    assert not applied(project, STACK)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("terraform.tfvars", f'{NAME} = "{STACK}"\n'),
        ("local.auto.tfvars", f'label = "one"\n{NAME}="{STACK}"\n'),
        ("terraform.tfvars.json", json.dumps({NAME: STACK})),
        ("x.auto.tfvars.json", json.dumps({NAME: STACK}).replace("lakekit", "\\u006cakekit")),
    ],
)
def test_value_in_a_file_of_the_stack_is_rejected(project: Project, prod: Path, file: str, text: str) -> None:
    (prod / file).write_text(text)
    done = project.run(GATE, "apply", "-auto-approve", cwd=prod)
    assert done.returncode == 3, done.stderr
    assert f"{file}: sets {NAME}" in squeezed(done.stderr)
    assert not applied(project, STACK)
    synth = project.run("lakekit", "gate", "synth", "cdktf.out")
    assert synth.returncode == 3
    (prod / file).write_text("{}" if file.endswith(".json") else 'label = "two"\n')
    assert project.run(GATE, "apply", "-auto-approve", cwd=prod).returncode == 0


@pytest.mark.parametrize("mode", [(), ("-destroy",)], ids=["apply", "destroy"])
def test_targets_of_plain_terraform_stop_too(project: Project, prod: Path, mode: tuple[str, ...]) -> None:
    """The provider refers to the variable, so that Terraform does not prune it."""
    use_queues(project, prod)
    variables = provider_source(project.root / ".lakekit", os.environ).variables
    name = "orders" if mode else "more"
    plan = ("terraform", "plan", "-refresh=false", "-no-color", *mode, f"-target=aws_sqs_queue.{name}")
    done = project.run(*plan, cwd=prod, environ=variables)
    assert done.returncode == 1
    assert message(STACK) in squeezed(done.stdout + done.stderr)
    permitted = project.run(*plan, "-out=my.plan", cwd=prod, environ={**variables, ENVIRONMENT_VARIABLE: STACK})
    assert permitted.returncode == 0, permitted.stderr
    without = project.run("terraform", "apply", "-no-color", "my.plan", cwd=prod, environ=variables)
    assert without.returncode == 1
    assert NAME in without.stderr
    assert project.state(STACK) == ["aws_sqs_queue.orders"]


def test_saved_plan_with_the_value_of_another_stack_stops(project: Project, prod: Path) -> None:
    use_queues(project, prod)
    variables = provider_source(project.root / ".lakekit", os.environ).variables
    plan = ("terraform", "plan", "-refresh=false", "-out=my.plan")
    assert project.run(*plan, cwd=prod, environ={**variables, ENVIRONMENT_VARIABLE: STACK}).returncode == 0
    other = {**variables, ENVIRONMENT_VARIABLE: "prod-other"}
    done = project.run("terraform", "apply", "-no-color", "my.plan", cwd=prod, environ=other)
    assert done.returncode == 1
    assert message(STACK) in squeezed(done.stdout + done.stderr)
    assert "Creating" not in done.stdout
    assert project.state(STACK) == ["aws_sqs_queue.orders"]
