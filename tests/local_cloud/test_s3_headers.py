"""Tests of what headers of a request to S3 need, and of the condition keys that they set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, refused
from local_cloud_helpers import REGION, session_of

from lakekit_local.authorization.service_reference import find_action

Client = Callable[..., Any]
PUBLIC = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
UNTIL = "2035-01-01T00:00:00Z"
LOCATION = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
RETENTION = {"Mode": "GOVERNANCE", "RetainUntilDate": UNTIL}
PUT, NEW, COPY, DELETE = "s3:PutObject", "put_object", "copy_object", "delete_object"
MULTIPART, BUCKET = "create_multipart_upload", "create_bucket"
GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")


@pytest.fixture
def tagged(client: Client, bucket: str) -> str:
    """A bucket with an object that has the tag ``zone=raw``."""
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="zone=raw")
    return bucket


def answer(s3: Any, operation: str, bucket: str, arguments: dict[str, Any]) -> str:
    """``allowed``, or the action that is denied."""
    copied = {"CopySource": f"{bucket}/k"} if operation == COPY else {}
    key = {} if operation == BUCKET or operation.startswith("list") else {"Key": "new" if operation == COPY else "k"}
    name = f"{bucket}-new" if operation == BUCKET else bucket
    try:
        getattr(s3, operation)(**{"Bucket": name, **key, **copied, **arguments})
    except ClientError as error:
        message = error.response["Error"]["Message"]
        admitted = message in ("Bucket is missing ObjectLockConfiguration", "The bucket does not allow ACLs")
        assert admitted or "is not authorized to perform" in message, message
        return "allowed" if admitted else str(message.partition("perform: ")[2].split()[0])
    return "allowed"


@pytest.mark.parametrize(
    ("operation", "held", "arguments", "missing"),
    [
        *((NEW, [PUT], {grant: PUBLIC}, "s3:PutObjectAcl") for grant in GRANTS),
        (NEW, [PUT], {"ACL": "public-read"}, "s3:PutObjectAcl"),
        (MULTIPART, [PUT], {"GrantRead": PUBLIC}, "s3:PutObjectAcl"),
        (COPY, [PUT, "s3:GetObject*", "s3:PutObjectTagging"], {"GrantRead": PUBLIC}, "s3:PutObjectAcl"),
        (BUCKET, ["s3:CreateBucket"], {**LOCATION, "GrantRead": PUBLIC}, "s3:PutBucketAcl"),
        (BUCKET, ["s3:CreateBucket"], {**LOCATION, "ACL": "public-read"}, "s3:PutBucketAcl"),
        (
            BUCKET,
            ["s3:CreateBucket"],
            {**LOCATION, "ObjectLockEnabledForBucket": True},
            "s3:PutBucketObjectLockConfiguration",
        ),
        (
            BUCKET,
            ["s3:CreateBucket"],
            {**LOCATION, "ObjectOwnership": "BucketOwnerPreferred"},
            "s3:PutBucketOwnershipControls",
        ),
        (NEW, [PUT], {"Tagging": "a=1"}, "s3:PutObjectTagging"),
        (
            NEW,
            [PUT],
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL},
            "s3:PutObjectRetention",
        ),
        (NEW, [PUT], {"ObjectLockLegalHoldStatus": "ON"}, "s3:PutObjectLegalHold"),
        (DELETE, ["s3:DeleteObject"], {"BypassGovernanceRetention": True}, "s3:BypassGovernanceRetention"),
        (
            "put_object_retention",
            ["s3:PutObjectRetention"],
            {"Retention": RETENTION, "BypassGovernanceRetention": True},
            "s3:BypassGovernanceRetention",
        ),
        (COPY, [PUT, "s3:GetObject"], {}, "s3:GetObjectTagging"),
        (COPY, [PUT, "s3:GetObject", "s3:GetObjectTagging"], {}, "s3:PutObjectTagging"),
        (COPY, [PUT, "s3:GetObject"], {"TaggingDirective": "REPLACE", "Tagging": "a=1"}, "s3:PutObjectTagging"),
        (COPY, [PUT, "s3:GetObject"], {"TaggingDirective": "REPLACE"}, "allowed"),
        ("get_object_attributes", ["s3:GetObject"], {"ObjectAttributes": ["ETag"]}, "s3:GetObjectAttributes"),
        ("get_object_attributes", ["s3:GetObjectAttributes"], {"ObjectAttributes": ["ETag"]}, "s3:GetObject"),
        ("put_object_acl", ["s3:PutObjectAcl"], {"ACL": "private", "VersionId": "v"}, "s3:PutObjectVersionAcl"),
        ("delete_object_tagging", ["s3:DeleteObjectTagging"], {"VersionId": "v"}, "s3:DeleteObjectVersionTagging"),
    ],
)
def test_headers_need_actions_of_their_own(
    client: Client,
    *,
    role: Callable[..., str],
    tagged: str,
    operation: str,
    held: list[str],
    arguments: dict[str, Any],
    missing: str,
) -> None:
    own = session_of(client, role(allow(held))).client("s3")
    assert answer(own, operation, tagged, arguments) == missing


def test_bypass_for_each_object_of_a_deletion(client: Client, role: Callable[..., str], tagged: str) -> None:
    own = session_of(client, role(allow("s3:DeleteObject"))).client("s3")
    found = own.delete_objects(Bucket=tagged, Delete={"Objects": [{"Key": "k"}]}, BypassGovernanceRetention=True)
    assert "s3:BypassGovernanceRetention" in found["Errors"][0]["Message"]


@pytest.mark.parametrize(
    ("operation", "condition", "arguments"),
    [
        ("get_object", {"StringEquals": {"s3:ExistingObjectTag/zone": "raw"}}, {}),
        ("get_object", {"NumericLessThan": {"s3:signatureAge": "600000"}}, {}),
        (NEW, {"StringEquals": {"s3:RequestObjectTag/a": "1"}}, {"Tagging": "a=1"}),
        (NEW, {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["a"]}}, {"Tagging": "a=1"}),
        (NEW, {"Null": {"s3:if-none-match": "false"}}, {"Key": "other", "IfNoneMatch": "*"}),
        (NEW, {"StringLike": {"s3:x-amz-grant-read-acp": "*"}}, {"GrantReadACP": PUBLIC}),
        (NEW, {"StringEquals": {"s3:x-amz-website-redirect-location": "/a"}}, {"WebsiteRedirectLocation": "/a"}),
        (NEW, {"Null": {"s3:x-amz-content-sha256": "false"}}, {}),
        (NEW, {"StringEquals": {"s3:object-lock-legal-hold": "ON"}}, {"ObjectLockLegalHoldStatus": "ON"}),
        (NEW, {"Bool": {"s3:ObjectCreationOperation": "true"}}, {}),
        (MULTIPART, {"Bool": {"s3:ObjectCreationOperation": "false"}}, {}),
        (BUCKET, {"StringEquals": {"s3:LocationConstraint": REGION}}, LOCATION),
        (
            "put_object_tagging",
            {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["a", "b"]}},
            {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}},
        ),
    ],
)
def test_condition_that_holds(
    client: Client,
    *,
    role: Callable[..., str],
    tagged: str,
    operation: str,
    condition: dict[str, Any],
    arguments: dict[str, Any],
) -> None:
    own = session_of(client, role(allow("s3:*", Condition=condition))).client("s3")
    assert answer(own, operation, tagged, {**arguments}) == "allowed"


@pytest.mark.parametrize(
    ("operation", "condition", "arguments"),
    [
        ("get_object", {"StringEquals": {"s3:ExistingObjectTag/zone": "curated"}}, {}),
        (NEW, {"StringEquals": {"s3:RequestObjectTag/a": "1"}}, {"Tagging": "a=2"}),
        (NEW, {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["a"]}}, {"Tagging": "b=2"}),
        (NEW, {"Null": {"s3:if-none-match": "false"}}, {"Key": "other"}),
        (BUCKET, {"StringEquals": {"s3:LocationConstraint": "us-west-2"}}, LOCATION),
        # Keys that an action does not have: overwriting is not restricted by the tags of the object, for example.
        (NEW, {"StringEquals": {"s3:ExistingObjectTag/zone": "raw"}}, {}),
        ("get_object", {"StringEquals": {"s3:x-amz-acl": "private"}}, {}),
    ],
)
def test_condition_that_does_not_hold(
    client: Client,
    *,
    role: Callable[..., str],
    tagged: str,
    operation: str,
    condition: dict[str, Any],
    arguments: dict[str, Any],
) -> None:
    own = session_of(client, role(allow("s3:*", Condition=condition))).client("s3")
    assert answer(own, operation, tagged, {**arguments}).startswith("s3:")


def test_tags_of_the_version_that_is_read(client: Client, role: Callable[..., str], tagged: str) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=tagged, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=tagged, Key="k", Body=b"1", Tagging="zone=raw")["VersionId"]
    second = s3.put_object(Bucket=tagged, Key="k", Body=b"2", Tagging="zone=curated")["VersionId"]
    condition = {"StringEquals": {"s3:ExistingObjectTag/zone": "raw"}}
    own = session_of(client, role(allow("s3:GetObject*", Condition=condition))).client("s3")
    assert own.get_object(Bucket=tagged, Key="k", VersionId=first)["Body"].read() == b"1"
    assert "s3:GetObjectVersion" in refused(own.get_object, Bucket=tagged, Key="k", VersionId=second)
    assert "s3:GetObject" in refused(own.get_object, Bucket=tagged, Key="k")


def test_reference_lists_the_keys_of_actions() -> None:
    action = find_action("s3", "GetObject")
    assert action is not None
    assert "s3:existingobjecttag/" in action.condition_keys
    assert "s3:prefix" not in action.condition_keys
