"""Tests that policy documents which AWS refuses are refused when they are put."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, document, trust
from local_cloud_helpers import ACCOUNT, session_of

Client = Callable[..., Any]
Statement = dict[str, Any]
OWN = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
MISSING = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/missing"}
NO_OPERATOR = {"StringEqualz": {"aws:PrincipalArn": "a"}}


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (allow("s3:GetObject", Principal="*"), "should not specify a principal"),
        (allow("s3:GetObject", NotPrincipal=OWN), "should not specify a principal"),
        (allow("s3:GetObject", Sid="Read objects"), "must be alpha-numeric"),
        (allow("s3:GetObject", Condition=NO_OPERATOR), "Invalid Condition type : StringEqualz"),
    ],
)
def test_identity_policies(
    client: Client, role: Callable[..., str], unique: str, statement: Statement, message: str
) -> None:
    iam, name = client("iam"), role().rpartition("/")[2]
    text = document(statement)
    for call, named in (
        (iam.put_role_policy, {"RoleName": name, "PolicyName": "p"}),
        (iam.create_policy, {"PolicyName": f"p-{unique}"}),
    ):
        code, said = refusal(call, **named, PolicyDocument=text)
        assert code == "MalformedPolicyDocument"
        assert message in said
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(allow("s3:NoSuchAction", Sid="Read1")))


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (trust(OWN, Resource="*"), "Has prohibited field Resource"),
        (trust(OWN, action="s3:GetObject"), "may only specify STS AssumeRole actions"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole"}, "Missing required field Principal"),
        (trust({"Service": "glue"}), "Invalid principal in policy"),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:role/data-*"}), "Invalid principal in policy"),
        (trust({"AWS": "analyst"}), "Invalid principal in policy"),
        (trust(OWN, Condition=NO_OPERATOR), "Invalid Condition type : StringEqualz"),
    ],
)
def test_trust_policies(client: Client, unique: str, statement: Statement, message: str) -> None:
    iam = client("iam")
    code, said = refusal(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=document(statement))
    assert code == "MalformedPolicyDocument"
    assert message in said
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=document(trust({"Service": "glue.amazonaws.com"})))
    code, _ = refusal(iam.update_assume_role_policy, RoleName=unique, PolicyDocument=document(statement))
    assert code == "MalformedPolicyDocument"


def test_trusted_roles_of_people_exist_elsewhere(client: Client, unique: str) -> None:
    trusting = document(
        trust({"AWS": [f"arn:aws:iam::{ACCOUNT}:role/sso-analyst", "222222222222", "*"]}),
        trust({"Federated": "arn:aws:iam::111111111111:saml-provider/corp"}, "sts:AssumeRoleWithSAML"),
        trust(
            {"Service": ["ec2.amazonaws.com.cn", "logs.eu-west-1.amazonaws.com"]}, ["sts:AssumeRole", "sts:TagSession"]
        ),
    )
    client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=trusting)
    assert client("iam").get_role(RoleName=unique)["Role"]["RoleName"] == unique


def on(bucket: str, action: Any = "s3:GetObject", principal: Any = "*", path: str = "/*", **more: Any) -> Statement:
    return trust(principal, action, **{"Resource": f"arn:aws:s3:::{bucket}{path}", **more})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Principal": None}, "Missing required field Principal"),
        ({"Resource": None}, "Missing required field Resource"),
        ({"Resource": "arn:aws:s3:::other/*"}, "invalid resource"),
        ({"Resource": "arn:aws:sqs:eu-west-1:111111111111:q"}, "invalid resource"),
        ({"Action": "s3:Frobnicate"}, "invalid action"),
        ({"Action": ["s3:GetObject", "kms:Decrypt"]}, "invalid action"),
        ({"Action": "s3:Zap*"}, "invalid action"),
        ({"Action": ["s3:GetObject", "s3:ListBucket"]}, "Action does not apply to any resource"),
        ({"Principal": MISSING}, "Invalid principal"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"}}, "Invalid principal"),
        ({"Principal": {"Service": "logging"}}, "Invalid principal"),
        ({"Condition": NO_OPERATOR}, "Invalid Condition type"),
        ({"Effect": "Permit"}, "Syntax errors"),
    ],
)
def test_bucket_policies(client: Client, bucket: str, changes: Statement, message: str) -> None:
    statement = {name: one for name, one in {**on(bucket), **changes}.items() if one is not None}
    code, said = refusal(client("s3").put_bucket_policy, Bucket=bucket, Policy=document(statement))
    assert code == "MalformedPolicy"
    assert message in said


def test_bucket_policies_that_s3_takes(client: Client, role: Callable[..., str], bucket: str) -> None:
    both = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    text = document(
        on(bucket, ["s3:GetObject", "s3:ListBucket", "s3:Get*"], {"AWS": [role(), "222222222222"]}, Resource=both),
        on(bucket, "s3:*", Effect="Deny", Sid="Only TLS", Condition={"BoolIfExists": {"aws:SecureTransport": "false"}}),
        on(bucket, "s3:PutObject", {"AWS": "arn:aws:iam::222222222222:role/unknown"}, "/in/${aws:PrincipalAccount}/*"),
        on(bucket, "*", {"Service": "logging.s3.amazonaws.com"}, "", Effect="Deny"),
        {**on(bucket, Effect="Deny"), "NotAction": "s3:Get*", "Action": None},
    ).replace(', "Action": null', "")
    client("s3").put_bucket_policy(Bucket=bucket, Policy=text)
    assert json.loads(client("s3").get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(text)


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([trust(MISSING, "kms:Decrypt", Resource="*")], "Invalid principal"),
        ([{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}], "Missing required field Principal"),
        ([trust(OWN, "kms:Decrypt")], "Missing required field Resource"),
        ([trust("*", "kms:Decrypt", Resource="*", Condition=NO_OPERATOR)], "Invalid Condition type"),
    ],
)
def test_key_policies(client: Client, statements: list[Statement], message: str) -> None:
    text = document(trust(OWN, "kms:*", Resource="*"), *statements)
    code, said = refusal(client("kms").create_key, Policy=text)
    assert code == "MalformedPolicyDocumentException"
    assert message in said


def test_key_policies_do_not_lock_the_caller_out(client: Client, role: Callable[..., str]) -> None:
    kms = client("kms")
    closed = document(trust(OWN, "kms:Decrypt", Resource="*"))
    code, said = refusal(kms.create_key, Policy=closed)
    assert (code, "not allow you to update the key policy" in said) == ("MalformedPolicyDocumentException", True)
    kms.create_key(Policy=closed, BypassPolicyLockoutSafetyCheck=True)
    arn = role(allow("kms:*"))
    own = document(trust({"AWS": arn}, "kms:Put*", Resource="*"))
    key = session_of(client, arn).client("kms").create_key(Policy=own)["KeyMetadata"]["KeyId"]
    assert refusal(kms.put_key_policy, KeyId=key, PolicyName="default", Policy=own)[0] != "NotFoundException"


def test_policies_of_topics_queues_and_secrets(client: Client, unique: str) -> None:
    sns, sqs, secrets = client("sns"), client("sqs"), client("secretsmanager")
    topic = sns.create_topic(Name=unique)["TopicArn"]
    queue = sqs.create_queue(QueueName=unique)["QueueUrl"]
    secret = secrets.create_secret(Name=unique, SecretString="x")["ARN"]
    for action, resource, code, call, named, parameter in (
        ("sns:Publish", topic, "InvalidParameter", sns.set_topic_attributes, {"TopicArn": topic}, "AttributeValue"),
        ("sqs:SendMessage", "*", "InvalidAttributeValue", sqs.set_queue_attributes, {"QueueUrl": queue}, "Attributes"),
        (
            "secretsmanager:GetSecretValue",
            "*",
            "MalformedPolicyDocumentException",
            secrets.put_resource_policy,
            {"SecretId": secret},
            "ResourcePolicy",
        ),
    ):

        def given(*statements: Statement, named: Any = named, parameter: str = parameter) -> dict[str, Any]:
            text: Any = document(*statements)
            more = {"AttributeName": "Policy"} if parameter == "AttributeValue" else {}
            return {**named, **more, parameter: {"Policy": text} if parameter == "Attributes" else text}

        wrong = allow(action, resource)
        assert refusal(call, **given(wrong))[0] == code
        assert refusal(call, **given({**wrong, "Principal": OWN, "Condition": NO_OPERATOR}))[0] == code
        call(**given({**wrong, "Principal": OWN}))
