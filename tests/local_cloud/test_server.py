"""Tests of the server: accounts, handlers, unimplemented operations, S3 behaviour."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakekit_local import LocalCloud

Client = Callable[..., Any]


def unanswered(cloud: LocalCloud) -> set[str]:
    return {f"{entry['service']}:{entry['operation']}" for entry in cloud.status().unanswered}


def test_access_key_maps_to_account_root(client: Client) -> None:
    for account in ("111111111111", "222222222222"):
        caller = client("sts", account).get_caller_identity()
        assert (caller["Account"], caller["Arn"]) == (account, f"arn:aws:iam::{account}:root")


def test_accounts_and_regions_are_isolated(client: Client, unique: str) -> None:
    client("lakeformation").create_lf_tag(TagKey=unique, TagValues=["a"])

    def keys(*account_and_region: str) -> list[str]:
        return [tag["TagKey"] for tag in client("lakeformation", *account_and_region).list_lf_tags()["LFTags"]]

    assert unique in keys("111111111111", "eu-west-1")
    assert unique not in keys("222222222222", "eu-west-1")
    assert unique not in keys("111111111111", "us-east-1")


def test_chinese_and_government_regions_have_their_partition(client: Client) -> None:
    assert client("sts", region="cn-north-1").get_caller_identity()["Arn"].startswith("arn:aws-cn:iam::")
    assert client("sts", region="us-gov-west-1").get_caller_identity()["Arn"].startswith("arn:aws-us-gov:iam::")


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("glue", "GetMLTaskRuns", {"TransformId": "x"}),  # JSON, moto has the service
        ("lakeformation", "StartQueryPlanning", {"QueryPlanningContext": {"DatabaseName": "d"}, "QueryString": "q"}),
        ("mwaa", "ListEnvironments", {}),  # moto lacks the service, and the host has a prefix
        ("cloudwatch", "PutManagedInsightRules", {"ManagedRules": []}),  # query protocol
        ("s3", "GetObjectTorrent", {"Bucket": "some-bucket", "Key": "k"}),
    ],
)
def test_missing_operation_returns_501_with_its_name(
    cloud: LocalCloud, client: Client, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    caller = client(service)
    method = {name: python for python, name in caller.meta.method_to_api_mapping.items()}[operation]
    with pytest.raises(ClientError) as error:
        getattr(caller, method)(**arguments)
    answer = error.value.response["ResponseMetadata"]
    assert answer["HTTPStatusCode"] == 501
    assert answer["RetryAttempts"] == 0
    assert f"{service}:{operation}" in str(error.value)
    assert f"{service}:{operation}" in unanswered(cloud)


def test_answered_calls_are_counted_by_handler(cloud: LocalCloud, client: Client) -> None:
    before = cloud.status()
    client("lakeformation").get_data_lake_settings()
    client("glue").get_databases()
    after = cloud.status()
    assert after.answered_by_lakekit == before.answered_by_lakekit + 1
    assert after.answered_by_moto == before.answered_by_moto + 1


def test_setting_of_a_missing_bucket_is_rejected(client: Client, unique: str) -> None:
    s3, name = client("s3"), f"never-{unique}"
    metrics = {"Bucket": name, "Id": "whole", "MetricsConfiguration": {"Id": "whole"}}
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.put_bucket_metrics_configuration(**metrics)
    assert name not in [found["Name"] for found in s3.list_buckets()["Buckets"]]


def test_deleting_a_setting_keeps_the_bucket(client: Client, bucket: str) -> None:
    s3 = client("s3")
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id="whole", MetricsConfiguration={"Id": "whole"})
    assert s3.get_bucket_metrics_configuration(Bucket=bucket, Id="whole")["MetricsConfiguration"]["Id"] == "whole"
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="whole")
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        s3.get_bucket_metrics_configuration(Bucket=bucket, Id="whole")
    s3.head_bucket(Bucket=bucket)


def test_recreated_bucket_has_no_old_settings(client: Client, bucket: str) -> None:
    s3 = client("s3")
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)


def test_large_objects_with_special_keys_are_kept(client: Client, bucket: str) -> None:
    s3 = client("s3")
    body = bytes(range(256)) * 40_000
    for key in ("a b/ü+%.bin", "folder/", "//twice"):
        s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"my_key": "1"})
        found = s3.get_object(Bucket=bucket, Key=key)
        assert found["Body"].read() == body
        assert found["Metadata"] == {"my_key": "1"}
    head = s3.head_object(Bucket=bucket, Key="folder/")
    assert head["ContentLength"] == len(body)


def test_control_endpoints_require_the_token(cloud: LocalCloud) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as error:
        opener.open(f"{cloud.endpoint}/_lakekit/calls")
    assert error.value.code == 403


def test_versions_and_delete_markers_can_be_deleted(client: Client, bucket: str) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=bucket, Key="k", Body=body)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"3")
    listed = s3.list_object_versions(Bucket=bucket)
    gone = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in [*listed["Versions"], *listed["DeleteMarkers"]]]
    assert len(gone) == 4
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": gone})
    assert "Errors" not in deleted
    assert "Versions" not in s3.list_object_versions(Bucket=bucket)
    s3.delete_bucket(Bucket=bucket)
