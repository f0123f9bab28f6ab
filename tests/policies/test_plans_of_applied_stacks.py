"""Tests of plans after an apply, when AWS has given ids and hosts to the resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies.boundary import TrustBoundary

ACCOUNT = "111122223333"
HOST = "b-1.acme-prod-main.a1b2c3.c2.kafka.eu-west-1.amazonaws.com"
CONNECTOR = "aws_mskconnect_connector.sink"
CLUSTER = "data.aws_msk_cluster.main"


def cluster(account: str = ACCOUNT, **values: Any) -> dict[str, Any]:
    arn = f"arn:aws:kafka:eu-west-1:{account}:cluster/acme-prod-main/x-1"
    return {"arn": arn, "cluster_name": "acme-prod-main", "bootstrap_brokers_sasl_iam": f"{HOST}:9098", **values}


def findings(
    tmp_path: Path, rule: str, resources: dict[str, dict[str, Any]], prior: dict[str, dict[str, Any]] | None = None
) -> list[str]:
    """Reasons of a rule's findings.

    Args:
        tmp_path: folder of the plan.
        rule: the rule.
        resources: planned values by address.
        prior: values of data sources and resources in the state before, by address.
    """
    path = write_plan(tmp_path / "plan.json", resources)
    document = json.loads(path.read_text())
    entries, configured = [], document["configuration"]["root_module"]["resources"]
    for address, values in (prior or {}).items():
        mode = "data" if address.startswith("data.") else "managed"
        kind, _, name = address.removeprefix("data.").partition(".")
        entries.append({"address": address, "mode": mode, "type": kind, "name": name, "values": values})
        if address not in resources:
            written = {"cluster_name": {"constant_value": "x"}}
            head = {"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": "aws"}
            configured.append({**head, "expressions": written, "schema_version": 0})
    document["prior_state"] = {"format_version": "1.0", "values": {"root_module": {"resources": entries}}}
    path.write_text(json.dumps(document))
    verdict = warm_gate().evaluate_plan(path, boundary=TrustBoundary({ACCOUNT: "own"}, stated=True))
    return [one.reason for one in (*verdict.findings, *verdict.warnings) if one.rule_id == rule]


def connector(host: str = HOST) -> dict[str, dict[str, Any]]:
    servers = [{"apache_kafka_cluster": [{"bootstrap_servers": f"{host}:9098", "vpc": []}]}]
    return {CONNECTOR: {"name": "sink", "kafka_cluster": servers}}


@pytest.mark.parametrize(
    "prior",
    [
        {CLUSTER: cluster()},
        {"aws_msk_cluster.main": cluster()},
        {"aws_msk_serverless_cluster.main": cluster()},
        {CLUSTER: cluster(bootstrap_brokers_sasl_iam=f"b-2.{HOST[4:]}:9098,{HOST}:9098")},
    ],
)
def test_hosts_of_clusters_of_the_account_are_inside(tmp_path: Path, prior: dict[str, Any]) -> None:
    assert findings(tmp_path, "LK_DEST_2", connector(), prior) == []


@pytest.mark.parametrize(
    "prior",
    [
        {},
        {CLUSTER: cluster("999999999999")},
        {CLUSTER: cluster(bootstrap_brokers_sasl_iam="b-1.other.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098")},
        {CLUSTER: {"bootstrap_brokers_sasl_iam": f"{HOST}:9098"}},
        # The configuration states it.
        {"data.aws_msk_cluster.main": {**cluster(bootstrap_brokers_sasl_iam=""), "cluster_name": HOST}},
        {"data.aws_s3_object.main": {"arn": f"arn:aws:s3:::acme-{ACCOUNT}", "body": HOST}},
        {"data.aws_ssm_parameter.main": {"arn": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/x", "value": HOST}},
        {"terraform_data.main": {"arn": cluster()["arn"], "output": HOST}},
    ],
)
def test_other_hosts_are_not_known_to_be_inside(tmp_path: Path, prior: dict[str, Any]) -> None:
    (reason, *_) = findings(tmp_path, "LK_DEST_2", connector(), prior)
    assert f"host {HOST} is not known to be inside" in reason


def test_hosts_that_are_not_of_aws_are_outside(tmp_path: Path) -> None:
    prior = {CLUSTER: cluster(bootstrap_brokers_sasl_iam="kafka.evil.example:9098")}
    assert findings(tmp_path, "LK_DEST_2", connector("kafka.evil.example"), prior)


@pytest.mark.parametrize(("vpc", "missing"), [("vpc-1", False), ("vpc-2", True)])
def test_flow_logs_are_found_by_the_id_of_their_vpc(tmp_path: Path, vpc: str, missing: bool) -> None:
    resources: dict[str, dict[str, Any]] = {
        "aws_vpc.main": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"},
        "aws_flow_log.main": {"id": "fl-1", "vpc_id": vpc, "traffic_type": "ALL"},
    }
    assert findings(tmp_path, "LK_VPC_2", resources) == ["the VPC has no flow log"] * missing


DEFAULT_STATEMENT = {
    "Sid": "__default_statement_ID",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:Publish", "SNS:Subscribe"],
    "Resource": f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms",
    "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
}


@pytest.mark.parametrize(
    ("more", "identifier", "found"),
    [([], "__default_policy_ID", 0), ([], "own", 1), ([{**DEFAULT_STATEMENT, "Sid": "Own"}], "__default_policy_ID", 1)],
)
def test_policy_that_aws_gives_to_a_topic_is_no_policy_of_the_configuration(
    tmp_path: Path, more: list[dict[str, Any]], identifier: str, found: int
) -> None:
    document = {"Version": "2008-10-17", "Id": identifier, "Statement": [DEFAULT_STATEMENT, *more]}
    topic = {"aws_sns_topic.alarms": {"name": "alarms", "policy": json.dumps(document)}}
    assert len(findings(tmp_path, "LK_SNS_3", topic)) == found
