"""Tests that policies and grants do not concern a role that is created again under the name of a deleted one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, document, refused, trust
from local_cloud_helpers import ACCOUNT, REGION, session_of

Client = Callable[..., Any]
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


@pytest.fixture
def again(client: Client, role: Callable[..., str]) -> Callable[[str], str]:
    """Delete a role and create it again; returns the id of the first."""

    def make(arn: str) -> str:
        iam, name = client("iam"), arn.rpartition("/")[2]
        found = iam.get_role(RoleName=name)["Role"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        iam.delete_role(RoleName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(found["AssumeRolePolicyDocument"]))
        return str(found["RoleId"])

    return make


def named(principal: str, action: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": resource}


def test_trust_in_a_deleted_role(client: Client, role: Callable[..., str], again: Callable[[str], str]) -> None:
    first = role(allow("sts:*"))
    target = role(name="target", trusted=trust({"AWS": [first, ACCOUNT]}))
    other = role(name="other", trusted=trust({"AWS": first}))
    session_of(session_of(client, first).client, other)
    old = again(first)
    client("iam").put_role_policy(
        RoleName=first.rpartition("/")[2], PolicyName="main", PolicyDocument=document(allow("iam:*"))
    )
    sts = session_of(client, first).client("sts")
    assert "sts:AssumeRole" in refused(sts.assume_role, RoleArn=other, RoleSessionName="test")
    shown = client("iam").get_role(RoleName=target.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    assert shown["Statement"][0]["Principal"] == {"AWS": [old, ACCOUNT]}


def test_sessions_end_with_their_role(client: Client, role: Callable[..., str], again: Callable[[str], str]) -> None:
    arn = role(allow("s3:*"))
    session = session_of(client, arn)
    session.client("s3").list_buckets()
    again(arn)
    with pytest.raises(ClientError) as error:
        session.client("sts").get_caller_identity()
    assert error.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_policies_of_resources(
    client: Client, role: Callable[..., str], again: Callable[[str], str], bucket: str, unique: str
) -> None:
    arn = role()
    key = client("kms").create_key(
        Policy=document(named(ROOT["AWS"], "kms:*"), named(arn, "kms:Encrypt")),
    )["KeyMetadata"]["Arn"]
    client("s3").put_bucket_policy(
        Bucket=bucket, Policy=document(named(arn, "s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    )
    sqs = client("sqs")
    queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{unique}"
    policy = document(named(arn, "sqs:GetQueueAttributes", queue_arn))
    queue = sqs.create_queue(QueueName=unique, Attributes={"Policy": policy})["QueueUrl"]
    topic = client("sns").create_topic(Name=unique)["TopicArn"]
    policy = document(named(arn, "sns:GetTopicAttributes", topic))
    client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    secret = client("secretsmanager").create_secret(Name=unique, SecretString="x")["ARN"]
    policy = document(named(arn, "secretsmanager:DescribeSecret"))
    client("secretsmanager").put_resource_policy(SecretId=secret, ResourcePolicy=policy)

    def answers() -> list[Any]:
        own = session_of(client, arn).client
        return [
            lambda: own("kms").encrypt(KeyId=key, Plaintext=b"x"),
            lambda: own("s3").list_objects_v2(Bucket=bucket),
            lambda: own("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"]),
            lambda: own("sns").get_topic_attributes(TopicArn=topic),
            lambda: own("secretsmanager").describe_secret(SecretId=secret),
        ]

    for call in answers():
        call()
    old = again(arn)
    for call in answers():
        refused(call)
    assert old in client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    assert old in client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]


def test_grants_of_keys(client: Client, role: Callable[..., str], again: Callable[[str], str]) -> None:
    arn, kms = role(), client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Encrypt"])
    session_of(client, arn).client("kms").encrypt(KeyId=key, Plaintext=b"x")
    old = again(arn)
    refused(session_of(client, arn).client("kms").encrypt, KeyId=key, Plaintext=b"x")
    assert [one["GranteePrincipal"] for one in kms.list_grants(KeyId=key)["Grants"]] == [old]


def test_id_of_a_deleted_role_is_not_a_principal(
    client: Client, role: Callable[..., str], again: Callable[[str], str], bucket: str
) -> None:
    arn = role()
    client("s3").put_bucket_policy(
        Bucket=bucket, Policy=document(named(arn, "s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    )
    again(arn)
    stored = client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    with pytest.raises(ClientError, match="Invalid principal in policy"):
        client("s3").put_bucket_policy(Bucket=bucket, Policy=stored)


@pytest.mark.parametrize("kind", ["queue", "topic", "secret"])
def test_principals_of_other_policies_exist(client: Client, unique: str, kind: str) -> None:
    missing = {"Policy": document(named(f"arn:aws:iam::{ACCOUNT}:role/missing", "*"))}
    secret = client("secretsmanager").create_secret(Name=unique, SecretString="x")["ARN"]
    put: Callable[[], Any] = {
        "queue": lambda: client("sqs").create_queue(QueueName=unique, Attributes=missing),
        "topic": lambda: client("sns").create_topic(Name=unique, Attributes=missing),
        "secret": lambda: client("secretsmanager").put_resource_policy(
            SecretId=secret, ResourcePolicy=missing["Policy"]
        ),
    }[kind]
    with pytest.raises(ClientError, match="Invalid principal in policy"):
        put()


def test_permission_on_one_queue(client: Client, role: Callable[..., str], unique: str) -> None:
    url, other = (client("sqs").create_queue(QueueName=f"{name}-{unique}")["QueueUrl"] for name in ("own", "other"))
    own = session_of(client, role(allow("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:own-{unique}"))).client(
        "sqs"
    )
    own.send_message(QueueUrl=url, MessageBody="x")
    own.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])
    assert f"other-{unique}" in refused(own.send_message, QueueUrl=other, MessageBody="x")
