"""Starting, stopping and coming back: nothing is lost, and what goes wrong is one clear error."""

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
    """A local cloud of this test alone, not yet started."""
    monkeypatch.setenv("LAKEKIT_LOCAL_PORT", str(free_port()))
    made = LocalCloud(project)
    yield made
    made.down()


def of(cloud: LocalCloud, service: str) -> Any:
    session = boto3.Session(aws_access_key_id="111111111111", aws_secret_access_key="x", region_name="eu-west-1")
    return session.client(service, endpoint_url=cloud.endpoint)


def test_state_survives_restart(own: LocalCloud) -> None:
    own.ensure()
    bucket = {"Bucket": "lake-kept", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    of(own, "s3").create_bucket(**bucket)
    of(own, "s3").put_object(Bucket="lake-kept", Key="k", Body=b"x" * 600_000)
    of(own, "s3").put_bucket_logging(
        Bucket="lake-kept", BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "b", "TargetPrefix": "p"}}
    )
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    rsa = of(own, "kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
    signed = {"KeyId": rsa, "Message": b"m", "SigningAlgorithm": "RSASSA_PSS_SHA_256"}
    signature = of(own, "kms").sign(**signed)["Signature"]
    topic = of(own, "sns").create_topic(Name="t")["TopicArn"]
    of(own, "sqs").create_queue(QueueName="q")
    of(own, "logs").create_log_group(logGroupName="g")
    of(own, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    of(own, "ssm").put_parameter(Name="/p", Value="kept", Type="String")
    spark = of(own, "emr-serverless").create_application(releaseLabel="emr-7.10.0", type="SPARK", clientToken="t")
    assert own.down()

    own.ensure()
    assert of(own, "s3").get_object(Bucket="lake-kept", Key="k")["Body"].read() == b"x" * 600_000
    assert of(own, "s3").get_bucket_logging(Bucket="lake-kept")["LoggingEnabled"]["TargetPrefix"] == "p"
    assert of(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]
    assert of(own, "kms").verify(**signed, Signature=signature)["SignatureValid"]
    assert topic in [entry["TopicArn"] for entry in of(own, "sns").list_topics()["Topics"]]
    assert of(own, "ssm").get_parameter(Name="/p")["Parameter"]["Value"] == "kept"
    assert of(own, "emr-serverless").get_application(applicationId=spark["applicationId"])["application"]["state"]
    assert of(own, "sqs").get_queue_url(QueueName="q")["QueueUrl"].endswith("/111111111111/q")
    # The bucket's name is taken, as before.
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        of(own, "s3").create_bucket(**bucket)


def test_crash_keeps_saved_state(own: LocalCloud) -> None:
    running = own.ensure()
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    deadline = time.monotonic() + 60
    while own.status().unsaved_changes and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(running.pid, signal.SIGKILL)
    own.ensure()
    assert of(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]


def test_ensure_twice_is_one_server_and_down_twice_is_no_error(own: LocalCloud) -> None:
    assert own.ensure().pid == own.ensure().pid
    assert own.down()
    assert not own.down()
    assert not own.status().running


def test_outdated_server_is_restarted_on_request_with_its_state(
    own: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own.ensure()
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    assert own.ensure(restart_outdated=True).pid == before.pid
    monkeypatch.setattr("lakekit_local.lifecycle.process.code_digest", lambda: "upgraded")
    assert own.ensure().pid == before.pid
    after = own.ensure(restart_outdated=True)
    assert after.pid != before.pid
    assert of(own, "lakeformation").get_lf_tag(TagKey="domain")["TagValues"] == ["sales"]
    assert own.ensure(restart_outdated=True).pid == after.pid


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other version"])
def test_a_damaged_state_names_the_file_and_the_fix(own: LocalCloud, damage: str) -> None:
    own.ensure()
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    own.down()
    snapshot = own.home / "snapshot.pickle"
    content = snapshot.read_bytes()
    changed = {
        "cut": content[: len(content) // 2],
        "flipped": content[:-10] + bytes([content[-10] ^ 1]) + content[-9:],
        "empty": b"",
        "other version": content.replace(b'"format": 1', b'"format": 0', 1),
    }[damage]
    snapshot.write_bytes(changed)
    with pytest.raises(LocalCloudError) as refused:
        own.ensure()
    assert refused.value.where == str(snapshot)
    assert "lakekit local reset" in str(refused.value.fix)
    # It stays as it is until somebody decides, and reset is a way out.
    assert snapshot.read_bytes() == changed
    own.reset()
    own.ensure()


def test_port_in_use_names_the_owner(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("LAKEKIT_LOCAL_PORT", str(port))
        with pytest.raises(PortInUseError) as refused:
            LocalCloud(project).ensure()
    assert f"Port {port}" in refused.value.problem
    assert f"process {os.getpid()}" in refused.value.problem
    assert "LAKEKIT_LOCAL_PORT" in str(refused.value.fix)


def test_save_failure_is_reported(own: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    own.ensure()
    # A folder where the file belongs: not even root can write that.
    blocked = own.home / "snapshot.writing"
    blocked.mkdir()
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    deadline = time.monotonic() + 60
    while (problem := own.status().save_problem) is None:
        assert time.monotonic() < deadline, own.status()
        time.sleep(0.1)
    assert "IsADirectoryError" in problem
    monkeypatch.chdir(own.project_dir)
    (own.project_dir / "cdktf.json").write_text('{"language": "python", "app": "true"}')
    shown = CliRunner().invoke(local, ["status"], standalone_mode=False)
    assert shown.return_value == 1
    assert "cannot be saved" in shown.output
    with pytest.raises(NotSavedError, match="1 changes could not be saved") as told:
        own.down()
    assert told.value.where == str(own.home / "snapshot.pickle")

    # It starts again with what was saved before; once the cause is gone, all is well.
    blocked.rmdir()
    own.ensure()
    of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
    own.save()
    assert own.status().save_problem is None


@pytest.mark.parametrize("wrong", ["", "0", "http", "70000"])
def test_invalid_port_is_rejected(project: Path, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LAKEKIT_LOCAL_PORT", wrong)
    with pytest.raises(LocalCloudError, match="no port number"):
        LocalCloud(project).ensure()


def test_two_projects_run_side_by_side(own: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.ensure()
    port = int(own.endpoint.rsplit(":", 1)[1])
    with pytest.raises(PortInUseError, match="the local cloud of"):
        LocalCloud(tmp_path / "other").ensure()
    # Nobody asks for a port: the neighbour's is left alone.
    monkeypatch.delenv("LAKEKIT_LOCAL_PORT")
    monkeypatch.setattr("lakekit_local.lifecycle.process.DEFAULT_PORT", port)
    other = LocalCloud(tmp_path / "other")
    with socket.socket() as somebody:
        # Whoever is on the next one, without an answer of any kind, does not stand in the way either.
        somebody.bind(("127.0.0.1", port + 1))
        other.ensure()
    try:
        assert other.endpoint not in {own.endpoint, f"http://127.0.0.1:{port + 1}"}
        of(own, "lakeformation").create_lf_tag(TagKey="domain", TagValues=["sales"])
        assert of(other, "lakeformation").list_lf_tags()["LFTags"] == []
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
        noted = own.home / "server.json"
        noted.write_text(noted.read_text().replace('"pid": ', f'"pid": {sleeper.pid}, "was": '))
        assert not own.down()
        assert sleeper.poll() is None
    finally:
        sleeper.kill()


def test_the_command_line(own: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local._cloud", lambda: own)
    runner = CliRunner()

    def said(*words: str, code: int = 0, **more: Any) -> str:
        result = runner.invoke(local, words, standalone_mode=False, **more)
        assert (result.return_value or 0) == code, result.output
        return result.output

    assert "answers at http://127.0.0.1:" in said("up")
    assert "unanswered" in said("status")
    with pytest.raises(ClientError):
        of(own, "glue").get_ml_task_runs(TransformId="x")
    assert "glue:GetMLTaskRuns" in said("status", code=1)
    assert '"unanswered": [' in said("status", "--json", code=1)
    assert "GetMLTaskRuns" in said("status", "--calls", code=1)
    refused = runner.invoke(local, ["reset"], input="n\n")
    assert refused.exit_code == 1
    assert own.status().running
    assert "stopped" in said("down")
    assert "not running" in said("down")
    assert "Removed" in said("reset", "--yes")
    assert "nothing to forget" in said("reset", "--yes")
