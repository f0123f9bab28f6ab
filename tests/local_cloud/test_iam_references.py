"""Tests of names and references that IAM and STS refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, document, trust
from local_cloud_helpers import ACCOUNT

Client = Callable[..., Any]
MISSING = f"arn:aws:iam::{ACCOUNT}:policy/missing"
TRUST = document(trust({"AWS": ACCOUNT}))


def code(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


@pytest.fixture
def policy(client: Client, unique: str) -> str:
    made = client("iam").create_policy(PolicyName=f"p-{unique}", PolicyDocument=document(allow("s3:ListBucket")))
    return str(made["Policy"]["Arn"])


def test_policy_that_is_used_is_not_deleted(client: Client, role: Callable[..., str], policy: str) -> None:
    iam, name = client("iam"), role().rpartition("/")[2]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    assert code(iam.delete_policy, PolicyArn=policy) == "DeleteConflict"
    iam.detach_role_policy(RoleName=name, PolicyArn=policy)
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=policy)
    assert code(iam.delete_policy, PolicyArn=policy) == "DeleteConflict"
    iam.delete_role_permissions_boundary(RoleName=name)
    version = iam.create_policy_version(PolicyArn=policy, PolicyDocument=document(allow("s3:GetObject")))
    assert code(iam.delete_policy, PolicyArn=policy) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=policy, VersionId=version["PolicyVersion"]["VersionId"])
    iam.delete_policy(PolicyArn=policy)


def test_names_do_not_differ_by_case(client: Client, unique: str) -> None:
    iam = client("iam")
    iam.create_role(RoleName=f"etl-{unique}", AssumeRolePolicyDocument=TRUST)
    iam.create_user(UserName=f"etl-{unique}")
    iam.create_group(GroupName=f"etl-{unique}")
    iam.create_instance_profile(InstanceProfileName=f"etl-{unique}")
    found = [
        code(iam.create_role, RoleName=f"ETL-{unique}", AssumeRolePolicyDocument=TRUST),
        code(iam.create_user, UserName=f"ETL-{unique}"),
        code(iam.create_group, GroupName=f"ETL-{unique}"),
        code(iam.create_instance_profile, InstanceProfileName=f"ETL-{unique}"),
    ]
    assert found == ["EntityAlreadyExists"] * 4


def test_boundary_that_does_not_exist(client: Client, role: Callable[..., str], unique: str) -> None:
    iam, name = client("iam"), role().rpartition("/")[2]
    given = {"RoleName": f"b-{unique}", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": MISSING}
    assert code(iam.create_role, **given) == "NoSuchEntity"
    assert code(iam.put_role_permissions_boundary, RoleName=name, PermissionsBoundary=MISSING) == "NoSuchEntity"
    assert code(iam.create_user, UserName=f"b-{unique}", PermissionsBoundary=MISSING) == "NoSuchEntity"


def test_principal_of_a_kind_that_does_not_exist(client: Client, unique: str) -> None:
    document_of = document(trust({"Foo": "x"}))
    found = code(client("iam").create_role, RoleName=f"k-{unique}", AssumeRolePolicyDocument=document_of)
    assert found == "MalformedPolicyDocument"


def test_managed_session_policies(client: Client, role: Callable[..., str], policy: str) -> None:
    sts, arn = client("sts"), role()

    def assume(*arns: str) -> str:
        listed = [{"arn": one} for one in arns]
        return code(sts.assume_role, RoleArn=arn, RoleSessionName="test", PolicyArns=listed)

    assert assume(*[policy] * 11) == "ValidationError"
    assert assume(policy, MISSING) == "MalformedPolicyDocument"
    assert sts.assume_role(RoleArn=arn, RoleSessionName="test", PolicyArns=[{"arn": policy}])["Credentials"]


def test_client_ids_of_identity_providers(client: Client, unique: str) -> None:
    iam = client("iam")
    url = f"https://{unique}.acme.example"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["first"])["OpenIDConnectProviderArn"]

    def clients() -> list[str]:
        return list(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"])

    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="second")
        assert clients() == ["first", "second"]
    for _ in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="first")
        assert clients() == ["second"]
    for number in range(99):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=f"client-{number}")
    add = iam.add_client_id_to_open_id_connect_provider
    assert code(add, OpenIDConnectProviderArn=arn, ClientID="one-more") == "LimitExceeded"
    assert code(add, OpenIDConnectProviderArn=f"{arn}x", ClientID="first") == "NoSuchEntity"
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
