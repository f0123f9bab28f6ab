"""Tests of rules of S3 requests: sizes, digests, conditions, owners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[..., Any]
WRONG_MD5 = "AAAAAAAAAAAAAAAAAAAAAA=="
WRONG_SHA256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
HELLO_SHA256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"Key": "k" * 1025}, "KeyTooLongError"),
        ({"Key": "ä" * 513}, "KeyTooLongError"),
        ({"Metadata": {"a": "x" * 2048}}, "MetadataTooLarge"),
        ({"Tagging": "a=1&a=2"}, "InvalidArgument"),
        ({"ContentMD5": WRONG_MD5}, "BadDigest"),
        ({"ContentMD5": "short"}, "InvalidDigest"),
        ({"ChecksumSHA256": WRONG_SHA256}, "BadDigest"),
        ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest"),
        ({"IfNoneMatch": '"etag"'}, "NotImplemented"),
        ({"ExpectedBucketOwner": "222222222222"}, "AccessDenied"),
    ],
)
def test_writes_that_s3_refuses(client: Client, bucket: str, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as error:
        client("s3").put_object(**{"Bucket": bucket, "Key": "k", "Body": b"hello", **arguments})
    assert error.value.response["Error"]["Code"] == code
    assert client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"Key": "k" * 1024},
        {"Metadata": {"a": "x" * 2047}},
        {"Tagging": "a=1&b=1"},
        {"ContentMD5": "XUFAKrxLKna5cZ2REBfFkg=="},
        {"ChecksumSHA256": HELLO_SHA256},
        {"IfNoneMatch": "*"},
        {"ExpectedBucketOwner": "111111111111"},
    ],
)
def test_writes_that_s3_takes(client: Client, bucket: str, arguments: dict[str, Any]) -> None:
    client("s3").put_object(**{"Bucket": bucket, "Key": "k", "Body": b"hello", **arguments})
    assert client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_conditions_of_copies(client: Client, bucket: str) -> None:
    s3 = client("s3")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    copied = {"Bucket": bucket, "Key": "copy", "CopySource": {"Bucket": bucket, "Key": "k"}}
    for condition in ({"CopySourceIfMatch": '"00"'}, {"CopySourceIfNoneMatch": etag}):
        with pytest.raises(ClientError) as error:
            s3.copy_object(**copied, **condition)
        assert error.value.response["Error"]["Code"] == "PreconditionFailed"
    s3.copy_object(**copied, CopySourceIfMatch=etag, CopySourceIfNoneMatch='"00"')
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"x"


def test_tags_of_an_object_have_unique_keys(client: Client, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    with pytest.raises(ClientError, match="InvalidTag"):
        client("s3").put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
