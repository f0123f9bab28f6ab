"""Tests that the AWS resources of Snowflake stacks are valid for the AWS provider.

Terraform cannot initialize the Snowflake provider here; without its resources, and with a fixed ARN in place of their
attributes, the rest of each stack is a valid configuration.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from lakekit.snowflake.iam_role import EXTERNAL_ID_PATTERN, PRINCIPAL_ARN_PATTERN
from lakekit_cli.toolchain import find_terraform, provider_source

PROJECT = Path(__file__).parents[2]
SNOWFLAKE_USER = "arn:aws:iam::999999999999:user/snowflake"
_SNOWFLAKE_REFERENCE = re.compile(r"\$\{(?:local|snowflake_\w+|data\.snowflake_\w+)\.[^}]*\}")


@pytest.mark.parametrize("name", ["snowflake", "sales-snowflake"])
def test_aws_resources_of_snowflake_stacks_are_valid(synthesized: Path, name: str, tmp_path: Path) -> None:
    stack = json.loads((synthesized / f"stacks/dev-{name}/cdk.tf.json").read_text())
    stack["resource"] = {kind: named for kind, named in stack["resource"].items() if kind.startswith("aws_")}
    assert stack["resource"]
    stack.pop("data", None)
    # Preconditions refer to locals by name.
    stack["locals"] = dict.fromkeys(stack.get("locals", {}), SNOWFLAKE_USER)
    stack["provider"] = {"aws": stack["provider"]["aws"]}
    stack["terraform"]["required_providers"].pop("snowflake")
    stack["terraform"].pop("backend")
    for named in stack["resource"].values():
        for body in named.values():
            body["depends_on"] = [name for name in body.get("depends_on", []) if name.startswith("aws_")]
    text = _SNOWFLAKE_REFERENCE.sub(SNOWFLAKE_USER, json.dumps(stack))
    (tmp_path / "cdk.tf.json").write_text(text)
    terraform = str(find_terraform().path)
    environ = {**os.environ, **provider_source(tmp_path / ".lakekit", dict(os.environ)).variables}
    for arguments in (["init", "-backend=false", "-input=false"], ["validate", "-no-color"]):
        done = subprocess.run(
            [terraform, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_terraform_accepts_the_value_patterns(tmp_path: Path) -> None:
    """`can` hides a malformed expression, which would match nothing, so that no role could be created."""
    expected = {
        PRINCIPAL_ARN_PATTERN: {
            SNOWFLAKE_USER: True,
            "*": False,
            "arn:aws:iam::999999999999:root": False,
            "999999999999": False,
        },
        EXTERNAL_ID_PATTERN: {
            "ACMEORG_SFCRole=2_a+b/c=": True,
            "*": False,
            "999999999999": False,
            SNOWFLAKE_USER: False,
        },
    }
    outputs = {
        f"o{number}_{index}": {"value": f'${{can(regex("{form}", "{value}"))}}'}
        for number, (form, values) in enumerate(expected.items())
        for index, value in enumerate(values)
    }
    (tmp_path / "main.tf.json").write_text(json.dumps({"output": outputs}))
    terraform = str(find_terraform().path)
    for arguments in (["init", "-input=false"], ["apply", "-auto-approve", "-input=false"]):
        subprocess.run([terraform, *arguments], cwd=tmp_path, check=True, capture_output=True)
    shown = subprocess.run([terraform, "output", "-json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    found = {name: output["value"] for name, output in json.loads(shown.stdout).items()}
    expected_values = [value for values in expected.values() for value in values.values()]
    assert [found[name] for name in outputs] == expected_values


@pytest.mark.parametrize("form", ["2.11", "2.15", "neither"])
def test_terraform_extracts_the_volume_principal_in_either_form(synthesized: Path, form: str, tmp_path: Path) -> None:
    """Before 2.15 the provider describes a volume by rows, since then by an object; both are known after apply."""
    stack = json.loads((synthesized / "stacks/dev-snowflake/cdk.tf.json").read_text())
    texts = [text for text in stack["locals"].values() if "describe_output" in text]
    assert len(texts) >= 4
    expected = {"STORAGE_AWS_IAM_USER_ARN": SNOWFLAKE_USER, "STORAGE_AWS_EXTERNAL_ID": "ACMEORG_SFCRole=2_a"}
    described = {
        "2.11": [
            {"name": "ALLOW_WRITES", "value": "false", "parent": ""},
            {"name": "STORAGE_LOCATION_1", "value": json.dumps(expected), "parent": "STORAGE_LOCATIONS"},
        ],
        "2.15": [
            {
                "allow_writes": "false",
                "storage_locations": [
                    {
                        "name": "CURATED",
                        "s3_storage_location": [{key.lower(): value for key, value in expected.items()}],
                    }
                ],
            }
        ],
        "neither": [{"something": "else"}],
    }[form]
    rows = re.compile(r"snowflake_external_volume\.\w+\.describe_output")
    configuration = {
        "resource": {"terraform_data": {"Rows": {"input": described}}},
        "output": {f"o{at}": {"value": rows.sub("terraform_data.Rows.output", one)} for at, one in enumerate(texts)},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    terraform = str(find_terraform().path)
    subprocess.run([terraform, "init", "-input=false"], cwd=tmp_path, check=True, capture_output=True)
    applied = subprocess.run(
        [terraform, "apply", "-auto-approve", "-input=false", "-no-color"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    if form == "neither":
        assert applied.returncode == 1
        assert "no expression succeeded" in applied.stderr
        return
    assert applied.returncode == 0, applied.stderr
    shown = subprocess.run([terraform, "output", "-json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert {output["value"] for output in json.loads(shown.stdout).values()} == set(expected.values())
