"""Tests of the local cloud: Flink, SNS, security groups, scaling targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import trust

Client = Callable[..., Any]


def error_code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_flink_application_starts_updates_and_stops(client: Client, role: Callable[..., str], unique: str) -> None:
    flink = client("kinesisanalyticsv2")
    flink.create_application(
        ApplicationName=unique,
        RuntimeEnvironment="FLINK-1_20",
        ServiceExecutionRole=role(trusted=trust({"Service": "kinesisanalytics.amazonaws.com"})),
        ApplicationConfiguration={
            "FlinkApplicationConfiguration": {
                "ParallelismConfiguration": {
                    "ConfigurationType": "CUSTOM",
                    "Parallelism": 2,
                    "AutoScalingEnabled": True,
                }
            }
        },
    )
    flink.start_application(ApplicationName=unique, RunConfiguration={})
    flink.update_application(
        ApplicationName=unique,
        CurrentApplicationVersionId=1,
        ApplicationConfigurationUpdate={
            "FlinkApplicationConfigurationUpdate": {
                "ParallelismConfigurationUpdate": {"ConfigurationTypeUpdate": "CUSTOM", "ParallelismUpdate": 4}
            }
        },
    )
    shown = flink.describe_application(ApplicationName=unique)["ApplicationDetail"]
    engine = shown["ApplicationConfigurationDescription"]["FlinkApplicationConfigurationDescription"]
    assert shown["ApplicationStatus"] == "RUNNING"
    assert shown["ApplicationVersionId"] == 2
    assert engine["ParallelismConfigurationDescription"]["Parallelism"] == 4
    assert engine["ParallelismConfigurationDescription"]["AutoScalingEnabled"] is True
    assert engine["CheckpointConfigurationDescription"]["CheckpointInterval"] == 60_000
    with pytest.raises(ClientError) as error:
        flink.update_application(ApplicationName=unique, CurrentApplicationVersionId=1)
    assert error_code(error) == "ConcurrentModificationException"
    flink.stop_application(ApplicationName=unique)
    created = flink.describe_application(ApplicationName=unique)["ApplicationDetail"]["CreateTimestamp"]
    flink.delete_application(ApplicationName=unique, CreateTimestamp=created)
    with pytest.raises(ClientError) as error:
        flink.describe_application(ApplicationName=unique)
    assert error_code(error) == "ResourceNotFoundException"


def test_topic_shows_signature_version(client: Client, unique: str) -> None:
    sns = client("sns")
    arn = sns.create_topic(Name=unique, Attributes={"SignatureVersion": "2"})["TopicArn"]
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["SignatureVersion"] == "2"
    sns.set_topic_attributes(TopicArn=arn, AttributeName="TracingConfig", AttributeValue="Active")
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["TracingConfig"] == "Active"


def test_security_group_rule_descriptions_are_kept(client: Client, unique: str) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    first, second = (
        ec2.create_security_group(GroupName=f"{unique}{n}", Description="d", VpcId=vpc)["GroupId"] for n in "ab"
    )
    s3 = ec2.describe_managed_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    ec2.authorize_security_group_egress(
        GroupId=first, IpPermissions=[{**https, "PrefixListIds": [{"PrefixListId": s3, "Description": "to S3"}]}]
    )
    ec2.authorize_security_group_ingress(
        GroupId=first, IpPermissions=[{**https, "UserIdGroupPairs": [{"GroupId": second, "Description": "from b"}]}]
    )
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [first]}])["SecurityGroupRules"]
    assert {rule.get("Description") for rule in rules if rule["FromPort"] == 443} == {"to S3", "from b"}


def test_scaling_targets_have_tags(client: Client, unique: str) -> None:
    scaling = client("application-autoscaling")
    arn = scaling.register_scalable_target(
        ServiceNamespace="kafka",
        ResourceId=f"arn:aws:kafka:eu-west-1:111111111111:cluster/{unique}/u-1",
        ScalableDimension="kafka:broker-storage:VolumeSize",
        MinCapacity=1,
        MaxCapacity=100,
        Tags={"a": "b"},
    )["ScalableTargetARN"]
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "b"}
    scaling.tag_resource(ResourceARN=arn, Tags={"c": "d"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"c": "d"}
