"""Fixtures: one local cloud per session on a free port; every test uses unique names."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from iam_documents import document, trust
from local_cloud_helpers import ACCOUNT, REGION

from free_ports import free_port
from lakekit_local import LocalCloud, isolated

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A running local cloud."""
    project = tmp_path_factory.mktemp("project")
    before = os.environ.get("LAKEKIT_LOCAL_PORT")
    os.environ["LAKEKIT_LOCAL_PORT"] = str(free_port())
    made = LocalCloud(project)
    made.ensure()
    if before is None:
        del os.environ["LAKEKIT_LOCAL_PORT"]
    else:
        os.environ["LAKEKIT_LOCAL_PORT"] = before
    yield made
    made.down()


@pytest.fixture
def environ(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Environment variables with which this process calls only the local cloud."""
    variables = cloud.variables(ACCOUNT, REGION)
    for name in set(os.environ) - set(isolated({})):
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def client(environ: dict[str, str]) -> Callable[..., Any]:
    """Create boto3 clients, by default of account 111111111111."""
    import boto3

    def make(service: str, account: str = ACCOUNT, region: str = REGION, **more: Any) -> Any:
        session = boto3.Session(aws_access_key_id=account, aws_secret_access_key="x", region_name=region)
        return session.client(service, **more)

    return make


@pytest.fixture
def unique() -> str:
    """A name that no other test uses."""
    return f"t{next(_numbers)}"


@pytest.fixture
def bucket(client: Callable[..., Any], unique: str) -> str:
    """A new bucket."""
    name = f"lake-{unique}-{ACCOUNT}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty project folder."""
    return tmp_path


@pytest.fixture
def role(client: Callable[..., Any], unique: str) -> Callable[..., str]:
    """Make a role; returns its ARN."""

    def make(*statements: dict[str, Any], name: str = "etl", trusted: Any = None, **more: Any) -> str:
        iam, full = client("iam"), f"{name}-{unique}"
        trusting = document(trusted or trust({"AWS": ACCOUNT}))
        arn = iam.create_role(RoleName=full, AssumeRolePolicyDocument=trusting, **more)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=full, PolicyName="main", PolicyDocument=document(*statements))
        return str(arn)

    return make
