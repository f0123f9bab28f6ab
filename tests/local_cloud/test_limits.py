"""Limits of AWS that service models do not state."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from nonempty import nonempty

Client = Callable[..., Any]


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Code and message of the error of a call."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def tags(count: int) -> list[dict[str, str]]:
    return [{"Key": f"k{number}", "Value": "v"} for number in range(count)]


def statement(size: int) -> dict[str, Any]:
    """A policy document of this size without white space; it has much white space."""
    made: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/"}],
    }
    made["Statement"][0]["Resource"] += "x" * (size - len(json.dumps(made, separators=(",", ":"))))
    return made


def document(size: int) -> str:
    return json.dumps(statement(size), indent=40)


def trust(size: int) -> str:
    made: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
    one = made["Statement"][0]
    one["Condition"] = {"StringEquals": {"sts:ExternalId": ""}}
    one["Condition"]["StringEquals"]["sts:ExternalId"] = "x" * (size - len(json.dumps(made, separators=(",", ":"))))
    return json.dumps(made, indent=40)


def test_an_object_has_ten_tags(client: Client, bucket: str) -> None:
    s3 = client("s3")
    ten, eleven = (urlencode({f"k{number}": "v" for number in range(count)}) for count in (10, 11))
    s3.put_object(Bucket=bucket, Key="k", Tagging=ten)
    limit = ("BadRequest", "Object tags cannot be greater than 10")
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Tagging=eleven) == limit
    assert refusal(s3.create_multipart_upload, Bucket=bucket, Key="k", Tagging=eleven) == limit
    assert refusal(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": tags(11)}) == limit
    assert len(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]) == 10


def test_a_resource_has_fifty_tags(client: Client, unique: str, bucket: str) -> None:
    fifty = {tag["Key"]: tag["Value"] for tag in tags(50)}
    more = {**fifty, "k50": "v"}
    kms_tags = [{"TagKey": name, "TagValue": "v"} for name in more]
    role = {"RoleName": unique, "AssumeRolePolicyDocument": trust(300)}
    network = {"CidrBlock": "10.0.0.0/16", "TagSpecifications": [{"ResourceType": "vpc", "Tags": tags(51)}]}
    calls: list[tuple[str, str, dict[str, Any], str]] = [
        ("kms", "create_key", {"Tags": kms_tags}, "LimitExceededException"),
        ("iam", "create_role", {**role, "Tags": tags(51)}, "LimitExceeded"),
        ("ec2", "create_vpc", network, "TagLimitExceeded"),
        ("s3", "put_bucket_tagging", {"Bucket": bucket, "Tagging": {"TagSet": tags(51)}}, "InvalidTag"),
        ("sns", "create_topic", {"Name": unique, "Tags": tags(51)}, "TagLimitExceeded"),
    ]
    for service, operation, arguments, code in nonempty(calls):
        found = refusal(getattr(client(service), operation), **arguments)
        assert found[0] in (code, "ValidationException", "ValidationError"), (service, found)
    serverless = client("emr-serverless")
    made = serverless.create_application(name=unique, type="SPARK", releaseLabel="emr-7.5.0", tags=fifty)
    one_more = {"resourceArn": made["arn"], "tags": {"k50": "v"}}
    assert refusal(serverless.tag_resource, **one_more)[0] == "ValidationException"
    assert len(serverless.list_tags_for_resource(resourceArn=made["arn"])["tags"]) == 50


def test_tag_keys_of_aws_are_reserved(client: Client) -> None:
    code, text = refusal(client("kms").create_key, Tags=[{"TagKey": "aws:x", "TagValue": "v"}])
    assert (code, "reserved" in text) == ("TagException", True)


def test_a_trust_policy_has_2048_characters(client: Client, unique: str) -> None:
    iam = client("iam")
    limit = ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    assert refusal(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=trust(2049)) == limit
    assert len(trust(2048)) > 2048
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=trust(2048))
    assert refusal(iam.update_assume_role_policy, RoleName=unique, PolicyDocument=trust(2049)) == limit


def test_inline_policies_of_a_role_have_10240_characters_together(client: Client, unique: str) -> None:
    iam = client("iam")
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=trust(300))
    iam.put_role_policy(RoleName=unique, PolicyName="a", PolicyDocument=document(10_000))
    limit = ("LimitExceeded", f"Maximum policy size of 10240 bytes exceeded for role {unique}")
    second = {"RoleName": unique, "PolicyName": "b"}
    assert refusal(iam.put_role_policy, **second, PolicyDocument=document(241)) == limit
    iam.put_role_policy(**second, PolicyDocument=document(240))
    # The document of a policy is replaced.
    iam.put_role_policy(**second, PolicyDocument=document(240))


def test_a_managed_policy_has_6144_characters(client: Client, unique: str) -> None:
    iam = client("iam")
    limit = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    assert refusal(iam.create_policy, PolicyName=unique, PolicyDocument=document(6145)) == limit
    made = iam.create_policy(PolicyName=unique, PolicyDocument=document(6144))["Policy"]["Arn"]
    assert refusal(iam.create_policy_version, PolicyArn=made, PolicyDocument=document(6145)) == limit


def test_a_role_has_ten_managed_policies(client: Client, unique: str) -> None:
    iam = client("iam")
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=trust(300))
    arns = [
        iam.create_policy(PolicyName=f"{unique}-{number}", PolicyDocument=document(200))["Policy"]["Arn"]
        for number in range(11)
    ]
    for arn in arns[:10]:
        iam.attach_role_policy(RoleName=unique, PolicyArn=arn)
    iam.attach_role_policy(RoleName=unique, PolicyArn=arns[0])
    limit = ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")
    assert refusal(iam.attach_role_policy, RoleName=unique, PolicyArn=arns[10]) == limit


def test_a_bucket_policy_has_20_kilobytes(client: Client, bucket: str) -> None:
    s3 = client("s3")

    def policy(size: int) -> str:
        made = statement(1000)
        made["Statement"][0] |= {"Principal": {"AWS": "111111111111"}, "Resource": f"arn:aws:s3:::{bucket}/"}
        made["Statement"][0]["Resource"] += "x" * (size - len(json.dumps(made, separators=(",", ":"))))
        return json.dumps(made, indent=8)

    assert refusal(s3.put_bucket_policy, Bucket=bucket, Policy=policy(20_481))[0] == "PolicyTooLarge"
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(20_480))


def test_a_key_policy_has_32_kilobytes(client: Client) -> None:
    made = json.loads(document(32_769))
    made["Statement"][0]["Principal"] = "*"
    policy = {"Policy": json.dumps(made), "BypassPolicyLockoutSafetyCheck": True}
    assert refusal(client("kms").create_key, **policy)[0] == "LimitExceededException"


@pytest.mark.parametrize(
    "name",
    [
        "Upper",
        "ab",
        "a..b",
        "10.0.0.1",
        "-abc",
        "abc-",
        "under_score",
        "xn--abc",
        "abc-s3alias",
        "abc--table-s3",
        "a" * 64,
    ],
)
def test_bucket_names_have_a_form(client: Client, name: str) -> None:
    location = {"LocationConstraint": "eu-west-1"}
    found = refusal(client("s3").create_bucket, Bucket=name, CreateBucketConfiguration=location)
    assert found == ("InvalidBucketName", f"The specified bucket is not valid: {name}")


def test_names_of_aliases_are_checked(client: Client) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    for name in ("aliases/x", "alias/aws/x"):
        assert refusal(kms.create_alias, AliasName=name, TargetKeyId=key)[0] in (
            "InvalidAliasNameException",
            "NotAuthorizedException",
        )


@pytest.mark.parametrize("zone", ["eu-west-1f", "us-east-1a", "eu-west-1"])
def test_zones_that_a_region_does_not_have_are_refused(client: Client, zone: str) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    code, text = refusal(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=zone)
    assert code == "InvalidParameterValue"
    assert f"Value ({zone}) for parameter availabilityZone is invalid" in text
    assert "eu-west-1a, eu-west-1b, eu-west-1c" in text
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1a")


def test_a_protected_cluster_cannot_be_terminated(client: Client) -> None:
    emr = client("emr")
    instances = {
        "InstanceGroups": [{"InstanceRole": "MASTER", "InstanceType": "m7g.xlarge", "InstanceCount": 1}],
        "TerminationProtected": True,
        "KeepJobFlowAliveWhenNoSteps": True,
    }
    made = emr.run_job_flow(
        Name="c", ReleaseLabel="emr-7.5.0", Instances=instances, JobFlowRole="nodes", ServiceRole="service"
    )
    code, text = refusal(emr.terminate_job_flows, JobFlowIds=[made["JobFlowId"]])
    assert (code, "termination protected" in text) == ("ValidationException", True)
    assert emr.describe_cluster(ClusterId=made["JobFlowId"])["Cluster"]["Status"]["State"] == "WAITING"
    emr.set_termination_protection(JobFlowIds=[made["JobFlowId"]], TerminationProtected=False)
    emr.terminate_job_flows(JobFlowIds=[made["JobFlowId"]])


def test_lf_tags_need_columns_that_exist(client: Client, unique: str) -> None:
    glue, lake = client("glue"), client("lakeformation")
    glue.create_database(DatabaseInput={"Name": unique})
    columns = {"Columns": [{"Name": "id", "Type": "bigint"}]}
    glue.create_table(DatabaseName=unique, TableInput={"Name": "t", "StorageDescriptor": columns})
    lake.create_lf_tag(TagKey=unique, TagValues=["pii"])
    pair = [{"TagKey": unique, "TagValues": ["pii"]}]

    def resource(column: str) -> dict[str, Any]:
        return {"TableWithColumns": {"DatabaseName": unique, "Name": "t", "ColumnNames": [column]}}

    lake.add_lf_tags_to_resource(Resource=resource("id"), LFTags=pair)
    code, text = refusal(lake.add_lf_tags_to_resource, Resource=resource("name"), LFTags=pair)
    assert (code, "no columns name" in text) == ("EntityNotFoundException", True)
