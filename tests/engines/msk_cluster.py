"""An MSK cluster of the local cloud with a broker, and clients with roles."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.net.sasl.oauth import AbstractTokenProvider

from lakekit_local import LocalCloud

ACCOUNT, REGION = "111111111111", "eu-west-1"
ROOT = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "lakekit-local"}
TRUST = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
CONNECT = "kafka-cluster:Connect"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: list[str], resource: str) -> dict[str, Any]:
    """A statement that allows actions of `kafka-cluster`, without their prefix."""
    return {"Effect": "Allow", "Action": [f"kafka-cluster:{one}" for one in actions], "Resource": resource}


class SignedToken(AbstractTokenProvider):  # type: ignore[misc]  # the package has no types
    """Bearer tokens as aws-msk-iam-sasl-signer-python makes them."""

    def __init__(self, keys: dict[str, str]) -> None:
        self._keys = keys

    def token(self) -> str:
        import base64

        url = f"https://kafka.{REGION}.amazonaws.com/?Action=kafka-cluster%3AConnect"
        request = AWSRequest(method="GET", url=url)
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        credentials = Credentials(*(self._keys.get(name) for name in names))
        SigV4QueryAuth(credentials, "kafka-cluster", REGION, expires=900).add_auth(request)
        signed = f"{request.url}&User-Agent=test"
        return base64.urlsafe_b64encode(signed.encode()).decode().rstrip("=")


@dataclass
class Cluster:
    """A cluster with a broker."""

    cloud: LocalCloud
    arn: str
    name: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service, endpoint_url=self.cloud.endpoint, region_name=REGION,
            aws_access_key_id=ACCOUNT, aws_secret_access_key=ROOT["AWS_SECRET_ACCESS_KEY"],
        )  # fmt: skip

    @property
    def folder(self) -> Path:
        return self.cloud.home / "kafka" / self.arn.rpartition("/")[2]

    @property
    def servers(self) -> str:
        return str(self.client("kafka").get_bootstrap_brokers(ClusterArn=self.arn)["BootstrapBrokerStringSaslIam"])

    def resource(self, kind: str, name: str) -> str:
        return f"{self.arn.replace(':cluster/', f':{kind}/')}/{name}"

    def wait(self) -> str:
        """Wait until the cluster is neither created nor updated; return its state."""
        kafka, end, state = self.client("kafka"), time.monotonic() + 120, "CREATING"
        while state in ("CREATING", "UPDATING") and time.monotonic() < end:
            time.sleep(0.2)
            state = str(kafka.describe_cluster(ClusterArn=self.arn)["ClusterInfo"]["State"])
        return state

    def policy(self, role: str, *statements: dict[str, Any]) -> None:
        self.client("iam").put_role_policy(RoleName=role, PolicyName="main", PolicyDocument=document(*statements))

    def role(self, name: str, *statements: dict[str, Any]) -> dict[str, str]:
        """Make a role, and return credentials of a session."""
        arn = self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
        if statements:
            self.policy(name, *statements)
        made = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
            "AWS_SESSION_TOKEN": made["SessionToken"],
        }

    @contextmanager
    def connected(
        self, kind: type, keys: dict[str, str], *topics: str, bearer: bool = False, **more: Any
    ) -> Iterator[Any]:
        """A client of Kafka with credentials: AWS_MSK_IAM, or a bearer token."""
        by = (
            {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": SignedToken(keys)}
            if bearer
            else {"sasl_mechanism": "AWS_MSK_IAM"}
        )
        given = {**keys, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        with mock.patch.dict("os.environ", given):
            made = kind(
                *topics, bootstrap_servers=self.servers, security_protocol="SASL_SSL",
                ssl_cafile=str(self.folder / "ca.pem"), **by, **more,
            )  # fmt: skip
            try:
                yield made
            finally:
                made.close()

    def producer(self, keys: dict[str, str], **more: Any) -> Any:
        settings = {"enable_idempotence": False, "max_block_ms": 10_000, **more}
        return self.connected(KafkaProducer, keys, **settings)

    def admin(self, keys: dict[str, str], **more: Any) -> Any:
        return self.connected(KafkaAdminClient, keys, **more)

    def read(self, keys: dict[str, str], topic: str, group: str | None = None, **more: Any) -> list[bytes]:
        """All records of a topic."""
        settings = {"auto_offset_reset": "earliest", "consumer_timeout_ms": 4000, "group_id": group, **more}
        with self.connected(KafkaConsumer, keys, topic, **settings) as consumer:
            return [record.value for record in consumer]


def make_cluster(cloud: LocalCloud, name: str, **more: Any) -> Cluster:
    """Create a cluster whose clients authenticate by IAM."""
    made = Cluster(cloud, "", name)
    ec2 = made.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    nodes = {
        "ClientSubnets": [one["SubnetId"] for one in subnets],
        "InstanceType": "kafka.m7g.large",
        "StorageInfo": {"EbsStorageInfo": {"VolumeSize": 10}},
    }
    made.arn = made.client("kafka").create_cluster(
        ClusterName=name, KafkaVersion="3.6.0", NumberOfBrokerNodes=2, BrokerNodeGroupInfo=nodes,
        ClientAuthentication={"Sasl": {"Iam": {"Enabled": True}}}, **more,
    )["ClusterArn"]  # fmt: skip
    return made
