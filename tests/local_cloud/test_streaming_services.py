"""Tests of the local cloud: MSK, MSK Connect, Firehose, Flink, SNS and security groups."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import trust

Client = Callable[..., Any]
PROPERTIES = b"auto.create.topics.enable=false\n"


def cluster(kafka: Any, name: str, **more: Any) -> str:
    settings = {
        "BrokerNodeGroupInfo": {"ClientSubnets": ["s-1", "s-2", "s-3"], "InstanceType": "kafka.m7g.large"},
        "KafkaVersion": "3.9.x.kraft",
        "NumberOfBrokerNodes": 3,
        "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        **more,
    }
    arn: str = kafka.create_cluster(ClusterName=name, **settings)["ClusterArn"]
    return arn


def error_code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_cluster_is_described_by_both_api_versions(client: Client, unique: str) -> None:
    kafka = client("kafka")
    arn = cluster(kafka, unique, Tags={"a": "b"})
    old, new = kafka.describe_cluster(ClusterArn=arn)["ClusterInfo"], kafka.describe_cluster_v2(ClusterArn=arn)
    assert old["State"] == new["ClusterInfo"]["State"] == "ACTIVE"
    assert old["NumberOfBrokerNodes"] == new["ClusterInfo"]["Provisioned"]["NumberOfBrokerNodes"] == 3
    assert old["Tags"] == {"a": "b"}
    brokers = kafka.get_bootstrap_brokers(ClusterArn=arn)
    assert brokers["BootstrapBrokerStringSaslIam"].count(":9098") == 3
    assert "BootstrapBrokerString" not in brokers
    kafka.delete_cluster(ClusterArn=arn)
    with pytest.raises(ClientError) as error:
        kafka.describe_cluster_v2(ClusterArn=arn)
    assert error_code(error) == "NotFoundException"


def test_broker_count_must_match_zones(client: Client, unique: str) -> None:
    with pytest.raises(ClientError, match="multiple"):
        cluster(client("kafka"), unique, NumberOfBrokerNodes=4)


def test_cluster_update_requires_the_current_version(client: Client, unique: str) -> None:
    kafka = client("kafka")
    arn = cluster(kafka, unique)
    done = kafka.update_broker_count(ClusterArn=arn, CurrentVersion="K1", TargetNumberOfBrokerNodes=6)
    operation = kafka.describe_cluster_operation(ClusterOperationArn=done["ClusterOperationArn"])
    assert operation["ClusterOperationInfo"]["OperationState"] == "UPDATE_COMPLETE"
    info = kafka.describe_cluster(ClusterArn=arn)["ClusterInfo"]
    assert (info["NumberOfBrokerNodes"], info["CurrentVersion"]) == (6, "K2")
    with pytest.raises(ClientError, match="version K1"):
        kafka.update_monitoring(ClusterArn=arn, CurrentVersion="K1", EnhancedMonitoring="PER_BROKER")


def test_configuration_in_use_cannot_be_deleted(client: Client, unique: str) -> None:
    kafka = client("kafka")
    made = kafka.create_configuration(Name=unique, ServerProperties=PROPERTIES)
    arn = cluster(kafka, unique, ConfigurationInfo={"Arn": made["Arn"], "Revision": 1})
    with pytest.raises(ClientError, match="in use"):
        kafka.delete_configuration(Arn=made["Arn"])
    revised = kafka.update_configuration(Arn=made["Arn"], ServerProperties=PROPERTIES + b"x=1\n")
    assert revised["LatestRevision"]["Revision"] == 2
    kept = kafka.describe_configuration_revision(Arn=made["Arn"], Revision=1)
    assert kept["ServerProperties"] == PROPERTIES
    kafka.delete_cluster(ClusterArn=arn)
    kafka.delete_configuration(Arn=made["Arn"])
    with pytest.raises(ClientError, match="Configuration ARN does not exist"):
        kafka.describe_configuration(Arn=made["Arn"])


def test_cluster_policy_update_requires_the_current_version(client: Client, unique: str) -> None:
    kafka = client("kafka")
    arn = cluster(kafka, unique)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    assert kafka.put_cluster_policy(ClusterArn=arn, Policy=policy)["CurrentVersion"] == "K1"
    assert kafka.put_cluster_policy(ClusterArn=arn, Policy=policy, CurrentVersion="K1")["CurrentVersion"] == "K2"
    with pytest.raises(ClientError, match="not the current version"):
        kafka.put_cluster_policy(ClusterArn=arn, Policy=policy, CurrentVersion="K1")
    kafka.delete_cluster_policy(ClusterArn=arn)
    with pytest.raises(ClientError):
        kafka.get_cluster_policy(ClusterArn=arn)


def test_serverless_cluster_has_one_bootstrap_address(client: Client, unique: str) -> None:
    kafka = client("kafka")
    settings = {"VpcConfigs": [{"SubnetIds": ["s-1"]}], "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}}}
    arn = kafka.create_cluster_v2(ClusterName=unique, Serverless=settings)["ClusterArn"]
    assert kafka.get_bootstrap_brokers(ClusterArn=arn)["BootstrapBrokerStringSaslIam"].startswith("boot-")
    assert kafka.describe_cluster_v2(ClusterArn=arn)["ClusterInfo"]["ClusterType"] == "SERVERLESS"


def test_plugin_requires_its_file_and_cannot_be_deleted_in_use(client: Client, unique: str, bucket: str) -> None:
    connect = client("kafkaconnect")
    location = {"bucketArn": f"arn:aws:s3:::{bucket}", "fileKey": "sink.zip"}
    request = {"contentType": "ZIP", "location": {"s3Location": location}, "name": unique}
    with pytest.raises(ClientError, match="no object"):
        connect.create_custom_plugin(**request)
    client("s3").put_object(Bucket=bucket, Key="sink.zip", Body=b"zip")
    plugin = connect.create_custom_plugin(**request)["customPluginArn"]
    made = connect.create_connector(
        connectorName=unique,
        capacity={"autoScaling": {"minWorkerCount": 1, "maxWorkerCount": 2, "mcuCount": 1}},
        connectorConfiguration={"topics": "a"},
        kafkaCluster={
            "apacheKafkaCluster": {"bootstrapServers": "b:9098", "vpc": {"subnets": ["s-1"], "securityGroups": ["g"]}}
        },
        kafkaClusterClientAuthentication={"authenticationType": "IAM"},
        kafkaClusterEncryptionInTransit={"encryptionType": "TLS"},
        kafkaConnectVersion="3.7.x",
        plugins=[{"customPlugin": {"customPluginArn": plugin, "revision": 1}}],
        serviceExecutionRoleArn="arn:aws:iam::111111111111:role/r",
    )["connectorArn"]
    with pytest.raises(ClientError, match="in use"):
        connect.delete_custom_plugin(customPluginArn=plugin)
    done = connect.update_connector(
        connectorArn=made, currentVersion="K1", connectorConfiguration={"topics": "a", "tasks.max": "2"}
    )
    operation = connect.describe_connector_operation(connectorOperationArn=done["connectorOperationArn"])
    assert operation["connectorOperationState"] == "UPDATE_COMPLETE"
    shown = connect.describe_connector(connectorArn=made)
    assert shown["connectorConfiguration"]["tasks.max"] == "2"
    assert shown["capacity"]["autoScaling"]["scaleOutPolicy"]["cpuUtilizationPercentage"] == 80
    connect.delete_connector(connectorArn=made)
    connect.delete_custom_plugin(customPluginArn=plugin)


def test_delivery_stream_update_keeps_omitted_settings(client: Client, role: Callable[..., str], unique: str) -> None:
    firehose = client("firehose")
    files = {
        "RoleARN": role(trusted=trust({"Service": "firehose.amazonaws.com"})),
        "BucketARN": "arn:aws:s3:::lake",
        "ErrorOutputPrefix": "e/",
    }
    firehose.create_delivery_stream(
        DeliveryStreamName=unique,
        DeliveryStreamType="MSKAsSource",
        MSKSourceConfiguration={
            "MSKClusterARN": "arn:aws:kafka:eu-west-1:111111111111:cluster/main/u-1",
            "TopicName": "orders",
            "AuthenticationConfiguration": {"RoleARN": files["RoleARN"], "Connectivity": "PRIVATE"},
        },
        IcebergDestinationConfiguration={
            "RoleARN": files["RoleARN"],
            "CatalogConfiguration": {"CatalogARN": "arn:aws:glue:eu-west-1:111111111111:catalog"},
            "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 64},
            "S3Configuration": files,
        },
    )
    firehose.update_destination(
        DeliveryStreamName=unique,
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        IcebergDestinationUpdate={"BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 64}},
    )
    shown = firehose.describe_delivery_stream(DeliveryStreamName=unique)["DeliveryStreamDescription"]
    assert shown["VersionId"] == "2"
    assert shown["Source"]["MSKSourceDescription"]["TopicName"] == "orders"
    lake = shown["Destinations"][0]["IcebergDestinationDescription"]
    assert lake["BufferingHints"]["IntervalInSeconds"] == 60
    assert lake["S3DestinationDescription"]["ErrorOutputPrefix"] == "e/"
    firehose.delete_delivery_stream(DeliveryStreamName=unique)
    assert unique not in firehose.list_delivery_streams()["DeliveryStreamNames"]


def test_direct_put_records_reach_the_bucket(
    client: Client, role: Callable[..., str], unique: str, bucket: str
) -> None:
    firehose = client("firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName=unique,
        ExtendedS3DestinationConfiguration={
            "RoleARN": role(trusted=trust({"Service": "firehose.amazonaws.com"})),
            "BucketARN": f"arn:aws:s3:::{bucket}",
        },
    )
    firehose.put_record(DeliveryStreamName=unique, Record={"Data": b"one"})
    (written,) = client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert client("s3").get_object(Bucket=bucket, Key=written["Key"])["Body"].read() == b"one"
