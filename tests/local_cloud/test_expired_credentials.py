"""Credentials that expire while an MSK cluster is created: the error is recognized, and a rerun completes the stack."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from local_cloud_helpers import REGION, Terraform
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from lakekit_cli.terraform_gate.terraform_run import reports_expired_credentials
from lakekit_local import LocalCloud

_EXPIRED = json.dumps(
    {"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"}
).encode()


class Proxy:
    """The local cloud behind a session that ends with the creation of a Kafka cluster.

    Attributes:
        expires: Whether the session ends with the next creation.
        expired: Whether it has ended.
    """

    def __init__(self, behind: str) -> None:
        self.behind = str(urlparse(behind).netloc)
        self.expires, self.expired = True, False
        self.server = make_server("127.0.0.1", 0, self.answer, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        return self._response(request)(environ, start_response)

    def _response(self, request: Request) -> Response:
        if self.expired:
            return Response(_EXPIRED, 403, {"x-amzn-ErrorType": "ExpiredTokenException"}, "application/json")
        connection = http.client.HTTPConnection(self.behind, timeout=60)
        connection.request(request.method, request.environ["RAW_URI"], request.get_data(), dict(request.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.expired = self.expires and (request.method, request.path) == ("POST", "/v1/clusters")
        return Response(content, answer.status, dict(answer.getheaders()))


@pytest.fixture
def proxy(cloud: LocalCloud) -> Iterator[Proxy]:
    made = Proxy(cloud.endpoint)
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_rerun_completes_a_cluster_whose_creation_outlived_the_session(
    cloud: LocalCloud, client: Callable[..., Any], proxy: Proxy, unique: str, tmp_path: Path
) -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.30.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName=unique, Description="brokers", VpcId=vpc)["GroupId"]
    nodes = {
        "instance_type": "kafka.m5.large",
        "client_subnets": [subnet["SubnetId"] for subnet in subnets],
        "security_groups": [group],
    }
    cluster = {"cluster_name": unique, "kafka_version": "3.6.0", "number_of_broker_nodes": 2}
    configuration = tmp_path / "configuration"
    configuration.mkdir()
    document = {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
        "provider": {"aws": [{"region": REGION}]},
        "resource": {
            "aws_msk_cluster": {"events": {**cluster, "broker_node_group_info": nodes}},
            "terraform_data": {"after": {"input": "${aws_msk_cluster.events.arn}"}},
        },
    }
    (configuration / "cdk.tf.json").write_text(json.dumps(document))
    terraform = Terraform.of(cloud, configuration, tmp_path / "run")
    terraform.environ["AWS_ENDPOINT_URL"] = proxy.endpoint

    failed = terraform("apply", "-auto-approve", code=1)
    assert reports_expired_credentials(failed), failed
    clusters = client("kafka").list_clusters_v2(ClusterNameFilter=unique)["ClusterInfoList"]
    assert len(clusters) == 1

    # The session is renewed. AWS has completed the cluster, which Terraform would replace: the user keeps it.
    proxy.expires = proxy.expired = False
    terraform("untaint", "aws_msk_cluster.events")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    after = client("kafka").list_clusters_v2(ClusterNameFilter=unique)["ClusterInfoList"]
    assert [one["ClusterArn"] for one in after] == [one["ClusterArn"] for one in clusters]
    terraform("destroy", "-auto-approve")
