"""No argument of an inert type of AWS can matter: its schema is read from the provider, not from the catalog."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lakekit_cli.toolchain import find_terraform, provider_source
from lakekit_policies.coverage.catalog import type_data
from nonempty import nonempty

WORDS = re.compile(
    r"(?:^|_)(?:account|accounts|acl|arn|arns|auth|authentication|authorization|bucket|buckets|cidr|"
    r"cidrs|credential|credentials|deletion|destination|destinations|destroy|email|encrypted|"
    r"encryption|endpoint|endpoints|expiration|grantee|host|hostname|kms|member|members|owner|"
    r"password|permission|permissions|policies|policy|principal|principals|private|public|publicly|"
    r"replication|retention|role|roles|s3|secret|secrets|share|shared|statement|token|tokens|uri|"
    r"url|urls|user|users)(?:_|$)"
)
"""Words in the name of an argument that can grant, expose, send, encrypt, keep or delete something."""
REVIEWED = Path(__file__).parents[1] / "data" / "inert_arguments.toml"
REQUIRED = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "= 5.100.0"}}}


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Schemas of all resource types of the AWS provider, from Terraform."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "main.tf.json").write_text(json.dumps({"terraform": REQUIRED}), encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    environ = {**inherited, **provider_source(folder / ".lakekit").variables, "CHECKPOINT_DISABLE": "1"}
    for arguments in (["init", "-backend=false", "-input=false", "-no-color"], ["providers", "schema", "-json"]):
        command = [str(find_terraform().path), *arguments]
        run = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
    (provider,) = json.loads(run.stdout)["provider_schemas"].values()
    return {kind: schema["block"] for kind, schema in provider["resource_schemas"].items()}


def arguments(block: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Paths of the arguments of a block, and whether the provider calls the argument or a block around it sensitive."""
    for name, attribute in block.get("attributes", {}).items():
        if not (attribute.get("optional") or attribute.get("required")):
            continue
        yield prefix + name, bool(attribute.get("sensitive"))
        yield from arguments(attribute.get("nested_type", {}), f"{prefix}{name}.")
    for name, nested in block.get("block_types", {}).items():
        if name != "timeouts":
            yield from arguments(nested["block"], f"{prefix}{name}.")


def suspect(block: dict[str, Any]) -> set[str]:
    """Arguments that are sensitive, or whose name contains a word of ``WORDS``."""
    return {path for path, sensitive in arguments(block) if sensitive or WORDS.search(path.rpartition(".")[2])}


def test_no_argument_of_an_inert_type_can_matter(schemas: dict[str, Any]) -> None:
    groups = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))["arguments"]
    assert all(group["reason"] for group in nonempty(groups))
    reviewed = [name for group in groups for name in group["names"]]
    assert sorted(reviewed) == sorted(set(reviewed))
    inert = nonempty(kind for kind in type_data()["inert"] if kind.startswith("aws_"))
    found = {f"{kind}.{path}" for kind in inert if kind in schemas for path in suspect(schemas[kind])}
    assert found - set(reviewed) == set(), "settings of inert types: evaluate them, or remove the types from [inert]"
    assert set(reviewed) - found == set(), "listed arguments that no inert type has"


def test_types_with_settings_that_matter_are_suspect(schemas: dict[str, Any]) -> None:
    expected = {
        "aws_iam_role": {"assume_role_policy", "permissions_boundary"},
        "aws_rds_cluster": {"deletion_protection", "kms_key_id", "master_password", "storage_encrypted"},
        "aws_kinesis_firehose_delivery_stream": {"destination", "extended_s3_configuration.bucket_arn"},
        "aws_appconfig_hosted_configuration_version": {"content"},
        "aws_verifiedaccess_group": {"policy_document", "sse_configuration.kms_key_arn"},
        "aws_dsql_cluster": {"deletion_protection_enabled", "kms_encryption_key"},
        "aws_lightsail_database": {"publicly_accessible"},
    }
    for kind, names in expected.items():
        assert names <= suspect(schemas[kind]), kind
