"""Tests of `lakekit local check-engines`: engines of a state file, with roles made for the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from data_lake import data_lake
from local_cloud_helpers import ACCOUNT, REGION

from lakekit.testing import environment
from lakekit_cli.commands.local_check_engines import check_engines
from lakekit_cli.toolchain import Project
from lakekit_local import LocalCloud
from lakekit_local.engines.real_calls import is_sent, send
from lakekit_local.engines.requests import EngineRequest
from lakekit_local.errors import LocalCloudError

Client = Callable[..., Any]


@pytest.fixture
def state(cloud: LocalCloud) -> Iterator[Path]:
    """The state file of a stack, which the test writes."""
    file = cloud.project_dir / ".lakekit/state/local-engines.tfstate"
    file.parent.mkdir(parents=True, exist_ok=True)
    yield file
    file.unlink(missing_ok=True)


@pytest.fixture
def run(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    target = environment(account_id=ACCOUNT, region=REGION, target="local", tier="sandbox", backend={"kind": "local"})
    monkeypatch.setattr("lakekit_cli.commands.run_context.load_environment", lambda _name: target)
    project = Project(tmp_path, "", tmp_path / "cdktf.out")
    monkeypatch.setattr("lakekit_cli.commands.local_check_engines.find_project", lambda: project)
    monkeypatch.setattr("lakekit_cli.commands.local_check_engines.local_cloud", lambda _root: cloud)

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(check_engines, ["local", *arguments], standalone_mode=False)

    return invoke


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def role(client: Client, name: str, service: str, **policy: Any) -> str:
    iam = client("iam")
    trust = document(Principal={"Service": service}, Action="sts:AssumeRole")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(**policy))
    return str(arn)


def write(file: Path, *resources: tuple[str, dict[str, Any]]) -> None:
    listed = [
        {"mode": "managed", "type": kind, "name": f"r{number}", "instances": [{"attributes": attributes}]}
        for number, (kind, attributes) in enumerate(resources)
    ]
    file.write_text(json.dumps({"resources": listed}))


def flow_log(client: Client, unique: str, arn: str) -> list[tuple[str, dict[str, Any]]]:
    group = f"/test/{unique}"
    client("logs").create_log_group(logGroupName=group)
    destination = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    return [
        ("aws_iam_role", {"arn": arn, "name": unique}),
        ("aws_flow_log", {"id": unique, "arn": "", "iam_role_arn": arn, "log_destination": destination}),
    ]


def test_refused_calls_are_named(client: Client, unique: str, state: Path, run: Callable[..., Any]) -> None:
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams"]
    arn = role(client, unique, "vpc-flow-logs.amazonaws.com", Action=actions, Resource="*")
    write(state, *flow_log(client, unique, arn))
    result = run("--format", "json")
    assert result.return_value == 1, result.output
    found = json.loads(result.stdout)
    (engine,) = found["engines"]
    refused = {(one["action"], one["how"]) for one in engine["refused"]}
    assert refused == {
        ("logs:PutLogEvents", "call"),
        ("logs:CreateLogGroup", "decision"),
        ("logs:DescribeLogGroups", "decision"),
    }
    sent = next(one for one in engine["refused"] if one["how"] == "call")
    assert sent["address"] == "local-engines: aws_iam_role.r0"
    assert sent["fix"].endswith("in the role, which `FlowLog` makes")
    assert "IAM role for publishing flow logs" in sent["source"]
    assert "glue-job" in found["not_deployed"]
    text = run().output
    for part in ("logs:PutLogEvents", unique, "the call was sent and denied", "Not deployed: AWS Glue job"):
        assert part in text
    # What the calls created is gone.
    assert client("logs").describe_log_streams(logGroupName=f"/test/{unique}")["logStreams"] == []
    full = [*actions, "logs:PutLogEvents", "logs:CreateLogGroup", "logs:DescribeLogGroups"]
    client("iam").put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=document(Action=full, Resource="*"))
    assert run().return_value == 0


def test_a_role_that_its_service_may_not_assume_is_named(
    client: Client, unique: str, state: Path, run: Callable[..., Any]
) -> None:
    arn = role(client, unique, "glue.amazonaws.com", Action="logs:*", Resource="*")
    write(state, *flow_log(client, unique, arn))
    result = run("--format", "json")
    (engine,) = json.loads(result.stdout)["engines"]
    (refused,) = engine["refused"]
    assert (result.return_value, refused["action"], refused["how"]) == (1, "sts:AssumeRole", "session")
    assert "trust policy" in refused["fix"]


def test_services_without_a_role_are_decided_by_the_policy_of_the_resource(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    logging = {"id": unique, "bucket": "source", "target_bucket": bucket, "target_prefix": "access/"}
    write(state, ("aws_s3_bucket_logging", logging))
    assert run().return_value == 1
    allowed = document(
        Principal={"Service": "logging.s3.amazonaws.com"},
        Action="s3:PutObject",
        Resource=f"arn:aws:s3:::{bucket}/access/*",
        Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::source"}},
    )
    client("s3").put_bucket_policy(Bucket=bucket, Policy=allowed)
    assert run().return_value == 0


def test_calls_that_change_something_are_undone(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": unique})
    location = {"Location": f"s3://{bucket}/t", "Columns": [{"Name": "id", "Type": "bigint"}]}
    glue.create_table(DatabaseName=unique, TableInput={"Name": "t", "StorageDescriptor": location})
    arn = role(client, unique, "glue.amazonaws.com", Action="*", Resource="*")
    write(
        state,
        (
            "aws_glue_catalog_table",
            {"database_name": unique, "name": "t", "storage_descriptor": [{"location": f"s3://{bucket}/t"}]},
        ),
        (
            "aws_glue_catalog_table_optimizer",
            {"database_name": unique, "table_name": "t", "configuration": [{"role_arn": arn}]},
        ),
    )
    before = glue.get_table(DatabaseName=unique, Name="t")["Table"]["StorageDescriptor"]
    result = run("--format", "json")
    assert result.return_value == 0, result.output
    (engine,) = json.loads(result.stdout)["engines"]
    assert engine["sent"] >= 6
    listed = client("s3").list_object_versions(Bucket=bucket)
    assert "Versions" not in listed
    assert "DeleteMarkers" not in listed
    assert glue.get_table(DatabaseName=unique, Name="t")["Table"]["StorageDescriptor"] == before


def optimizer(client: Client, unique: str, bucket: str, **policy: Any) -> list[tuple[str, dict[str, Any]]]:
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": unique})
    location = {"Location": f"s3://{bucket}/t", "Columns": [{"Name": "id", "Type": "bigint"}]}
    glue.create_table(DatabaseName=unique, TableInput={"Name": "t", "StorageDescriptor": location})
    arn = role(client, unique, "glue.amazonaws.com", **policy)
    table = {"database_name": unique, "name": "t", "storage_descriptor": [{"location": f"s3://{bucket}/t"}]}
    made = {"database_name": unique, "table_name": "t", "configuration": [{"role_arn": arn}]}
    return [("aws_glue_catalog_table", table), ("aws_glue_catalog_table_optimizer", made)]


def test_each_log_group_that_an_engine_creates_is_written_to(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    """No group of the optimizer is there before its first run: each exists for the time of the call."""
    actions = ["s3:*", "glue:*", "lakeformation:*", "logs:CreateLogGroup", "logs:CreateLogStream"]
    write(state, *optimizer(client, unique, bucket, Action=actions, Resource="*"))
    (engine,) = json.loads(run("--format", "json").stdout)["engines"]
    refused = {(one["action"], one["how"]) for one in engine["refused"]}
    assert refused == {("logs:PutLogEvents", "call")}
    assert len(engine["refused"]) == 3
    assert all("log-group:/aws-glue/iceberg-" in one["resource"] for one in engine["refused"])


def test_a_call_that_cannot_be_prepared_is_a_failure(client: Client, unique: str) -> None:
    """An update of a table with what it has: without the table, it is not a call that is allowed."""
    table = f"arn:aws:glue:{REGION}:{ACCOUNT}:table/absent_{unique}/t"
    request = EngineRequest("glue:UpdateTable", table, "AWS managed policy reference")
    assert not is_sent(request, client)
    with pytest.raises(LocalCloudError, match="GetTable, which prepares or undoes a call of an engine, failed"):
        send(request, client, client)


def test_an_error_that_is_no_denial_is_a_failure(client: Client, unique: str) -> None:
    request = EngineRequest("s3:PutObject", f"arn:aws:s3:::absent-{unique}/data/file", "Amazon S3 user guide")
    with pytest.raises(LocalCloudError, match=r"s3:PutObject on \S+ failed, so that the check is not complete"):
        send(request, client, client)


def test_a_denied_read_names_the_permission(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    client("s3").put_object(Bucket=bucket, Key="job.py", Body=b"")
    arn = role(client, unique, "glue.amazonaws.com", Action="logs:*", Resource="*")
    job = {"name": unique, "role_arn": arn, "command": [{"script_location": f"s3://{bucket}/job.py"}]}
    write(state, ("aws_glue_job", job))
    (engine,) = json.loads(run("--format", "json").stdout)["engines"]
    (read,) = [one for one in engine["refused"] if one["action"] == "s3:GetObject"]
    assert (read["how"], "is not authorized to perform: s3:GetObject" in read["reason"]) == ("call", True)


def test_events_of_a_log_group_that_the_engine_makes(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    actions = ["s3:*", "glue:*", "logs:CreateLog*", "logs:AssociateKmsKey", "cloudwatch:*", "kms:*"]
    arn = role(client, unique, "glue.amazonaws.com", Action=actions, Resource="*")
    job = {
        "name": unique,
        "role_arn": arn,
        "command": [{"script_location": f"s3://{bucket}/job.py"}],
        "security_configuration": "encrypted",
        "default_arguments": {"--custom-logGroup-prefix": f"/aws-glue/{unique}"},
    }
    write(state, ("aws_glue_job", job))
    before = client("logs").describe_log_groups()["logGroups"]
    (engine,) = json.loads(run("--format", "json").stdout)["engines"]
    assert ("logs:PutLogEvents", "call") in {(one["action"], one["how"]) for one in engine["refused"]}
    assert client("logs").describe_log_groups()["logGroups"] == before


def test_a_tag_policy_that_misses_a_column_is_named(
    client: Client, unique: str, bucket: str, state: Path, run: Callable[..., Any]
) -> None:
    with data_lake(client, unique, bucket) as lake:
        arn = role(client, unique, "glue.amazonaws.com", Action="*", Resource="*")
        location = [{"location": f"s3://{lake.location}"}]
        table = {"database_name": unique, "name": "orders", "storage_descriptor": location}
        optimizer = {"database_name": unique, "table_name": "orders", "configuration": [{"role_arn": arn}]}
        write(state, ("aws_glue_catalog_table", table), ("aws_glue_catalog_table_optimizer", optimizer))
        lake.tag({"Database": {"Name": unique}}, "public")
        lake.grant(arn, ["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"], **lake.tagged("TABLE", "public"))
        lake.grant(arn, ["DESCRIBE"], **lake.tagged("DATABASE", "public"))
        lake.grant(arn, ["DATA_LOCATION_ACCESS"], DataLocation={"ResourceArn": f"arn:aws:s3:::{bucket}"})
        assert run().return_value == 0
        lake.tag(lake.on_table(ColumnNames=["email"]), "secret")
        (engine,) = json.loads(run("--format", "json").stdout)["engines"]
        shown = run().output
    (refused,) = engine["refused"]
    assert (refused["action"], refused["how"]) == ("glue:UpdateTable", "call")
    assert f"{unique} in public matches the table, but not its column email ({unique}: secret)" in refused["cause"]
    assert refused["fix"].startswith("add the missing value to the LF-tag expression of the grant")
    assert refused["fix"].endswith("`TableOptimizerRole` makes the role")
    assert "but not its column email" in " ".join(shown.split())


def test_only_local_environments_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakekit_cli.commands.run_context.load_environment", lambda _name: environment())
    result = CliRunner().invoke(check_engines, ["dev"])
    assert result.exit_code == 2
    assert "'dev' is not a local environment" in result.output
