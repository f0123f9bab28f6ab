"""Tests that the local cloud evaluates IAM for sessions of roles and keys of users, as AWS does."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from iam_documents import allow, document, refused, trust
from local_cloud_helpers import ACCOUNT, REGION, session_of, session_with

from lakekit_local import LocalCloud
from lakekit_local.errors import LocalCloudError

Client = Callable[..., Any]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"


def test_role_may_do_what_its_policy_allows(client: Client, role: Callable[..., str], unique: str) -> None:
    client("glue").create_database(DatabaseInput={"Name": f"db_{unique}"})
    arns = [f"arn:aws:glue:{REGION}:{ACCOUNT}:{one}" for one in ("catalog", f"database/db_{unique}")]
    glue = session_of(client, role(allow("glue:GetDatabase", arns))).client("glue")
    assert glue.get_database(Name=f"db_{unique}")["Database"]["Name"] == f"db_{unique}"
    message = refused(glue.delete_database, Name=f"db_{unique}")
    assert message == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/etl-{unique}/test is not authorized to perform: "
        f"glue:DeleteDatabase on resource: arn:aws:glue:{REGION}:{ACCOUNT}:catalog because no identity-based policy "
        "allows the glue:DeleteDatabase action"
    )
    assert "database/other" in refused(glue.get_database, Name="other")


def test_catalog_and_database_are_needed_for_a_table(client: Client, role: Callable[..., str]) -> None:
    table = f"arn:aws:glue:{REGION}:{ACCOUNT}:table/db/orders"
    glue = session_of(client, role(allow("glue:GetTable", table))).client("glue")
    assert f"{REGION}:{ACCOUNT}:catalog" in refused(glue.get_table, DatabaseName="db", Name="orders")


def test_explicit_denial_wins_and_is_named(client: Client, role: Callable[..., str], bucket: str) -> None:
    denial = {"Sid": "NoWrites", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}
    s3 = session_of(client, role(allow("s3:*"), denial)).client("s3")
    assert "with an explicit deny in an identity-based policy" in refused(s3.put_object, Bucket=bucket, Key="k")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_permissions_boundary_and_managed_policy(client: Client, role: Callable[..., str], unique: str) -> None:
    iam = client("iam")
    limit = iam.create_policy(PolicyName=f"limit-{unique}", PolicyDocument=document(allow("sqs:*")))["Policy"]["Arn"]
    arn = role(name="bounded", PermissionsBoundary=limit)
    iam.attach_role_policy(RoleName=arn.rpartition("/")[2], PolicyArn="arn:aws:iam::aws:policy/PowerUserAccess")
    session = session_of(client, arn)
    assert session.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "because no permissions boundary allows" in refused(session.client("sns").list_topics)


def test_session_policy_restricts_the_session(client: Client, role: Callable[..., str], bucket: str) -> None:
    arn = role(allow("s3:*"))
    limited = session_of(client, arn, Policy=document(allow("s3:GetObject"))).client("s3")
    assert "because no session policy allows" in refused(limited.list_objects_v2, Bucket=bucket)
    assert session_of(client, arn).client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_bucket_policy_allows_a_role_without_a_policy(client: Client, role: Callable[..., str], bucket: str) -> None:
    arn = role()
    s3 = session_of(client, arn).client("s3")
    assert "no identity-based policy" in refused(s3.list_objects_v2, Bucket=bucket)
    granted = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "s3:ListBucket"}
    client("s3").put_bucket_policy(Bucket=bucket, Policy=document({**granted, "Resource": f"arn:aws:s3:::{bucket}"}))
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_role_that_does_not_exist(client: Client) -> None:
    message = refused(client("sts").assume_role, RoleArn=f"{ROLE}missing", RoleSessionName="test")
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {ROLE}missing")


def test_trust_policy_names_services_only(client: Client, role: Callable[..., str]) -> None:
    arn = role(trusted=trust({"Service": "glue.amazonaws.com"}))
    assert "sts:AssumeRole" in refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="test")


def test_external_id_and_role_chaining(client: Client, role: Callable[..., str]) -> None:
    condition = {"StringEquals": {"sts:ExternalId": "secret-1"}}
    first = role(allow("sts:AssumeRole"), name="first")
    second = role(name="second", trusted=trust({"AWS": first}, Condition=condition))
    sts = session_of(client, first).client("sts")
    refused(sts.assume_role, RoleArn=second, RoleSessionName="test")
    refused(client("sts").assume_role, RoleArn=second, RoleSessionName="test", ExternalId="secret-1")
    made = sts.assume_role(RoleArn=second, RoleSessionName="chained", ExternalId="secret-1")
    identity = session_with(made["Credentials"]).client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{second.rpartition('/')[2]}/chained"
    with pytest.raises(ClientError, match="1 hour session limit"):
        sts.assume_role(RoleArn=second, RoleSessionName="x1", ExternalId="secret-1", DurationSeconds=7200)


def test_session_tags_are_principal_tags(client: Client, role: Callable[..., str], bucket: str) -> None:
    own = f"arn:aws:s3:::{bucket}/${{aws:PrincipalTag/team}}/*"
    arn = role(allow("s3:PutObject", own), trusted=trust({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"]))
    s3 = session_of(client, arn, Tags=[{"Key": "team", "Value": "red"}]).client("s3")
    s3.put_object(Bucket=bucket, Key="red/x", Body=b"")
    refused(s3.put_object, Bucket=bucket, Key="blue/x", Body=b"")
    without_tag_session = role(name="plain")
    refused(
        client("sts").assume_role,
        RoleArn=without_tag_session,
        RoleSessionName="test",
        Tags=[{"Key": "team", "Value": "red"}],
    )


def test_duration_is_limited_by_the_role(client: Client, role: Callable[..., str]) -> None:
    with pytest.raises(ClientError, match="MaxSessionDuration"):
        client("sts").assume_role(RoleArn=role(), RoleSessionName="test", DurationSeconds=7200)
    longer = role(name="long", MaxSessionDuration=7200)
    client("sts").assume_role(RoleArn=longer, RoleSessionName="test", DurationSeconds=7200)


def token(**claims: Any) -> str:
    parts = ({"alg": "none"}, {"exp": time.time() + 60, **claims})
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + ".sig"


def test_web_identity(client: Client, role: Callable[..., str], unique: str) -> None:
    host = f"gitlab-{unique}.example.com"
    made = client("iam").create_open_id_connect_provider(
        Url=f"https://{host}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    condition = {"StringLike": {f"{host}:sub": "project_path:acme/lake:*"}}
    provider = {"Federated": made["OpenIDConnectProviderArn"]}
    arn = role(allow("sqs:ListQueues"), trusted=trust(provider, "sts:AssumeRoleWithWebIdentity", Condition=condition))
    sts = client("sts", config=Config(signature_version=UNSIGNED))

    def assume(**claims: Any) -> Any:
        return sts.assume_role_with_web_identity(
            RoleArn=arn,
            RoleSessionName="ci",
            WebIdentityToken=token(iss=f"https://{host}", aud="sts.amazonaws.com", **claims),
        )

    got = assume(sub="project_path:acme/lake:ref:main")
    assert session_with(got["Credentials"]).client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    refused(lambda: assume(sub="project_path:evil/lake:ref:main"))
    with pytest.raises(ClientError, match="Incorrect token audience"):
        sts.assume_role_with_web_identity(
            RoleArn=arn, RoleSessionName="ci", WebIdentityToken=token(iss=f"https://{host}", aud="other", sub="x")
        )
    later, valid = time.time() + 3600, {"sub": "project_path:acme/lake:ref:main"}
    for wrong in ({"nbf": later}, {"iat": later}, {"sub": ["project_path:acme/lake:a"]}, {"exp": "soon"}):
        with pytest.raises(ClientError) as error:
            assume(**{**valid, **wrong})
        assert error.value.response["Error"]["Code"] == "InvalidIdentityToken"
    given = token(iss=f"http://{host}", aud="sts.amazonaws.com", **valid)
    with pytest.raises(ClientError, match="https"):
        sts.assume_role_with_web_identity(RoleArn=arn, RoleSessionName="ci", WebIdentityToken=given)


def test_kms_key_policy_decides(client: Client, role: Callable[..., str], bucket: str) -> None:
    arn = role(allow(["s3:*", "kms:*"]))
    kms, s3 = client("kms"), client("s3")
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    delegating = document({"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"})
    other = {"AWS": role(name="other")}
    closed = document(
        {"Effect": "Allow", "Principal": other, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": root, "Action": ["kms:PutKeyPolicy", "kms:CreateGrant"], "Resource": "*"},
    )
    key = kms.create_key(Policy=delegating)["KeyMetadata"]["Arn"]
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    encryption = {"Rules": [default]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=encryption)
    own = session_of(client, arn).client("s3")
    own.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert own.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=closed)
    assert "because no resource-based policy allows the kms:Decrypt" in refused(own.get_object, Bucket=bucket, Key="k")
    assert "kms:GenerateDataKey" in refused(own.put_object, Bucket=bucket, Key="n", Body=b"x")
    kms.create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt"])
    assert own.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_key_may_be_used_through_s3_only(client: Client, role: Callable[..., str], bucket: str) -> None:
    kms, s3 = client("kms"), client("s3")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [default]})
    condition = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    session = session_of(client, role(allow("s3:*"), allow("kms:*", key, Condition=condition)))
    session.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    refused(session.client("kms").generate_data_key, KeyId=key, KeySpec="AES_256")


def test_tags_of_a_key(client: Client, role: Callable[..., str]) -> None:
    kms = client("kms")
    red, blue = (kms.create_key(Tags=[{"TagKey": "team", "TagValue": team}]) for team in ("red", "blue"))
    condition = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    own = session_of(client, role(allow("kms:DescribeKey", Condition=condition))).client("kms")
    own.describe_key(KeyId=red["KeyMetadata"]["KeyId"])
    refused(own.describe_key, KeyId=blue["KeyMetadata"]["KeyId"])


def test_role_is_passed_to_the_named_service(client: Client, role: Callable[..., str], unique: str) -> None:
    job = role(name="job", trusted=trust({"Service": "glue.amazonaws.com"}))
    condition = {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    arguments = {"Name": f"job-{unique}", "Role": job, "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/j.py"}}
    without = session_of(client, role(allow("glue:CreateJob"), name="without")).client("glue")
    assert f"iam:PassRole on resource: {job}" in refused(without.create_job, **arguments)
    passing = role(allow("glue:CreateJob"), allow("iam:PassRole", job, Condition=condition), name="passing")
    session_of(client, passing).client("glue").create_job(**arguments)


def test_request_tags(client: Client, role: Callable[..., str], unique: str) -> None:
    condition = {"StringEquals": {"aws:RequestTag/team": "red"}}
    sqs = session_of(client, role(allow(["sqs:CreateQueue", "sqs:TagQueue"], Condition=condition))).client("sqs")
    refused(sqs.create_queue, QueueName=f"q-{unique}", tags={"team": "blue"})
    sqs.create_queue(QueueName=f"q-{unique}", tags={"team": "red"})


def test_key_of_a_user(client: Client, unique: str, bucket: str) -> None:
    iam = client("iam")
    iam.create_user(UserName=f"ann-{unique}")
    key = iam.create_access_key(UserName=f"ann-{unique}")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION)
    assert session.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ann-{unique}"
    refused(session.client("s3").list_objects_v2, Bucket=bucket)
    own = document(allow("s3:ListBucket", "arn:aws:s3:::*-${aws:PrincipalAccount}"))
    iam.put_user_policy(UserName=f"ann-{unique}", PolicyName="list", PolicyDocument=own)
    assert session.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("service", "code"), [("sts", "InvalidClientTokenId"), ("glue", "UnrecognizedClientException")]
)
def test_unknown_access_key(environ: dict[str, str], service: str, code: str) -> None:
    session = boto3.Session("AKIAUNKNOWN000000000", "secret", region_name=REGION)
    call = session.client("sts").get_caller_identity if service == "sts" else session.client("glue").get_databases
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == code


def test_session_token_is_required(client: Client, role: Callable[..., str]) -> None:
    made = client("sts").assume_role(RoleArn=role(), RoleSessionName="test")["Credentials"]
    forged = boto3.Session(made["AccessKeyId"], made["SecretAccessKey"], "another", REGION)
    with pytest.raises(ClientError) as error:
        forged.client("sts").get_caller_identity()
    assert error.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_unsigned_requests_need_a_public_bucket(client: Client, bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    anonymous = client("s3", config=Config(signature_version=UNSIGNED))
    refused(anonymous.get_object, Bucket=bucket, Key="k")
    public = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    client("s3").delete_public_access_block(Bucket=bucket)
    client("s3").put_bucket_policy(Bucket=bucket, Policy=document(public))
    assert anonymous.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_operation_without_known_permission_is_refused(client: Client, role: Callable[..., str]) -> None:
    tables = session_of(client, role(allow("*"))).client("s3tables")
    assert "does not know the permission" in refused(tables.list_table_buckets)


def test_session_of_a_service_in_a_vpc(
    cloud: LocalCloud, client: Client, role: Callable[..., str], bucket: str, unique: str
) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    trusted = trust({"Service": "emr-serverless.amazonaws.com"}, Condition=condition)
    arn = role(allow("s3:*"), allow("sqs:ListQueues"), trusted=trusted)
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    endpoint = {**allow(["s3:ListBucket"], f"arn:aws:s3:::{bucket}"), "Principal": "*"}
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", PolicyDocument=document(endpoint)
    )["VpcEndpoint"]["VpcEndpointId"]
    own = {"Null": {"aws:SourceVpce": "true"}}
    outside = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    client("s3").put_bucket_policy(Bucket=bucket, Policy=document({**outside, "Condition": own}))
    session = session_in(cloud, arn, vpc)
    assert session.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert "because no VPC endpoint policy allows" in refused(session.client("s3").get_object, Bucket=bucket, Key="k")
    # A session that it assumes runs in the VPC as well.
    chained = role(allow("s3:*"), name="chained", trusted=trust({"AWS": arn}))
    other = session_of(session.client, chained).client("s3")
    assert "because no VPC endpoint policy allows" in refused(other.put_object, Bucket=bucket, Key="k")
    ec2.modify_vpc_endpoint(VpcEndpointId=made, ResetPolicy=True)
    session.client("s3").put_object(Bucket=bucket, Key="k")
    assert session.client("s3").get_object(Bucket=bucket, Key="k")["ContentLength"] == 0
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    assert "explicit deny" in refused(session.client("s3").get_object, Bucket=bucket, Key="k")
    with pytest.raises(LocalCloudError, match="is not authorized to perform: sts:AssumeRole"):
        cloud.role_session(arn, "glue.amazonaws.com", REGION)
    # Without a VPC, the endpoint does not apply, and the bucket policy requires one.
    assert "explicit deny in a resource-based" in refused(
        session_in(cloud, arn).client("s3").get_object, Bucket=bucket, Key="k"
    )


def session_in(cloud: LocalCloud, arn: str, vpc: str = "") -> boto3.Session:
    made = cloud.role_session(arn, "emr-serverless.amazonaws.com", REGION, vpc_id=vpc)
    return boto3.Session(made["AWS_ACCESS_KEY_ID"], made["AWS_SECRET_ACCESS_KEY"], made["AWS_SESSION_TOKEN"], REGION)


def test_last_denial_is_explained(cloud: LocalCloud, client: Client, role: Callable[..., str], bucket: str) -> None:
    denial = {"Sid": "NoLists", "Effect": "Deny", "Action": "s3:List*", "Resource": "*"}
    arn = role(allow("s3:*"), denial)
    refused(session_of(client, arn).client("s3").list_objects_v2, Bucket=bucket)
    last = cloud.denials()[0]
    assert (last["action"], last["resource"]) == ("s3:ListBucket", f"arn:aws:s3:::{bucket}")
    assert last["principal"].endswith(f":assumed-role/{arn.rpartition('/')[2]}/test")
    assert (last["policy"], last["statement"]) == (f"policy main of role {arn.rpartition('/')[2]}", "statement NoLists")


def test_sessions_survive_a_restart(cloud: LocalCloud, client: Client, role: Callable[..., str], bucket: str) -> None:
    limited = session_of(client, role(allow("s3:*")), Policy=document(allow("s3:GetObject"))).client("s3")
    cloud.down()
    cloud.ensure()
    assert "because no session policy allows" in refused(limited.list_objects_v2, Bucket=bucket)


def test_session_of_an_identity_center_role(cloud: LocalCloud, role: Callable[..., str]) -> None:
    arn = role(allow("sqs:ListQueues"), trusted=trust({"AWS": f"{ROLE}sso-engineer"}))
    made = cloud.role_session(arn, f"{ROLE}sso-engineer", REGION)
    assert made["AWS_SESSION_TOKEN"]
    with pytest.raises(LocalCloudError, match="sso-analyst"):
        cloud.role_session(arn, f"{ROLE}sso-analyst", REGION)
