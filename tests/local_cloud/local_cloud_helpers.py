"""Helpers of the local cloud tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from lakekit.environment import Environment
from lakekit_cli.deployer.policies import boundary_policy
from lakekit_cli.toolchain import find_terraform, provider_source
from lakekit_local import LocalCloud, isolated

ACCOUNT, REGION = "111111111111", "eu-west-1"


@dataclass(frozen=True)
class Terraform:
    """Terraform with the AWS provider in one folder, against the local cloud."""

    folder: Path
    environ: dict[str, str]

    @classmethod
    def of(cls, cloud: LocalCloud, configuration: Path, folder: Path) -> Terraform:
        """Copy and initialize a configuration."""
        shutil.copytree(configuration, folder)
        source = provider_source(folder)
        inherited = {**os.environ, **source.variables, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        terraform = cls(folder, isolated(cloud.variables(ACCOUNT, REGION), inherited))
        terraform("init")
        return terraform

    def __call__(self, command: str, *arguments: str, code: int = 0) -> str:
        """Run a command and return its output; fail with the output on an unexpected exit code."""
        options = ["-no-color", "-input=false"] if command in ("init", "plan", "apply", "destroy") else ["-no-color"]
        line = [str(find_terraform().path), command, *options, *arguments]
        done = subprocess.run(line, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        assert done.returncode == code, f"{' '.join(line)} ended with {done.returncode}:\n{output[-8000:]}"
        return output


def create_boundary(environment: Environment, client: Any) -> None:
    """Create the permissions boundary of an environment, as `lakekit bootstrap` does."""
    policy = boundary_policy(environment)
    assert policy is not None
    iam = client("iam")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_policy(PolicyName=policy.name, PolicyDocument=policy.text)


def register_location(bucket: str, client: Any) -> None:
    """Register a bucket with Lake Formation, as the stack `governance` does."""
    client("lakeformation").register_resource(ResourceArn=f"arn:aws:s3:::{bucket}", UseServiceLinkedRole=True)


def use_default_settings(client: Any) -> None:
    """Give Lake Formation the settings of a new account: access to new databases and tables is left to IAM."""
    to_iam = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
    settings = {"CreateDatabaseDefaultPermissions": to_iam, "CreateTableDefaultPermissions": to_iam}
    client("lakeformation").put_data_lake_settings(DataLakeSettings=settings)


def session_of(client: Any, role_arn: str, **arguments: Any) -> boto3.Session:
    """A session of a role, assumed by the account with the dummy credentials."""
    made = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test", **arguments)
    return session_with(made["Credentials"])


def session_with(keys: dict[str, Any]) -> boto3.Session:
    """A session with credentials that STS returned."""
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
