"""Tests of what S3 refuses: reads of missing objects, some of several deletions, presigned URLs out of their time."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from iam_documents import allow, document, refused, trust
from local_cloud_helpers import session_of

from lakekit_local.requests.presigned import check_presigned
from lakekit_local.requests.registry import ServiceError

Client = Callable[..., Any]
SIGNED = datetime(2026, 1, 1, 12, tzinfo=UTC)


def status_of(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    found = error.value.response
    return found["ResponseMetadata"]["HTTPStatusCode"], found["Error"]["Code"]


def test_only_those_who_list_learn_that_an_object_is_missing(
    client: Client, role: Callable[..., str], bucket: str
) -> None:
    objects = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    reader = session_of(client, role(objects, name="reader")).client("s3")
    assert f's3:ListBucket on resource: "arn:aws:s3:::{bucket}"' in refused(reader.get_object, Bucket=bucket, Key="a/b")
    assert status_of(reader.head_object, Bucket=bucket, Key="a/b") == (403, "403")
    lists = allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition={"StringLike": {"s3:prefix": "a/*"}})
    lister = session_of(client, role(objects, lists, name="lister")).client("s3")
    assert status_of(lister.get_object, Bucket=bucket, Key="a/b") == (404, "NoSuchKey")
    assert status_of(lister.head_object, Bucket=bucket, Key="a/b") == (404, "404")
    assert "s3:ListBucket" in refused(lister.get_object, Bucket=bucket, Key="c")
    assert status_of(client("s3").get_object, Bucket=bucket, Key="a/b") == (404, "NoSuchKey")
    client("s3").put_object(Bucket=bucket, Key="a/b", Body=b"x")
    assert reader.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"x"
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client("s3").delete_object(Bucket=bucket, Key="a/b")
    assert "s3:ListBucket" in refused(reader.get_object, Bucket=bucket, Key="a/b")


def test_deletion_of_objects_answers_for_each(client: Client, role: Callable[..., str], bucket: str) -> None:
    keys = ["mine/a", "mine/ b", "other/c"]
    for key in keys:
        client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    own = session_of(client, role(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/mine/*"))).client("s3")
    done = own.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert [one["Key"] for one in done["Deleted"]] == ["mine/a", "mine/ b"]
    (error,) = done["Errors"]
    assert (error["Key"], error["Code"]) == ("other/c", "AccessDenied")
    assert "s3:DeleteObject" in error["Message"]
    left = client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in left] == ["other/c"]
    versioned = own.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "mine/a", "VersionId": "null"}]})
    assert "s3:DeleteObjectVersion" in versioned["Errors"][0]["Message"]
    quiet = client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "other/c"}], "Quiet": True})
    assert "Deleted" not in quiet


def test_bucket_policy_denies_one_of_several_deletions_to_everyone(client: Client, bucket: str) -> None:
    denial = trust("*", "s3:DeleteObject", Effect="Deny", Resource=f"arn:aws:s3:::{bucket}/kept")
    client("s3").put_bucket_policy(Bucket=bucket, Policy=document(denial))
    done = client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "kept"}, {"Key": "free"}]})
    assert [one["Key"] for one in done["Errors"]] == ["kept"]
    assert [one["Key"] for one in done["Deleted"]] == ["free"]


def query(**changed: str) -> str:
    given = {
        "X-Amz-Credential": "k/20260101/r/s3/aws4_request",
        "X-Amz-Date": "20260101T120000Z",
        "X-Amz-Expires": "60",
    }
    return urlencode({name: value for name, value in {**given, **changed}.items() if value})


@pytest.mark.parametrize(
    ("changed", "seconds", "code", "message"),
    [
        ({}, 61, "AccessDenied", "Request has expired"),
        ({}, -901, "AccessDenied", "Request is not valid yet"),
        ({"X-Amz-Expires": "604801"}, 0, "AuthorizationQueryParametersError", "less than a week"),
        ({"X-Amz-Expires": "-1"}, 0, "AuthorizationQueryParametersError", "non-negative"),
        ({"X-Amz-Expires": "soon"}, 0, "AuthorizationQueryParametersError", "should be a number"),
        ({"X-Amz-Expires": ""}, 0, "AuthorizationQueryParametersError", "should be a number"),
        ({"X-Amz-Date": "2026-01-01"}, 0, "AuthorizationQueryParametersError", "ISO8601"),
    ],
)
def test_presigned_urls_are_valid_for_a_time(changed: dict[str, str], seconds: int, code: str, message: str) -> None:
    with pytest.raises(ServiceError, match=message) as error:
        check_presigned(query(**changed), SIGNED + timedelta(seconds=seconds))
    assert error.value.code == code


@pytest.mark.parametrize("seconds", [-900, 0, 60])
def test_presigned_urls_within_their_time(seconds: int) -> None:
    assert check_presigned(query(), SIGNED + timedelta(seconds=seconds)) is None  # type: ignore[func-returns-value]
    assert check_presigned("list-type=2", SIGNED) is None  # type: ignore[func-returns-value]


def test_expired_url_is_refused_by_the_server(client: Client, bucket: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = client("s3", config=Config(signature_version="s3v4")).generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=600
    )
    assert opener.open(url).read() == b"x"
    signed = url.partition("X-Amz-Date=")[2][:16]
    with pytest.raises(urllib.error.HTTPError) as error:
        opener.open(url.replace(signed, "20260101T000000Z"))
    assert error.value.code == 403
    assert b"Request has expired" in error.value.read()
