"""Code that engines run, and the logs they write: named, encrypted, and with an end where there has to be one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole
from lakekit.monitoring import LogGroup
from lakekit.storage import Artifact, ArtifactBucket, EncryptionKey
from lakekit.testing import resources

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "job.zip"
    made.write_bytes(b"code")
    return made


def test_artifact_bucket_keeps_deployed_code() -> None:
    template = stack(lambda s: ArtifactBucket(s, "Artifacts"), **PROD)
    (bucket,) = resources(template, "aws_s3_bucket").values()
    assert bucket["bucket"] == "acme-prod-artifacts-333333333333-eu-west-1"
    assert bucket["lifecycle"]["prevent_destroy"] is True
    (lifecycle,) = resources(template, "aws_s3_bucket_lifecycle_configuration").values()
    days = [rule.get("expiration", [{}])[0].get("days") for rule in lifecycle["rule"]]
    assert not any(days), "what a running application was started from never expires"


def test_content_changes_the_object_key(file: Path) -> None:
    def key() -> str:
        (made,) = resources(stack(lambda s: Artifact(s, "Code", file=file), **PROD), "aws_s3_object").values()
        return str(made["key"])

    first = key()
    assert hashlib.sha256(b"code").hexdigest()[:16] in first
    assert key() == first
    file.write_bytes(b"other code")
    assert key() != first


def test_artifact_grant_read_covers_one_object(file: Path) -> None:
    keys: list[str] = []

    def build(s: Any) -> None:
        artifact = Artifact(s, "Code", file=file)
        keys.append(artifact.key)
        artifact.grant_read(ServiceRole(s, "Job", service="glue", description="runs", name="job"))

    statements = policies(stack(build, **PROD))["acme-prod-job"]
    bucket = "arn:aws:s3:::acme-prod-artifacts-333333333333-eu-west-1"
    assert is_allowed(statements, "s3:GetObject", f"{bucket}/{keys[0]}")
    assert not is_allowed(statements, "s3:GetObject", f"{bucket}/other.zip")
    assert not is_allowed(statements, "s3:PutObject", f"{bucket}/{keys[0]}")


@pytest.mark.parametrize("content", [None, b""])
def test_missing_artifact_is_rejected(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "job.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConstructError, match="is not a file" if content is None else "is empty"):
        stack(lambda s: Artifact(s, "Code", file=path))


def test_log_group_has_retention_of_tier_and_key_statement() -> None:
    def build(s: Any) -> None:
        LogGroup(s, "Logs", path="app", key=EncryptionKey(s, "Key", name="app", description="Logs"))

    template = stack(build, **PROD)
    (group,) = resources(template, "aws_cloudwatch_log_group").values()
    (key,) = resources(template, "aws_kms_key").values()
    assert group["retention_in_days"] == 365
    (used,) = [s for s in json.loads(key["policy"])["Statement"] if s["Sid"].startswith("EncryptLogs")]
    context = {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:333333333333:log-group:/acme-prod/app"}
    assert used["Condition"] == {"ArnLike": context}


def test_unsupported_log_retention_is_rejected() -> None:
    def build(s: Any) -> None:
        key = EncryptionKey(s, "Key", name="app", description="Logs")
        LogGroup(s, "Logs", path="app", key=key, retention_days=100)

    with pytest.raises(ConstructError, match="retention_days 100"):
        stack(build)
