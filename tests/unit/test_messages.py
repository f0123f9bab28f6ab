"""Messages to Node: how many a small program sends, and that fewer of them change nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lakekit.bindings import hooks

# Statements are added one at a time, as constructs do; every resource is asked for its address.
PROGRAM = """
import json, sys
from lakekit.bindings import aws, cdktf
import jsii._runtime as runtime
process = runtime.kernel.provider._process
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
write, sent = process._process.stdin.write, []
process._process.stdin.write = lambda data: (sent.append(data), write(data))[1]
for number in range(3):
    role = aws.iam_role.IamRole(stack, f"Role{number}", name=f"r{number}", assume_role_policy="{}")
    policy = aws.iam_role_policy.IamRolePolicy(stack, f"Policy{number}", role=role.name, policy="0")
    for statement in range(1, 6):
        policy.policy = str(statement)
    policy.depends_on = [f"{role.terraform_resource_type}.{role.friendly_unique_id}"]
    assert role.node.path == f"s/Role{number}" == f"{stack.node.id}/{role.node.id}"
text = cdktf.Testing.synth(stack)
messages = []
for message in map(json.loads, sent):
    collected = message.get("requests", [message]) + [message.get("last")]
    messages += [one for one in collected if one]
names = [message.get("api", "") + " " + message.get("property", message.get("method", "")) for message in messages]
print(json.dumps({"names": names, "text": text, "sent": len(sent)}))
"""


def run(program: str, **variables: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def sent() -> dict[str, object]:
    return run(PROGRAM)


def test_number_of_messages(sent: dict[str, object]) -> None:
    names = sent["names"]
    assert isinstance(names, list)
    assert names.count("create ") == 6
    # The first text of a class is sent at once, then one for each policy: before its `depends_on` is assigned.
    assert names.count("set policy") == 4
    assert names.count("get terraformResourceType") == 1
    # One of the stack and one of each role.
    assert names.count("get node") == names.count("get id") == 4
    assert names.count("get path") == 3
    assert len(names) <= 29
    assert sent["sent"] <= 18  # type: ignore[operator]


def test_synthesized_configuration_is_the_same(sent: dict[str, object]) -> None:
    without = run(PROGRAM, **{hooks.DISABLED: "assignments,constants,attributes,messages"})
    assert sent["text"] == without["text"]
    assert len(sent["names"]) < len(without["names"])  # type: ignore[arg-type]
    policies = json.loads(str(sent["text"]))["resource"]["aws_iam_role_policy"]
    assert [policies[f"Policy{number}"]["policy"] for number in range(3)] == ["5", "5", "5"]


ASSIGNED = """
import json
import jsii
from lakekit.bindings import aws, cdktf
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
Policy = aws.iam_role_policy.IamRolePolicy
first, second = (Policy(stack, name, role="r", policy="0") for name in ("First", "Second"))
found = {}
first.policy = "1"
second.policy = "2"
found["input"] = second.policy_input
second.policy = "3"
found["rendered"] = second.to_terraform()["resource"]["aws_iam_role_policy"]["Second"]["policy"]
second.policy = "4"
try:
    second.policy = 5
except TypeError as error:
    found["error"] = str(error)
found["kept"] = second.policy_input
second.policy = "6"
second.policy = cdktf.Fn.upper("a")
second.policy = "7"

class Observed(Policy):
    @property
    def policy(self): return "observed"
    @policy.setter
    def policy(self, value): seen.append(value)
seen = []
observed = Observed(stack, "Observed", role="r", policy="0")
observed.policy = "8"
found["observed"] = list(seen)

@jsii.implements(cdktf.IAspect)
class Late:
    def visit(self, node):
        if isinstance(node, Policy) and node.node.id == "First":
            node.policy = "late"
cdktf.Aspects.of(stack).add(Late())
found["synthesized"] = {
    name: body["policy"]
    for name, body in json.loads(cdktf.Testing.synth(stack))["resource"]["aws_iam_role_policy"].items()
}
print(json.dumps(found))
"""


@pytest.mark.parametrize("disabled", ["", "assignments"], ids=["collected", "sent at once"])
def test_assignments_take_effect_before_anything_can_read_them(disabled: str) -> None:
    found = run(ASSIGNED, **{hooks.DISABLED: disabled})
    assert found["input"] == "2"
    assert found["rendered"] == "3"
    assert found["error"] == "IamRolePolicy: policy is number 5, expected str"
    assert found["kept"] == "4"
    assert found["observed"] == ["8"]
    assert found["synthesized"] == {"First": "late", "Second": "7", "Observed": "0"}


VERSIONS = """
from lakekit.bindings import cdktf
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
for number in range(4):
    cdktf.DataResource(stack, f"Data{number}")
try:
    cdktf.Testing.synth(stack, True)
    error = ""
except RuntimeError as raised:
    error = str(raised)
import json
print(json.dumps({"error": error}))
"""


@pytest.mark.parametrize(("version", "runs"), [("1.11.4", 1), ("1.3.0", 4)])
def test_version_of_terraform_is_requested_once(tmp_path: Path, version: str, runs: int) -> None:
    terraform = tmp_path / "terraform"
    terraform.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\necho 'Terraform v{version}'\n")
    terraform.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    found = run(VERSIONS, PATH=path, TERRAFORM_BINARY_NAME="terraform")
    assert len((tmp_path / "runs").read_text().split()) == runs
    stock = run(VERSIONS, PATH=path, TERRAFORM_BINARY_NAME="terraform", **{hooks.DISABLED: "terraform_version"})
    assert found == stock
    assert str(found["error"]).count("version 1.3.0 is lower than the required version") == (4 if runs == 4 else 0)
