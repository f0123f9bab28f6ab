"""Weakening changes of the network, processing and sales-jobs stacks."""

from __future__ import annotations

import json

from rule_cases import Change, Document, drop, put, statement

_ENDPOINT = "aws_vpc_endpoint/Network_Endpoints_Glue"
_SPARK = "aws_emrserverless_application/Spark"
_SCHEDULE = "aws_scheduler_schedule/RevenueJob"
_LIMITS = "aws_emr_managed_scaling_policy/Cluster/compute_limits/0"
_ATHENA = "aws_athena_workgroup/AthenaAnalyst/configuration"
_GLUE = "aws_glue_security_configuration/Glue_Security/encryption_configuration"


def _any_bucket(found: Document) -> None:
    found["Condition"]["StringEquals"].pop("aws:ResourceAccount")


def _one_zone(document: Document) -> None:
    for subnet in document["resource"]["aws_subnet"].values():
        subnet["availability_zone"] = "eu-west-1a"


def _open_port(document: Document) -> None:
    """Allow egress on ports other than 443."""
    document["resource"]["aws_vpc_security_group_egress_rule"]["Hole"] = {
        "security_group_id": "sg-1",
        "description": "hole",
        "ip_protocol": "tcp",
        "from_port": 0,
        "to_port": 65535,
        "cidr_ipv4": "0.0.0.0/0",
    }


def _one_result_location(document: Document) -> None:
    """Write the results of two workgroups to one location."""
    found = document["resource"]["aws_athena_workgroup"]
    parts = [found[name]["configuration"] for name in sorted(found) if name.startswith("AthenaAnalyst")]
    others = [found[name]["configuration"] for name in sorted(found) if name.startswith("AthenaEngineer")]
    others[0]["result_configuration"]["output_location"] = parts[0]["result_configuration"]["output_location"]


def _public(document: Document) -> None:
    document["resource"]["aws_route_table"]["Public"] = {"vpc_id": "vpc-1"}
    document["resource"]["aws_route"] = {
        "Out": {
            "route_table_id": "${aws_route_table.Public.id}",
            "destination_cidr_block": "0.0.0.0/0",
            "gateway_id": "igw-1",
        }
    }
    (first, *_) = document["resource"]["aws_route_table_association"].values()
    first["route_table_id"] = "${aws_route_table.Public.id}"


def _password(document: Document) -> None:
    (schedule,) = document["resource"]["aws_scheduler_schedule"].values()
    request = json.loads(schedule["target"]["input"])
    request["JobDriver"]["SparkSubmit"]["EntryPointArguments"] += ["--password", "hunter2"]
    schedule["target"]["input"] = json.dumps(request)


def _old_metadata(document: Document) -> None:
    (security,) = document["resource"]["aws_emr_security_configuration"].values()
    configuration = json.loads(security["configuration"])
    del configuration["InstanceMetadataServiceConfiguration"]
    security["configuration"] = json.dumps(configuration)


def _code_by_name(document: Document) -> None:
    for item in document["resource"]["aws_s3_object"].values():
        if item["key"].endswith(".py"):
            item["key"] = "jobs/daily_revenue.py"


def _without_manager_egress(document: Document) -> None:
    for end in ("egress", "ingress"):
        del document["resource"][f"aws_vpc_security_group_{end}_rule"][_rule_name(document, end, "Manager", "Nodes")]


def _rule_name(document: Document, end: str, source: str, destination: str) -> str:
    """Name of a security group rule of the EMR cluster."""
    (name,) = (
        name
        for name in document["resource"][f"aws_vpc_security_group_{end}_rule"]
        if f"Groups_{source}To{destination}_" in name
    )
    return name


def _without_notifications(document: Document) -> None:
    del document["resource"]["aws_vpc_security_group_ingress_rule"][
        _rule_name(document, "ingress", "Manager", "Service")
    ]


def _added(kind: str, **body: object) -> Change:
    """A resource that the stack does not have."""

    def change(document: Document) -> None:
        document["resource"].setdefault(kind, {})["New"] = body

    return change


SYNTH: dict[str, tuple[str, Change]] = {
    "LK_VPC_1": ("network", statement(f"{_ENDPOINT}/policy", "OursOnOurs", _any_bucket)),
    "LK_VPC_2": ("network", put("aws_flow_log/Network/traffic_type", "ACCEPT")),
    "LK_VPC_4": ("network", _one_zone),
    "LK_VPC_6": ("processing", _open_port),
    "LK_VPC_10": ("processing", _without_notifications),
    "LK_VPC_9": ("network", put(f"{_ENDPOINT}/private_dns_enabled", False)),
    "LK_SPARK_1": ("processing", drop(f"{_SPARK}/maximum_capacity")),
    "LK_SPARK_2": ("processing", put(f"{_SPARK}/release_label", "emr-6.15.0")),
    "LK_SCHED_1": ("sales-jobs", drop(f"{_SCHEDULE}/kms_key_arn")),
    "LK_SCHED_2": ("sales-jobs", _password),
    "LK_ATHENA_24": ("processing", _one_result_location),
    "LK_ATHENA_1": ("processing", drop(f"{_ATHENA}/bytes_scanned_cutoff_per_query")),
    "LK_EMR_1": ("processing", put("aws_emr_cluster/Cluster/termination_protection", False)),
    "LK_EMR_2": ("processing", _old_metadata),
    "LK_EMR_3": ("processing", drop(f"{_LIMITS}/maximum_core_capacity_units")),
    "LK_EMR_4": ("processing", drop("aws_emr_studio/Studio/encryption_key_arn")),
    "LK_EMR_5": (
        "processing",
        statement("aws_iam_role_policy/Studio_Role/policy", "MakeInterfaces", lambda found: found.pop("Condition")),
    ),
    "LK_EMR_6": ("processing", _without_manager_egress),
    "LK_EMR_7": (
        "processing",
        put(
            "aws_emr_cluster/Cluster/bootstrap_action",
            [{"path": "s3://acme-prod-artifacts-333333333333-eu-west-1/x", "args": ["--db-password", "hunter2"]}],
        ),
    ),
    "LK_EC2_1": ("processing", drop("aws_iam_instance_profile/Cluster/role")),
    "LK_SSM_1": ("processing", put("aws_ssm_parameter/Spark/insecure_value", "AKIAABCDEFGHIJKLMNOP")),
    "LK_S3_15": ("sales-jobs", _code_by_name),
}

# Added resources that also trigger other rules.
SYNTH_WITH_SIDE_FINDINGS: dict[str, tuple[str, Change]] = {
    "LK_VPC_3": ("network", _public),
    # CKV_AWS_260 and similar rules check some of the ports.
    "LK_VPC_5": ("network", put("aws_vpc_security_group_ingress_rule/Network/cidr_ipv4", "0.0.0.0/0")),
    "LK_VPC_7": ("network", _added("aws_eip", domain="vpc")),
    "LK_VPC_8": ("network", _added("aws_security_group", name="spare", description="Spare")),
    "LK_GLUE_8": ("processing", _added("aws_glue_job", name="j", default_arguments={"--password": "hunter2"})),
    "LK_GLUE_9": ("processing", _added("aws_glue_job", name="j", timeout=99_999)),
    "LK_GLUE_10": ("processing", _added("aws_glue_crawler", name="c", schedule="cron(0/5 * * * ? *)")),
    "LK_GLUE_11": (
        "processing",
        _added("aws_glue_connection", name="c", connection_properties={"USERNAME": "u", "PASSWORD": "p"}),
    ),
    # LK_KMS_4 checks AWS managed keys in all attributes.
    "LK_GLUE_12": (
        "processing",
        put(f"{_GLUE}/s3_encryption/kms_key_arn", "arn:aws:kms:eu-west-1:333333333333:alias/aws/s3"),
    ),
}
