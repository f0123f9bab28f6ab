"""Tests of starting, stopping and restarting the local cloud, and of its errors."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from free_ports import free_port
from lakekit_cli.commands.local import local
from lakekit_local import LocalCloud, LocalCloudError, PortInUseError
from lakekit_local.errors import NotSavedError


@pytest.fixture
def own(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    """A local cloud for one test, not started."""
    monkeypatch.setenv("LAKEKIT_LOCAL_PORT", str(free_port()))
    made = LocalCloud(project)
    yield made
    made.down()


def client(cloud: LocalCloud, service: str) -> Any:
    session = boto3.Session(aws_access_key_id="111111111111", aws_secret_access_key="x", region_name="eu-west-1")
    return session.client(service, endpoint_url=cloud.endpoint)


def test_state_survives_restart(own: LocalCloud) -> None:
    own.ensure()
    bucket = {"Bucket": "lake-kept", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    client(own, "s3").create_bucket(**bucket)
    client(own, "s3").put_object(Bucket="lake-kept", Key="k", Body=b"x" * 600_000)
    client(own, "s3").put_bucket_logging(
        Bucket="lake-kept", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "b", "TargetPrefix": "p"}}
    )
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    rsa = client(own, "kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
    signed = {"KeyId": rsa, "Message": b"m", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
    signature = client(own, "kms").sign(**signed)["Signature"]
    topic = client(own, "sns").create_topic(Name="t")["TopicArn"]
    client(own, "sqs").create_queue(QueueName="q")
    client(own, "logs").create_log_group(logGroupName="g")
    client(own, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    client(own, "ssm").put_parameter(Name="/p", Value="kept", Type="String")
    spark = client(own, "emr-serverless").create_application(releaseLabel="emr-7.10.0", type="SPARK", clientToken="t")
    assert own.down()

    own.ensure()
    assert client(own, "s3").get_object(Bucket="lake-kept", Key="k")["Body"].read() == b"x" * 600_000
    assert client(own, "s3").get_bucket_logging(Bucket="lake-kept")["LoggingEnabled"]["TargetPrefix"] == "p"
    assert client(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]
    assert client(own, "kms").verify(**signed, Signature=signature)["SignatureValid"]
    assert topic in [entry["TopicArn"] for entry in client(own, "sns").list_topics()["Topics"]]
    assert client(own, "ssm").get_parameter(Name="/p")["Parameter"]["Value"] == "kept"
    assert client(own, "emr-serverless").get_application(applicationId=spark["applicationId"])["application"]["state"]
    assert client(own, "sqs").get_queue_url(QueueName="q")["QueueUrl"].endswith("/111111111111/q")
    # The bucket name is still taken.
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        client(own, "s3").create_bucket(**bucket)


def test_crash_keeps_saved_state(own: LocalCloud) -> None:
    running = own.ensure()
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    deadline = time.monotonic() + 60
    while own.status().unsaved_changes and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(running.pid, signal.SIGKILL)
    own.ensure()
    assert client(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]


def test_ensure_and_down_are_idempotent(own: LocalCloud) -> None:
    assert own.ensure().pid == own.ensure().pid
    assert own.down()
    assert not own.down()
    assert not own.status().running


def test_outdated_server_is_restarted_on_request_with_its_state(
    own: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own.ensure()
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    assert own.ensure(restart_outdated=True).pid == before.pid
    monkeypatch.setattr("lakekit_local.lifecycle.process.code_digest", lambda: "upgraded")
    assert own.ensure().pid == before.pid
    after = own.ensure(restart_outdated=True)
    assert after.pid != before.pid
    assert client(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]
    assert own.ensure(restart_outdated=True).pid == after.pid


@pytest.mark.parametrize("damage", ["truncated", "bit flipped", "empty", "other format"])
def test_damaged_snapshot_error_names_file_and_fix(own: LocalCloud, damage: str) -> None:
    own.ensure()
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    own.down()
    snapshot = own.home / "snapshot.json"
    content = snapshot.read_bytes()
    changed = {
        "truncated": content[: len(content) // 2],
        "bit flipped": content[:-10] + bytes([content[-10] ^ 1]) + content[-9:],
        "empty": b"",
        "other format": content.replace(b'"format": ', b'"format": 9', 1),
    }[damage]
    snapshot.write_bytes(changed)
    with pytest.raises(LocalCloudError) as error:
        own.ensure()
    assert error.value.where == str(snapshot)
    assert "lakekit local reset" in str(error.value.fix)
    # The file is kept; reset recovers.
    assert snapshot.read_bytes() == changed
    own.reset()
    own.ensure()


def test_port_in_use_names_the_owner(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("LAKEKIT_LOCAL_PORT", str(port))
        with pytest.raises(PortInUseError) as error:
            LocalCloud(project).ensure()
    assert f"Port {port}" in error.value.problem
    assert f"process {os.getpid()}" in error.value.problem
    assert "LAKEKIT_LOCAL_PORT" in str(error.value.fix)


def test_save_failure_is_reported(own: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    own.ensure()
    # A folder in place of the file cannot be overwritten, not even by root.
    blocked = own.home / "snapshot.writing"
    blocked.mkdir()
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    deadline = time.monotonic() + 60
    while (problem := own.status().save_problem) is None:
        assert time.monotonic() < deadline, own.status()
        time.sleep(0.1)
    assert "IsADirectoryError" in problem
    monkeypatch.chdir(own.project_dir)
    (own.project_dir / "cdktf.json").write_text('{"language": "python", "app": "true"}')
    shown = CliRunner().invoke(local, ["status"], standalone_mode=False)
    assert shown.return_value == 1
    assert "save error" in shown.output
    with pytest.raises(NotSavedError, match="1 changes could not be saved") as error:
        own.down()
    assert error.value.where == str(own.home / "snapshot.json")

    # It restarts with the saved state; after the cause is removed, saving works.
    blocked.rmdir()
    own.ensure()
    client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    own.save()
    assert own.status().save_problem is None


@pytest.mark.parametrize("wrong", ["", "0", "http", "70000"])
def test_invalid_port_is_rejected(project: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LAKEKIT_LOCAL_PORT", wrong)
    with pytest.raises(LocalCloudError, match="not a port number"):
        LocalCloud(project).ensure()


def test_two_projects_run_side_by_side(own: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.ensure()
    port = int(own.endpoint.rsplit(":", 1)[1])
    with pytest.raises(PortInUseError, match="the local cloud of"):
        LocalCloud(tmp_path / "other").ensure()
    # Without LAKEKIT_LOCAL_PORT the next free port is used.
    monkeypatch.delenv("LAKEKIT_LOCAL_PORT")
    monkeypatch.setattr("lakekit_local.lifecycle.ports.DEFAULT_PORT", port)
    other = LocalCloud(tmp_path / "other")
    with socket.socket() as other_program:
        # A port that another program holds is skipped.
        other_program.bind(("127.0.0.1", port + 1))
        other.ensure()
    try:
        assert other.endpoint not in {own.endpoint, f"http://127.0.0.1:{port + 1}"}
        client(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
        assert client(other, "lakeformation").list_lf_tags()["LFTags"] == []
    finally:
        other.down()


def test_reset_removes_cloud_and_local_states(own: LocalCloud) -> None:
    own.ensure()
    state = own.project_dir / ".lakekit" / "state"
    state.mkdir()
    (state / "local-storage.tfstate").write_text("{}")
    pid = own.status().pid
    assert own.reset() == [own.home, state]
    assert not state.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid or 0), 0)
    assert own.reset() == []


def test_reused_pid_is_not_the_server(own: LocalCloud) -> None:
    own.ensure()
    own.down()
    sleeper = subprocess.Popen(["sleep", "30"])
    try:
        record = own.home / "server.json"
        record.write_text(record.read_text().replace('"pid": ', f'"pid": {sleeper.pid}, "was": '))
        assert not own.down()
        assert sleeper.poll() is None
    finally:
        sleeper.kill()


def test_local_commands(own: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local._cloud", lambda: own)
    runner = CliRunner()

    def output(*arguments: str, code: int = 0, **more: Any) -> str:
        result = runner.invoke(local, arguments, standalone_mode=False, **more)
        assert (result.return_value or 0) == code, result.output
        return result.output

    assert "running at http://127.0.0.1:" in output("up")
    assert "not implemented" in output("status")
    with pytest.raises(ClientError):
        client(own, "glue").get_ml_task_runs(TransformId="x")
    assert "glue:GetMLTaskRuns" in output("status", code=1)
    assert '"unanswered": [' in output("status", "--format", "json", code=1)
    assert "GetMLTaskRuns" in output("status", "--calls", code=1)
    aborted = runner.invoke(local, ["reset"], input="n\n")
    assert aborted.exit_code == 1
    assert own.status().running
    assert "stopped" in output("down")
    assert "not running" in output("down")
    assert "Removed" in output("reset", "--yes")
    assert "no state to delete" in output("reset", "--yes")
