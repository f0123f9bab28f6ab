"""Tests that services refuse roles that they cannot assume: that do not exist, or do not trust them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import trust
from local_cloud_helpers import ACCOUNT, REGION

Client = Callable[..., Any]
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
SCHEDULE = {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}}


def deliver(client: Client, name: str, role: str) -> None:
    settings = {"RoleARN": role, "BucketARN": "arn:aws:s3:::lake"}
    client("firehose").create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=settings)


def schedule(client: Client, name: str, role: str) -> None:
    client("scheduler").create_schedule(Name=name, Target={"Arn": QUEUE, "RoleArn": role}, **SCHEDULE)


def run(client: Client, name: str, role: str) -> None:
    client("stepfunctions").create_state_machine(name=name, definition=PASS, roleArn=role)


def match(client: Client, name: str, role: str) -> None:
    client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)", RoleArn=role)


def target(client: Client, name: str, role: str) -> None:
    client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
    client("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": QUEUE, "RoleArn": role}])


def crawl(client: Client, name: str, role: str) -> None:
    paths = {"S3Targets": [{"Path": "s3://lake/"}]}
    client("glue").create_crawler(Name=name, Role=role, DatabaseName="db", Targets=paths)


def start(client: Client, name: str, role: str) -> None:
    script = {"Name": "glueetl", "ScriptLocation": "s3://lake/s.py"}
    client("glue").create_job(Name=name, Role=role.rpartition("/")[2], Command=script)
    client("glue").start_job_run(JobName=name)


def stream(client: Client, name: str, role: str) -> None:
    client("kinesisanalyticsv2").create_application(
        ApplicationName=name, RuntimeEnvironment="FLINK-1_20", ServiceExecutionRole=role
    )


@pytest.mark.parametrize(
    "case",
    [
        (deliver, "firehose", ("InvalidArgumentException", "unable to assume role")),
        (schedule, "scheduler", ("ValidationException", "must allow AWS EventBridge Scheduler to assume the role")),
        (run, "states", ("AccessDeniedException", "Neither the global service principal")),
        (run, f"states.{REGION}", ("AccessDeniedException", "nor the regional one")),
        (match, "events", ("ValidationException", "cannot be assumed by principal 'events.amazonaws.com'")),
        (target, "events", ("ValidationException", "cannot be assumed by principal 'events.amazonaws.com'")),
        (crawl, "glue", ("InvalidInputException", "unable to assume provided role")),
        (start, "glue", ("InvalidInputException", "should be given assume role permissions")),
        (stream, "kinesisanalytics", ("InvalidArgumentException", "sufficient privileges")),
    ],
)
def test_role_has_to_exist_and_to_trust_the_service(
    client: Client,
    role: Callable[..., str],
    unique: str,
    case: tuple[Callable[[Client, str, str], None], str, tuple[str, str]],
) -> None:
    call, service, (code, text) = case
    other = role(name="other", trusted=trust({"Service": "backup.amazonaws.com"}))
    elsewhere = {"StringEquals": {"aws:SourceAccount": "222222222222"}}
    principal = {"Service": f"{service}.amazonaws.com"}
    foreign = role(name="foreign", trusted=trust(principal, Condition=elsewhere))
    for number, one in enumerate((f"arn:aws:iam::{ACCOUNT}:role/missing-{unique}", other, foreign)):
        with pytest.raises(ClientError, match=text) as error:
            call(client, f"{unique}-{number}", one)
        assert error.value.response["Error"]["Code"] == code
    own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    call(client, f"{unique}-own", role(name="own", trusted=trust(principal, Condition=own)))


def test_updates_are_checked_too(client: Client, role: Callable[..., str], unique: str) -> None:
    other = role(name="other", trusted=trust({"Service": "backup.amazonaws.com"}))
    trusted = {name: role(name=name, trusted=trust({"Service": f"{name}.amazonaws.com"})) for name in NAMES}
    schedule(client, unique, trusted["scheduler"])
    deliver(client, unique, trusted["firehose"])
    run(client, unique, trusted["states"])
    crawl(client, unique, trusted["glue"])
    machine = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{unique}"
    changed = {"Arn": QUEUE, "RoleArn": other}
    stream_update: dict[str, Any] = {
        "DeliveryStreamName": unique,
        "CurrentDeliveryStreamVersionId": "1",
        "DestinationId": "destinationId-000000000001",
    }
    for service, operation, arguments in (
        ("scheduler", "update_schedule", {"Name": unique, "Target": changed, **SCHEDULE}),
        ("firehose", "update_destination", {**stream_update, "ExtendedS3DestinationUpdate": {"RoleARN": other}}),
        ("stepfunctions", "update_state_machine", {"stateMachineArn": machine, "roleArn": other}),
        ("glue", "update_crawler", {"Name": unique, "Role": other}),
    ):
        with pytest.raises(ClientError, match="assume"):
            getattr(client(service), operation)(**arguments)
    client("scheduler").update_schedule(Name=unique, Target={"Arn": QUEUE, "RoleArn": trusted["scheduler"]}, **SCHEDULE)


NAMES = ("scheduler", "firehose", "states", "glue")


def test_source_of_a_schedule_is_its_group(client: Client, role: Callable[..., str], unique: str) -> None:
    group = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/default"
    principal = {"Service": "scheduler.amazonaws.com"}
    trusting = {
        name: role(name=name, trusted=trust(principal, Condition={"ArnLike": {"aws:SourceArn": source}}))
        for name, source in (("group", group), ("one", f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/s"))
    }
    schedule(client, f"{unique}-group", trusting["group"])
    with pytest.raises(ClientError, match="ValidationException"):
        schedule(client, f"{unique}-one", trusting["one"])


def test_group_and_time_zone_of_a_schedule_exist(client: Client, role: Callable[..., str], unique: str) -> None:
    scheduler = client("scheduler")
    given: dict[str, Any] = {
        "Name": unique,
        "Target": {"Arn": QUEUE, "RoleArn": role(trusted=trust({"Service": "scheduler.amazonaws.com"}))},
        **SCHEDULE,
    }
    for more, code in (
        ({"ScheduleExpressionTimezone": "Mars/Olympus"}, "ValidationException"),
        ({"GroupName": f"missing-{unique}"}, "ResourceNotFoundException"),
    ):
        with pytest.raises(ClientError, match=code):
            scheduler.create_schedule(**given, **more)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scheduler.get_schedule(Name=unique, GroupName=f"missing-{unique}")
    scheduler.create_schedule_group(Name=unique)
    scheduler.create_schedule(**given, GroupName=unique, ScheduleExpressionTimezone="Europe/Berlin")
