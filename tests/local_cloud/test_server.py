"""Tests of the server: accounts, handlers, unimplemented operations, S3 behaviour."""

from __future__ import annotations

import contextlib
import http.client
import socket
import stat
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakekit_local import LocalCloud
from lakekit_local.requests.registry import RawResponse
from nonempty import nonempty

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
    client("dynamodb").list_tables()
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


def raw_request(cloud: LocalCloud, *lines: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Send a request as given, without the headers that a client library adds."""
    address = cloud.endpoint.removeprefix("http://")
    head = "\r\n".join(line.replace("{address}", address) for line in lines)
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=20) as connection:
        connection.sendall(head.encode() + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 Credential=111111111111/20240101/eu-west-1/{service}/aws4_request, "
    "SignedHeaders=host, Signature=x"
)
LIST_QUEUES = (
    SIGNED.replace("{service}", "sqs"),
    "X-Amz-Target: AmazonSQS.ListQueues",
    "Content-Type: application/x-amz-json-1.0",
)


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: {address}", "Origin: https://page.example"),
        ("Host: {address}", "Origin: null"),
        ("Host: {address}", "Origin: http://{address}"),
        ("Host: {address}", "Referer: https://page.example/"),
        ("Host: {address}", "Sec-Fetch-Site: cross-site"),
        ("Host: {address}", "Sec-Fetch-Mode: no-cors"),
        ("Host: page.example",),
        ("Host: page.example:4577",),
        ("Host: 127.0.0.1.page.example",),
        ("Host: evil-localhost",),
        ("Host: evil-amazonaws.com",),
        ("Host: {address}", "Host: page.example"),
        ("Host: {address}@page.example",),
        ("Host: ",),
        (),
    ],
)
@pytest.mark.parametrize(
    "request_line", ["POST / HTTP/1.1", "POST /moto-api/reset HTTP/1.1", "GET /_lakekit/save HTTP/1.1"]
)
def test_requests_of_web_pages_are_rejected(cloud: LocalCloud, request_line: str, headers: tuple[str, ...]) -> None:
    token = f"X-Lakekit-Token: {(cloud.home / 'token').read_text()}"
    status, answered, body = raw_request(cloud, request_line, *headers, *LIST_QUEUES, token, body=b"{}")
    assert (status, answered["connection"]) == (403, "close"), body
    assert not any(name.startswith("access-control-") for name in nonempty(answered))


@pytest.mark.parametrize(
    "request_line",
    ["GET /moto-api/data.json HTTP/1.1", "GET /moto-api/ HTTP/1.1", "POST /moto-api/reset HTTP/1.1"],
)
def test_api_of_moto_is_not_served(cloud: LocalCloud, request_line: str) -> None:
    status, _, body = raw_request(cloud, request_line, "Host: {address}")
    assert status == 501, body
    assert b"does not serve" in body


def test_preflight_of_a_web_page_is_rejected(cloud: LocalCloud) -> None:
    asked = ("Host: {address}", "Origin: https://page.example", "Access-Control-Request-Method: POST")
    status, answered, _ = raw_request(cloud, "OPTIONS / HTTP/1.1", *asked)
    assert status == 403
    assert not any(name.startswith("access-control-") for name in nonempty(answered))


@pytest.mark.parametrize(
    ("request_line", "host"),
    [
        ("POST / HTTP/1.1", "{address}"),
        ("POST / HTTP/1.1", "localhost:4577"),
        ("POST / HTTP/1.1", "query-{address}"),
        ("POST / HTTP/1.1", "sqs.eu-west-1.localhost"),
        ("POST / HTTP/1.1", "sqs.eu-west-1.amazonaws.com"),
        ("POST http://sqs.eu-west-1.amazonaws.com/ HTTP/1.1", "sqs.eu-west-1.amazonaws.com"),
        ("POST http://sqs.cn-north-1.amazonaws.com.cn/ HTTP/1.1", "sqs.cn-north-1.amazonaws.com.cn"),
        ("POST http://api.{address}/ HTTP/1.1", "api.{address}"),
    ],
)
def test_aws_clients_are_answered_without_cors(cloud: LocalCloud, request_line: str, host: str) -> None:
    address = cloud.endpoint.removeprefix("http://")
    line = request_line.replace("{address}", address)
    status, answered, body = raw_request(cloud, line, f"Host: {host}", *LIST_QUEUES, body=b"{}")
    assert status == 200, body
    assert not any(name.startswith("access-control-") for name in nonempty(answered))


def test_absolute_target_of_another_site_is_rejected(cloud: LocalCloud) -> None:
    status, _, _ = raw_request(cloud, "GET http://page.example/ HTTP/1.1", "Host: {address}", *LIST_QUEUES)
    assert status == 403


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST / HT",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nsome",
        b"PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_hung_clients_block_neither_snapshot_nor_other_clients(cloud: LocalCloud, client: Client, sent: bytes) -> None:
    port = int(cloud.endpoint.rsplit(":", 1)[1])
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            hung = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            hung.sendall(sent)
        started = time.monotonic()
        client("sqs").list_queues()
        cloud.save()
        assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    "part",
    [
        b"P",
        b"PUT /b/k HTTP/1.1",
        b"PUT /b/k HTTP/1.1\r\nHost: 127.0",
        b"PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf",
    ],
    ids=["first byte", "request line", "headers", "body"],
)
def test_client_that_stalls_in_a_request_is_disconnected(part: bytes) -> None:
    from lakekit_local.server.http_server import RequestHandler, ThreadedHttpServer

    def answer(_environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b"complete"]

    server = ThreadedHttpServer(("127.0.0.1", 0), RequestHandler, answer, stall_seconds=0.3)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as client:
            # Between requests the longer limit holds.
            client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert client.recv(1000).endswith(b"complete")
            client.sendall(part)
            assert client.recv(100) == b""
    finally:
        server.shutdown()
        server.server_close()


def test_idle_client_is_disconnected_after_the_longer_limit() -> None:
    from lakekit_local.server.http_server import RequestHandler, ThreadedHttpServer

    server = ThreadedHttpServer(("127.0.0.1", 0), RequestHandler, lambda *_: [], idle_seconds=0.3)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as client:
            assert client.recv(100) == b""
    finally:
        server.shutdown()
        server.server_close()


def test_snapshot_reports_a_request_that_does_not_end() -> None:
    from lakekit_local.requests.store import Store
    from lakekit_local.server.call_log import CallLog
    from lakekit_local.server.dispatch import LocalCloudApplication

    application, release, entered = LocalCloudApplication(Store(), CallLog()), threading.Event(), threading.Event()

    def stuck(_environ: Any) -> Any:
        entered.set()
        release.wait(30)
        return RawResponse(200, [], b"")

    application._answer = stuck  # type: ignore[method-assign]
    thread = threading.Thread(target=application, args=({"PATH_INFO": "/stuck"}, lambda *_: None))
    thread.start()
    entered.wait(10)
    with pytest.raises(TimeoutError, match="a request to /stuck"), application.gate.paused(0.2):
        pass
    with application.gate.paused(0.1, required=False):
        # The last snapshot is written all the same.
        pass
    release.set()
    thread.join(10)
    with application.gate.paused(1):
        pass


def test_files_of_the_local_cloud_are_private(cloud: LocalCloud, client: Client) -> None:
    client("secretsmanager").create_secret(Name="private", SecretString="value")
    cloud.save()
    for folder in (cloud.home, cloud.home.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("snapshot.json", "token", "server.log"):
        assert stat.S_IMODE((cloud.home / name).stat().st_mode) == 0o600


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
