"""Tests that bucket policies are evaluated with their conditions."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud_helpers import session_of

Client = Callable[..., Any]
SSE = "s3:x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"


@pytest.fixture
def key(client: Client) -> str:
    return str(client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def lake(client: Client, bucket: str, key: str) -> str:
    """A bucket with the policy of a zone: TLS 1.2, the zone key, no SSE-C."""
    everything = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    objects = f"arn:aws:s3:::{bucket}/*"

    def deny(sid: str, action: str, resource: Any, condition: Any) -> dict[str, Any]:
        fixed = {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action}
        return {**fixed, "Resource": resource, "Condition": condition}

    statements = [
        deny("Http", "s3:*", everything, {"Bool": {"aws:SecureTransport": "false"}}),
        deny("OldTls", "s3:*", everything, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny("SseC", "s3:PutObject", objects, {"Null": {f"{SSE}-customer-algorithm": "false"}}),
        deny("NotKms", "s3:PutObject", objects, {"StringNotEquals": {SSE: "aws:kms"}, "Null": {SSE: "false"}}),
        deny("Key", "s3:PutObject", objects, {"StringNotEquals": {KEY_ID: key}, "Null": {KEY_ID: "false"}}),
    ]
    client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return bucket


def assert_denied(call: Callable[..., Any], **arguments: Any) -> None:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert error.value.response["Error"]["Code"] in {"AccessDenied", "403"}


def test_default_and_correct_key_may_write(client: Client, lake: str, key: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=lake, Key="default", Body=b"x")
    s3.put_object(Bucket=lake, Key="named", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    short = key.rsplit("/", 1)[1]
    s3.put_object(Bucket=lake, Key="short", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=short)
    assert s3.get_object(Bucket=lake, Key="default")["Body"].read() == b"x"
    s3.delete_objects(Bucket=lake, Delete={"Objects": [{"Key": "default"}, {"Key": "short"}]})


def test_wrong_key_is_denied(client: Client, lake: str) -> None:
    other = client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = client("s3")
    assert_denied(s3.put_object, Bucket=lake, Key="k", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    assert_denied(s3.create_multipart_upload, Bucket=lake, Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=other)
    assert "Contents" not in s3.list_objects_v2(Bucket=lake)


def test_other_encryption_is_denied(client: Client, lake: str) -> None:
    assert_denied(client("s3").put_object, Bucket=lake, Key="k", Body=b"", ServerSideEncryption="AES256")


def test_customer_provided_keys_are_denied(client: Client, lake: str) -> None:
    secret = base64.b64encode(os.urandom(32)).decode()
    assert_denied(
        client("s3").put_object,
        Bucket=lake,
        Key="k",
        Body=b"",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey=secret,
    )


def test_multipart_upload_is_allowed(client: Client, lake: str, key: str) -> None:
    s3 = client("s3")
    upload = s3.create_multipart_upload(Bucket=lake, Key="big", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    named = {"Bucket": lake, "Key": "big", "UploadId": upload["UploadId"]}
    part = s3.upload_part(**named, PartNumber=1, Body=b"x" * 1000)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**named, MultipartUpload=parts)
    assert s3.head_object(Bucket=lake, Key="big")["SSEKMSKeyId"] == key


def test_principal_arn_condition_distinguishes_roles(client: Client, bucket: str, unique: str) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    writing = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    names = [f"writer-{unique}", f"other-{unique}"]
    for name in names:
        client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
        policy = json.dumps({"Version": "2012-10-17", "Statement": [writing]})
        client("iam").put_role_policy(RoleName=name, PolicyName="write", PolicyDocument=policy)
    writer, other = (f"arn:aws:iam::111111111111:role/{name}" for name in names)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": writer}},
    }
    s3 = client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert_denied(s3.put_object, Bucket=bucket, Key="k", Body=b"")
    assert_denied(session_of(client, other).client("s3").put_object, Bucket=bucket, Key="k", Body=b"")
    session = session_of(client, writer)
    session.client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    assert session.client("sts").get_caller_identity()["Account"] == "111111111111"


def test_other_account_needs_an_allow(client: Client, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    other_account = client("s3", "222222222222")
    assert_denied(other_account.get_object, Bucket=bucket, Key="k")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "222222222222"}},
    }
    client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    assert other_account.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    assert_denied(other_account.put_object, Bucket=bucket, Key="k", Body=b"")


def test_root_can_replace_a_lockout_policy(client: Client, bucket: str) -> None:
    s3 = client("s3")
    everything = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": everything}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert_denied(s3.list_objects_v2, Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    s3.list_objects_v2(Bucket=bucket)
