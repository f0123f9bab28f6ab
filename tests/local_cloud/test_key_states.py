"""Tests of keys that are disabled, about to be deleted, or that do not exist, and of the forms in which requests name
them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError
from iam_documents import document
from local_cloud_helpers import ACCOUNT, REGION

from nonempty import nonempty

Client = Callable[..., Any]
MISSING: Final = "00000000-0000-0000-0000-000000000000"
POLICY: Final = document(
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
)
ARGUMENTS: Final[dict[str, dict[str, Any]]] = {
    "create_grant": {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:root", "Operations": ["Decrypt"]},
    "encrypt": {"Plaintext": b"x"},
    "generate_data_key": {"KeySpec": "AES_256"},
    "generate_data_key_without_plaintext": {"KeySpec": "AES_256"},
    "generate_mac": {"Message": b"x", "MacAlgorithm": "HMAC_SHA_256"},
    "put_key_policy": {"Policy": POLICY},
    "revoke_grant": {"GrantId": "0" * 64},
    "schedule_key_deletion": {"PendingWindowInDays": 7},
    "sign": {"Message": b"x", "SigningAlgorithm": "RSASSA_PSS_SHA_256"},
    "tag_resource": {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
    "untag_resource": {"TagKeys": ["a"]},
    "update_key_description": {"Description": "x"},
    **{
        name: {}
        for name in (
            *("cancel_key_deletion", "describe_key", "disable_key", "disable_key_rotation", "enable_key"),
            *("enable_key_rotation", "get_key_policy", "get_key_rotation_status", "get_public_key", "list_aliases"),
            *("list_grants", "list_key_policies", "list_key_rotations", "list_resource_tags", "rotate_key_on_demand"),
        )
    },
}


def code(call: Callable[..., Any], **arguments: Any) -> str:
    """The error code of a call; empty if it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@pytest.fixture
def key(client: Client) -> str:
    return str(client("kms").create_key(Policy=POLICY)["KeyMetadata"]["Arn"])


def brought_to(kms: Any, key: str, state: str) -> None:
    if state == "Disabled":
        kms.disable_key(KeyId=key)
    elif state == "PendingDeletion":
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


@pytest.mark.parametrize("state", ["Enabled", "Disabled", "PendingDeletion"])
@pytest.mark.parametrize("operation", sorted(ARGUMENTS))
def test_key_by_its_arn_as_by_its_id(client: Client, operation: str, state: str) -> None:
    kms = client("kms")

    def answer(form: Callable[[dict[str, Any]], str]) -> str:
        made = kms.create_key(Policy=POLICY)["KeyMetadata"]
        brought_to(kms, made["KeyId"], state)
        return code(getattr(kms, operation), KeyId=form(made), **ARGUMENTS[operation])

    found = answer(lambda made: str(made["Arn"]))
    assert found == answer(lambda made: str(made["KeyId"]))
    assert found != "NotImplemented"


PENDING: Final = "KMSInvalidStateException"


@pytest.mark.parametrize(
    ("operation", "enabled", "disabled", "pending"),
    [
        ("cancel_key_deletion", PENDING, PENDING, ""),
        ("create_grant", "", "DisabledException", PENDING),
        ("describe_key", "", "", ""),
        ("disable_key", "", "", PENDING),
        ("disable_key_rotation", "", "DisabledException", PENDING),
        ("enable_key", "", "", PENDING),
        ("enable_key_rotation", "", "DisabledException", PENDING),
        ("encrypt", "", "DisabledException", PENDING),
        ("generate_data_key", "", "DisabledException", PENDING),
        ("get_key_policy", "", "", ""),
        ("list_grants", "", "", ""),
        ("list_resource_tags", "", "", ""),
        ("put_key_policy", "", "", ""),
        ("schedule_key_deletion", "", "", PENDING),
        ("tag_resource", "", "", PENDING),
        ("untag_resource", "", "", PENDING),
        ("update_key_description", "", "", PENDING),
    ],
)
def test_table_of_key_states(client: Client, operation: str, enabled: str, disabled: str, pending: str) -> None:
    kms = client("kms")
    found = []
    for state in ("Enabled", "Disabled", "PendingDeletion"):
        key = kms.create_key(Policy=POLICY)["KeyMetadata"]["KeyId"]
        brought_to(kms, key, state)
        found.append(code(getattr(kms, operation), KeyId=key, **ARGUMENTS[operation]))
    assert found == [enabled, disabled, pending]


def test_alias_of_a_key_that_is_about_to_be_deleted(client: Client, key: str, unique: str) -> None:
    kms = client("kms")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert code(kms.create_alias, AliasName=f"alias/{unique}", TargetKeyId=key) == PENDING


@pytest.mark.parametrize(
    ("state", "expected"), [("Disabled", "KMS.DisabledException"), ("PendingDeletion", "KMS.KMSInvalidStateException")]
)
def test_objects_of_keys_that_cannot_be_used(client: Client, bucket: str, key: str, state: str, expected: str) -> None:
    s3, kms = client("s3"), client("kms")
    written = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **written)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m", **written)["UploadId"]
    brought_to(kms, key, state)
    refused = [
        code(s3.get_object, Bucket=bucket, Key="k"),
        code(s3.put_object, Bucket=bucket, Key="other", Body=b"x", **written),
        code(s3.copy_object, Bucket=bucket, Key="copy", CopySource=f"{bucket}/k"),
        code(s3.upload_part, Bucket=bucket, Key="m", PartNumber=1, UploadId=upload, Body=b"x"),
    ]
    assert set(nonempty(refused)) == {expected}
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"x") == ""
    assert code(s3.delete_object, Bucket=bucket, Key="k") == ""


@pytest.mark.parametrize("form", ["{}", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{}}", "alias/none-{}"])
def test_key_of_an_object_that_does_not_exist(client: Client, bucket: str, form: str) -> None:
    arguments = {"Body": b"x", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": form.format(MISSING)}
    assert code(client("s3").put_object, Bucket=bucket, Key="k", **arguments) == "KMS.NotFoundException"


def test_default_key_of_a_bucket_that_does_not_exist(client: Client, bucket: str) -> None:
    s3 = client("s3")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": MISSING}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"x") == "KMS.NotFoundException"
    assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="AES256") == ""
    for more in ({}, {"SSEKMSKeyId": "alias/aws/s3"}):
        s3.put_object(Bucket=bucket, Key="aws", Body=b"x", ServerSideEncryption="AES256")
        rule["ApplyServerSideEncryptionByDefault"].pop("KMSMasterKeyID", None)
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        assert code(s3.put_object, Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", **more) == ""


def test_key_policies_have_the_name_default(client: Client, key: str) -> None:
    kms = client("kms")
    kms.put_key_policy(KeyId=key, Policy=POLICY)
    assert json.loads(kms.get_key_policy(KeyId=key)["Policy"]) == json.loads(POLICY)
    assert code(kms.get_key_policy, KeyId=key, PolicyName="other") == "NotFoundException"


def test_symmetric_keys_have_no_public_key(client: Client, key: str) -> None:
    kms = client("kms")
    assert code(kms.get_public_key, KeyId=key) == "UnsupportedOperationException"
    signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    assert kms.get_public_key(KeyId=signing)["PublicKey"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"GranteePrincipal": "foo"}, "InvalidArnException"),
        ({"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:role/none"}, "InvalidArnException"),
        ({"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:user/none"}, "InvalidArnException"),
        ({"GranteePrincipal": f"arn:aws:s3:::{ACCOUNT}"}, "InvalidArnException"),
        ({"RetiringPrincipal": f"arn:aws:iam::{ACCOUNT}:role/none"}, "InvalidArnException"),
        ({"Operations": ["Sign"]}, "ValidationException"),
        ({"Operations": ["Decrypt", "GenerateMac"]}, "ValidationException"),
        ({"GranteePrincipal": "arn:aws:iam::999999999999:role/other"}, ""),
        ({"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:root"}, ""),
    ],
)
def test_grants_that_kms_refuses(client: Client, key: str, arguments: dict[str, Any], expected: str) -> None:
    given = {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:root", "Operations": ["Decrypt"], **arguments}
    assert code(client("kms").create_grant, KeyId=key, **given) == expected
    assert len(client("kms").list_grants(KeyId=key)["Grants"]) == (0 if expected else 1)


def test_operations_of_grants_by_the_kind_of_key(client: Client) -> None:
    kms = client("kms")
    signing = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    grantee = {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:root"}
    assert code(kms.create_grant, KeyId=signing, Operations=["Sign", "GetPublicKey"], **grantee) == ""
    assert code(kms.create_grant, KeyId=signing, Operations=["Decrypt"], **grantee) == "ValidationException"
