"""Requests that a service model does not admit get the error of the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from test_server import SIGNED, raw_request

from lakekit_local import LocalCloud
from lakekit_local.validation.patterns import matcher, within_limit

Client = Callable[..., Any]

UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})
VERSION = botocore.__version__


def refused(client: Client, service: str, operation: str, arguments: dict[str, Any]) -> tuple[str, str]:
    """Code and message with which a request is refused that botocore has not validated."""
    with pytest.raises(ClientError) as error:
        getattr(client(service, config=UNCHECKED), operation)(**arguments)
    assert 400 <= error.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        # Required members.
        ("glue", "create_database", {}, ("ValidationException", "Value null at 'databaseInput' failed")),
        (
            "iam",
            "create_role",
            {"RoleName": "r"},
            ("ValidationError", "Value null at 'assumeRolePolicy"),
        ),
        ("ec2", "create_vpc_endpoint", {"ServiceName": "s"}, ("MissingParameter", "must contain the parameter VpcId")),
        (
            "emr-serverless",
            "create_application",
            {"name": "a", "type": "SPARK"},
            ("ValidationException", "releaseL"),
        ),
        # Lengths.
        (
            "glue",
            "create_database",
            {"DatabaseInput": {"Name": ""}},
            (
                "ValidationException",
                "1 validation error detected: Value '' at 'databaseInput.name' failed to satisfy constraint: Member "
                "must have length greater than or equal to 1",
            ),
        ),
        (
            "iam",
            "create_role",
            {"RoleName": "r" * 65, "AssumeRolePolicyDocument": TRUST},
            (
                "ValidationError",
                "'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
            ),
        ),
        # Patterns.
        (
            "iam",
            "create_role",
            {"RoleName": "two words", "AssumeRolePolicyDocument": TRUST},
            ("ValidationError", r"Member must satisfy regular expression pattern: [\w+=,.@-]+"),
        ),
        ("logs", "create_log_group", {"logGroupName": "a b"}, ("InvalidParameterException", "'logGroupName' failed")),
        # Enums.
        (
            "emr-serverless",
            "create_application",
            {"name": "a", "type": "SPARK", "releaseLabel": "emr-7.5.0", "architecture": "VAX"},
            ("ValidationException", f"enum value set: [ARM64, X86_64] (service model of botocore {VERSION})"),
        ),
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "x"}, ("InvalidParameterValue", VERSION)),
        # Ranges.
        (
            "kms",
            "enable_key_rotation",
            {"KeyId": "k", "RotationPeriodInDays": 1},
            ("ValidationException", "Member must have value greater than or equal to 90"),
        ),
        ("kms", "schedule_key_deletion", {"KeyId": "k", "PendingWindowInDays": 400}, ("ValidationException", "365")),
        # Lists and maps.
        (
            "kms",
            "create_key",
            {"Tags": [{"TagKey": "", "TagValue": "v"}]},
            ("ValidationException", "tags.1.member"),
        ),
        # S3: documents and headers.
        (
            "s3",
            "put_bucket_versioning",
            {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}},
            ("MalformedXML", "'versioningConfiguration.status'"),
        ),
        (
            "s3",
            "put_object",
            {"Bucket": "b", "Key": "k", "StorageClass": "TAPE"},
            ("InvalidArgument", "'storageCla"),
        ),
        # Types.
        ("glue", "get_table", {"DatabaseName": 5, "Name": "t"}, ("ValidationException", "'databaseName'")),
        (
            "kms",
            "enable_key_rotation",
            {"KeyId": "k", "RotationPeriodInDays": "90"},
            ("SerializationException", "Int"),
        ),
    ],
)
def test_invalid_requests_are_refused(
    client: Client, service: str, operation: str, arguments: dict[str, Any], expected: tuple[str, str]
) -> None:
    code, message = refused(client, service, operation, arguments)
    assert (code, expected[1] in message) == (expected[0], True), message


def test_all_problems_of_a_request_are_named(client: Client) -> None:
    table = {"DatabaseName": "", "TableInput": {"Name": "", "StorageDescriptor": {"Columns": [{"Name": ""}]}}}
    _, text = refused(client, "glue", "create_table", table)
    assert text.startswith("3 validation errors detected: ")
    assert "'tableInput.storageDescriptor.columns.1.member.name'" in text


def test_values_of_secrets_are_not_repeated(client: Client) -> None:
    secret = "s" * 65_537
    _, text = refused(client, "secretsmanager", "create_secret", {"Name": "n", "SecretString": secret})
    assert "Value at 'secretString' failed" in text
    assert "sss" not in text


@pytest.mark.parametrize(
    ("service", "target", "body", "code"),
    [
        ("glue", "AWSGlue.GetDatabases", b"{", b"SerializationException"),
        ("glue", "AWSGlue.GetDatabases", b"[]", b"SerializationException"),
        ("glue", "AWSGlue.GetDatabases", b'{"MaxResults": true}', b"SerializationException"),
        ("glue", "AWSGlue.GetDatabases", b'{"MaxResults": 1.5}', b"SerializationException"),
        ("kms", "TrentService.CreateKey", b'{"Tags": "x"}', b"STRING_VALUE can not be converted to a list"),
        ("kms", "TrentService.CreateKey", b'{"Tags": ["x"]}', b"STRING_VALUE can not be converted to a structure"),
    ],
)
def test_bodies_that_are_not_json_are_refused(
    cloud: LocalCloud, service: str, target: str, body: bytes, code: bytes
) -> None:
    headers = (SIGNED.replace("{service}", service), f"X-Amz-Target: {target}")
    status, _, answered = raw_request(
        cloud, "POST / HTTP/1.1", "Host: {address}", "Content-Type: application/x-amz-json-1.1", *headers, body=body
    )
    assert (status, code in answered) == (400, True), answered


def test_documents_that_are_not_xml_are_refused(cloud: LocalCloud, bucket: str) -> None:
    status, _, answered = raw_request(
        cloud,
        f"PUT /{bucket}?versioning HTTP/1.1",
        "Host: {address}",
        SIGNED.replace("{service}", "s3"),
        body=b"<Versioning",
    )
    assert (status, b"<Code>MalformedXML</Code>" in answered) == (400, True), answered


def test_patterns_match_as_in_java() -> None:
    match = matcher(r"[\w+=,.@-]+")
    assert match is not None
    assert [match(value) for value in ("role-1", "two words", "rôle", "")] == [True, False, False, False]
    search = matcher("^arn:[a-z0-9]{1,10}:profile")
    assert search is not None
    assert [search(value) for value in ("arn:aws:profile:x", "x arn:aws:profile")] == [True, False]
    pair = matcher(r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*")
    assert pair is not None
    assert [pair(value) for value in ("text 🧊\n", "\x07")] == [True, False]


def test_patterns_are_evaluated_with_a_time_limit() -> None:
    match = matcher(r"^(([a-z])+.)+[A-Z]([a-z])+$")
    assert match is not None
    with pytest.raises(TimeoutError):
        match("a" * 5000)


def test_time_of_other_threads_does_not_end_an_evaluation() -> None:
    busy = iter([TimeoutError, TimeoutError])

    def find() -> str:
        for error in busy:
            raise error
        return "found"

    assert within_limit(find) == "found"


SERVICES = (
    *("athena", "budgets", "cloudtrail", "cloudwatch", "dynamodb", "ec2", "emr", "emr-serverless", "events"),
    *("firehose", "glue", "iam", "kafka", "kafkaconnect", "kinesisanalyticsv2", "kms", "lakeformation", "logs", "mwaa"),
    *("s3", "s3control", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts"),
)


@pytest.mark.parametrize("service", SERVICES)
def test_every_pattern_of_the_models_can_be_evaluated(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    shapes = [model.shape_for(name) for name in model.shape_names]
    patterns = {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}
    assert None not in {matcher(pattern) for pattern in patterns}
