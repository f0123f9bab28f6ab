"""Tests of S3 Block Public Access and of buckets without ACLs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from iam_documents import allow, document, refused
from local_cloud_helpers import ACCOUNT, REGION, session_of

from lakekit_local.authorization.public_access import is_public

Client = Callable[..., Any]
SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
GROUP = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'


def reading(bucket: str, principal: Any = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", **more}
    return document({**statement, "Resource": f"arn:aws:s3:::{bucket}/*"})


def block(client: Client, bucket: str, *on: str) -> None:
    """Turn on these settings only, with ACLs."""
    settings = {name: name in on for name in SETTINGS}
    client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=settings)
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-?"]}}, True),
        ({"StringEquals": {"aws:SourceVpc": "${aws:SourceVpc}"}}, True),
        ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, False),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ],
)
def test_meaning_of_public(condition: dict[str, Any], expected: bool) -> None:
    more = {"Condition": condition} if condition else {}
    assert is_public(reading("b", **more)) is expected
    assert is_public(reading("b", {"AWS": "*"}, **more)) is expected
    assert not is_public(reading("b", {"AWS": ACCOUNT}, **more))


def test_public_policies_are_blocked(client: Client, role: Callable[..., str], bucket: str) -> None:
    block(client, bucket, "BlockPublicPolicy")
    assert "BlockPublicPolicy" in refused(client("s3").put_bucket_policy, Bucket=bucket, Policy=reading(bucket))
    own = session_of(client, role(allow("s3:*"))).client("s3")
    assert "BlockPublicPolicy" in refused(own.put_bucket_policy, Bucket=bucket, Policy=reading(bucket))
    own.put_bucket_policy(Bucket=bucket, Policy=reading(bucket, {"AWS": ACCOUNT}))


def test_public_policies_are_blocked_for_an_account(client: Client, unique: str) -> None:
    account = "333333333333"
    s3 = client("s3", account)
    bucket = f"account-{unique}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_public_access_block(Bucket=bucket)
    client("s3control", account).put_public_access_block(
        AccountId=account, PublicAccessBlockConfiguration=dict.fromkeys(SETTINGS, True)
    )
    assert "BlockPublicPolicy" in refused(s3.put_bucket_policy, Bucket=bucket, Policy=reading(bucket))


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("put_object", {"Key": "k", "ACL": "public-read"}),
        ("put_object", {"Key": "k", "ACL": "authenticated-read"}),
        ("put_object", {"Key": "k", "GrantRead": GROUP}),
        ("create_multipart_upload", {"Key": "k", "ACL": "public-read"}),
        ("put_object_acl", {"Key": "k", "ACL": "public-read"}),
        ("put_bucket_acl", {"ACL": "public-read"}),
        (
            "put_bucket_acl",
            {
                "AccessControlPolicy": {
                    "Owner": {"ID": "x"},
                    "Grants": [
                        {
                            "Grantee": {
                                "Type": "Group",
                                "URI": "http://acs.amazonaws.com/groups/global/AllUsers",
                            },
                            "Permission": "READ",
                        }
                    ],
                }
            },
        ),
    ],
)
def test_public_acls_are_blocked(client: Client, bucket: str, operation: str, arguments: dict[str, Any]) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k")
    block(client, bucket, "BlockPublicAcls")
    assert "BlockPublicAcls" in refused(getattr(s3, operation), Bucket=bucket, **arguments)
    s3.put_object(Bucket=bucket, Key="k", ACL="private")


def test_public_policy_that_is_restricted(client: Client, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    block(client, bucket)
    client("s3").put_bucket_policy(Bucket=bucket, Policy=reading(bucket))
    anonymous = boto3.client("s3", config=Config(signature_version=UNSIGNED), region_name=REGION)
    assert anonymous.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    block(client, bucket, "RestrictPublicBuckets")
    assert "RestrictPublicBuckets" in refused(anonymous.get_object, Bucket=bucket, Key="k")
    assert "RestrictPublicBuckets" in refused(client("s3", "222222222222").get_object, Bucket=bucket, Key="k")
    assert client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


@pytest.mark.parametrize("arguments", [{"ACL": "private"}, {"ACL": "public-read"}, {"GrantRead": GROUP}])
def test_bucket_without_acls(client: Client, bucket: str, arguments: dict[str, str]) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", ACL="bucket-owner-full-control")
    for call in (s3.put_object, s3.put_object_acl):
        with pytest.raises(ClientError) as error:
            call(Bucket=bucket, Key="k", **arguments)
        assert error.value.response["Error"]["Code"] == "AccessControlListNotSupported"


def test_new_buckets_are_private(client: Client, bucket: str, unique: str) -> None:
    s3 = client("s3")
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    rules = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    with pytest.raises(ClientError, match="BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket=bucket, Policy=reading(bucket))

    def code(**more: Any) -> str:
        location = {"LocationConstraint": REGION}
        with pytest.raises(ClientError) as error:
            s3.create_bucket(Bucket=f"acl-{unique}", CreateBucketConfiguration=location, **more)
        return str(error.value.response["Error"]["Code"])

    assert code(ACL="public-read") == "InvalidBucketAclWithObjectOwnership"
    public = code(ACL="public-read", ObjectOwnership="ObjectWriter")
    assert public == "InvalidBucketAclWithBlockPublicAccessError"
