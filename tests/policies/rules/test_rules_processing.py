"""Rules for Spark, EMR, Glue, Athena, schedules, parameters and code."""

from __future__ import annotations

import json
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

KEY = "${aws_kms_key.Key.arn}"
REQUEST: dict[str, Any] = {
    "ApplicationId": "00abc",
    "JobDriver": {
        "SparkSubmit": {
            "EntryPointArguments": ["--table", "orders", "--db-secret", "arn:aws:secretsmanager:eu-west-1:1:secret:s"]
        }
    },
    "Password": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-abcdef",
}
EMR_TAG = "for-use-with-amazon-emr-managed-policies"
EMR_SECURITY = {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": 2}}
GOOD = resources(
    aws_kms_key={"Key": {"description": "Processing"}},
    aws_emrserverless_application={
        "Spark": {
            "name": "spark",
            "type": "spark",
            "release_label": "emr-7.10.0",
            "maximum_capacity": {"cpu": "32 vCPU", "memory": "128 GB"},
            "auto_stop_configuration": {"enabled": True, "idle_timeout_minutes": 5},
            "network_configuration": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
        }
    },
    aws_scheduler_schedule_group={"Jobs": {"name": "jobs"}},
    aws_scheduler_schedule={
        "Job": {
            "group_name": "jobs",
            "kms_key_arn": KEY,
            "schedule_expression": "rate(1 hour)",
            "target": {
                "arn": "arn:aws:scheduler:::aws-sdk:emrserverless:startJobRun",
                "input": json.dumps(REQUEST),
                "retry_policy": {"maximum_event_age_in_seconds": 3600},
            },
        }
    },
    aws_glue_job={
        "Job": {
            "name": "job",
            "timeout": 60,
            "max_retries": 1,
            "number_of_workers": 2,
            "default_arguments": {"--table": "orders", "--db-secret": "arn:aws:secretsmanager:eu-west-1:1:secret:s"},
        }
    },
    aws_glue_workflow={"Daily": {"name": "daily", "max_concurrent_runs": 1}},
    aws_glue_trigger={"First": {"name": "first", "actions": [{"job_name": "job", "arguments": {"--day": "1"}}]}},
    aws_glue_crawler={
        "Shop": {
            "name": "shop",
            "schedule": "cron(15 * * * ? *)",
            "configuration": json.dumps({"Grouping": {"TableLevelConfiguration": 3}}),
            "schema_change_policy": {"delete_behavior": "LOG", "update_behavior": "LOG"},
            "s3_target": [{"path": "s3://landing/shop/"}],
        }
    },
    aws_glue_connection={
        "Shop": {
            "name": "shop",
            "connection_properties": {
                "JDBC_CONNECTION_URL": "jdbc:postgresql://shop.internal/shop",
                "SECRET_ID": "shop",
                "JDBC_ENFORCE_SSL": "true",
            },
        }
    },
    aws_glue_security_configuration={
        "Glue": {
            "name": "glue",
            "encryption_configuration": {
                "cloudwatch_encryption": {"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": KEY},
                "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": KEY},
                "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": KEY},
            },
        }
    },
    aws_athena_workgroup={
        "Sales": {
            "name": "sales",
            "configuration": {
                "bytes_scanned_cutoff_per_query": 10_737_418_240,
                "result_configuration": {
                    "output_location": "s3://results/sales/",
                    "expected_bucket_owner": "111111111111",
                    "encryption_configuration": {"encryption_option": "SSE_KMS", "kms_key_arn": KEY},
                },
            },
        }
    },
    aws_emr_cluster={
        "Main": {
            "name": "main",
            "service_role": "arn:aws:iam::111111111111:role/acme-prod-emr-main-service",
            "log_uri": "s3://logs/emr/",
            "termination_protection": True,
            "tags": {EMR_TAG: "true"},
            "configurations_json": json.dumps([{"Classification": "spark-defaults", "Properties": {"spark.x": "1"}}]),
            "ec2_attributes": {"instance_profile": "acme-prod-emr-main-nodes", "subnet_ids": ["subnet-1"]},
        }
    },
    aws_emr_security_configuration={"Main": {"name": "main", "configuration": json.dumps(EMR_SECURITY)}},
    aws_emr_managed_scaling_policy={
        "Main": {
            "cluster_id": "j-1",
            "compute_limits": [
                {
                    "unit_type": "InstanceFleetUnits",
                    "minimum_capacity_units": 1,
                    "maximum_capacity_units": 4,
                    "maximum_core_capacity_units": 2,
                    "maximum_ondemand_capacity_units": 4,
                }
            ],
        }
    },
    aws_emr_instance_fleet={
        "Spot": {
            "cluster_id": "j-1",
            "target_spot_capacity": 1,
            "instance_type_configs": [{"instance_type": "m7g.xlarge"}, {"instance_type": "m6g.xlarge"}],
            "launch_specifications": {
                "spot_specification": [{"timeout_action": "SWITCH_TO_ON_DEMAND", "timeout_duration_minutes": 10}]
            },
        }
    },
    aws_emr_studio={
        "Studio": {
            "name": "studio",
            "encryption_key_arn": KEY,
            "engine_security_group_id": "sg-1",
            "workspace_security_group_id": "sg-2",
            "tags": {EMR_TAG: "true"},
        }
    },
    aws_iam_instance_profile={"Nodes": {"name": "nodes", "role": "acme-prod-emr-main-nodes"}},
    aws_ssm_parameter={
        "Id": {"name": "/acme-prod/spark/main/application-id", "type": "String", "insecure_value": "00"}
    },
    aws_s3_object={"Code": {"bucket": "artifacts", "key": "sales/orders/0123456789abcdef/orders.py"}},
)
_LIMITS = "aws_emr_managed_scaling_policy/Main/compute_limits/0"
_SPARK = "aws_emrserverless_application/Spark"
_JOB = "aws_glue_job/Job"
_CRAWLER = "aws_glue_crawler/Shop"
_PROPERTIES = "aws_glue_connection/Shop/connection_properties"
_KEYS = "aws_glue_security_configuration/Glue/encryption_configuration"
_ATHENA = "aws_athena_workgroup/Sales/configuration"
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


def set_schedule_input(**more: Any) -> Change:
    return put("aws_scheduler_schedule/Job/target/input", json.dumps({**REQUEST, **more}))


def passing(*arguments: str) -> Change:
    return set_schedule_input(JobDriver={"SparkSubmit": {"EntryPointArguments": list(arguments)}})


def _metadata(version: int) -> Change:
    text = json.dumps({"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version}})
    return put("aws_emr_security_configuration/Main/configuration", text)


def _set_idle_timeout(document: Document) -> None:
    document["resource"]["aws_emr_cluster"]["Main"].update(
        termination_protection=False, auto_termination_policy={"idle_timeout": 3600}
    )


CASES = [
    Case(
        "LK_SPARK_1",
        GOOD,
        {
            "no maximum": (drop(f"{_SPARK}/maximum_capacity"), "maximum_capacity has no cpu"),
            "no maximum memory": (drop(f"{_SPARK}/maximum_capacity/memory"), "maximum_capacity has no memory"),
            "auto-stop disabled": (
                put(f"{_SPARK}/auto_stop_configuration/enabled", False),
                "auto_stop_configuration is disabled",
            ),
            "idle timeout of a day": (
                put(f"{_SPARK}/auto_stop_configuration/idle_timeout_minutes", 1440),
                "idle_timeout_minutes is 1440",
            ),
        },
        {"AWS default of 15 minutes": drop(f"{_SPARK}/auto_stop_configuration")},
    ),
    Case(
        "LK_SPARK_2",
        GOOD,
        {
            "unsupported release": (put(f"{_SPARK}/release_label", "emr-6.15.0"), "emr-6.15.0"),
            "no release": (put(f"{_SPARK}/release_label", "latest"), "latest"),
            "no network": (drop(f"{_SPARK}/network_configuration"), "no subnets"),
            "Livy endpoint": (
                put(f"{_SPARK}/interactive_configuration", [{"livy_endpoint_enabled": True}]),
                "livy_endpoint_enabled is true in tier prod and bypasses EMR Studio",
            ),
        },
        {"no network in a sandbox": both(drop(f"{_SPARK}/network_configuration"), tier("sandbox"))},
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
        "LK_SCHED_1",
        GOOD,
        {
            "no key": (drop("aws_scheduler_schedule/Job/kms_key_arn"), "no KMS key"),
            "default group": (drop("aws_scheduler_schedule/Job/group_name"), "group_name is not set or default"),
            "event age of a day": (drop("aws_scheduler_schedule/Job/target/retry_policy"), "86400"),
            "schedule group without a name": (drop("aws_scheduler_schedule_group/Jobs/name"), "name is not set"),
        },
    ),
    Case(
        "LK_SCHED_2",
        GOOD,
        {
            "password argument": (passing("--password", "hunter2"), "--password holds"),
            "password in one argument": (passing("--db.password=hunter2"), "--db.password holds"),
            "access key": (passing("--key", "AKIAABCDEFGHIJKLMNOP"), "holds an AWS access key"),
            "password in a URL": (passing("jdbc:postgresql://u:p@host/db"), "argument 1"),
            "password field": (set_schedule_input(Password="hunter2"), "Password holds"),
            "options in one string": (passing("--options", "--db-password x"), "argument 2: --db-password holds"),
            "JSON in an argument": (passing("--config", '{"password": "x"}'), "argument 2: password holds"),
            "URL parameter": (passing("jdbc:sqlserver://h;password=x"), "argument 1: password holds"),
            "authorization header": (passing("--auth", "Bearer abcdefgh"), "--auth holds"),
            "invalid JSON": (put("aws_scheduler_schedule/Job/target/input", "{password: x"), "the input is not JSON"),
        },
        {
            "flag without a value": passing("--refresh-token", "--quiet"),
            "secret ARN": passing("--secret-arn", "arn:aws:secretsmanager:eu-west-1:1:secret:s", "--bypass", "1"),
        },
    ),
    Case(
        "LK_GLUE_8",
        GOOD,
        {
            "job argument": (put(f"{_JOB}/default_arguments/--password", "hunter2"), "--password"),
            "trigger argument": (
                put("aws_glue_trigger/First/actions", [{"job_name": "job", "arguments": {"--api-key": "abc"}}]),
                "--api-key",
            ),
            "workflow property": (put("aws_glue_workflow/Daily/default_run_properties", {"token": "abc"}), "token"),
            "secret with a prefix": (put(f"{_JOB}/default_arguments/--dbpassword", "x"), "--dbpassword holds"),
            "secret in JSON": (put(f"{_JOB}/default_arguments/--config", '{"pwd": "x"}'), "--config: pwd holds"),
            "secret in Spark settings": (
                put(f"{_JOB}/default_arguments/--conf", "spark.p.password=x"),
                "spark.p.password",
            ),
        },
        {"column name": put(f"{_JOB}/default_arguments/--token-column", "token")},
    ),
    Case(
        "LK_GLUE_9",
        GOOD,
        {
            "no timeout": (drop(f"{_JOB}/timeout"), "not set"),
            "timeout of a week": (put(f"{_JOB}/timeout", 10_080), "10080"),
            "too many retries": (put(f"{_JOB}/max_retries", 99), "max_retries is 99"),
            "no number of workers": (drop(f"{_JOB}/number_of_workers"), "number_of_workers is not set"),
            "too many workers": (put(f"{_JOB}/number_of_workers", 300), "300 workers in 1 concurrent runs"),
            "too many workers in concurrent runs": (
                both(
                    put(f"{_JOB}/number_of_workers", 30),
                    put(f"{_JOB}/execution_property", {"max_concurrent_runs": 4}),
                    tier("staging"),
                ),
                "120 workers in 4 concurrent runs",
            ),
            "concurrent workflow runs": (drop("aws_glue_workflow/Daily/max_concurrent_runs"), "overlap"),
        },
    ),
    Case(
        "LK_GLUE_10",
        GOOD,
        {
            "every five minutes": (put(f"{_CRAWLER}/schedule", "cron(0/5 * * * ? *)"), "0/5"),
            "twice an hour": (put(f"{_CRAWLER}/schedule", "cron(0,30 * * * ? *)"), "0,30"),
            "delete behavior": (
                put(f"{_CRAWLER}/schema_change_policy/delete_behavior", "DELETE_FROM_DATABASE"),
                "DELETE_FROM_DATABASE",
            ),
            "no table level": (drop(f"{_CRAWLER}/configuration"), "TableLevelConfiguration is not set"),
        },
        {"no schedule": drop(f"{_CRAWLER}/schedule")},
    ),
    Case(
        "LK_GLUE_11",
        GOOD,
        {
            "password": (put(f"{_PROPERTIES}/PASSWORD", "x"), "PASSWORD"),
            "user name": (put(f"{_PROPERTIES}/USERNAME", "x"), "USERNAME"),
            "password in the URL": (
                put(f"{_PROPERTIES}/JDBC_CONNECTION_URL", "jdbc:x://h/d?password=x"),
                "JDBC_CONNECTION_URL contains a password",
            ),
            "no secret": (drop(f"{_PROPERTIES}/SECRET_ID"), "SECRET_ID is not set"),
            "no TLS": (drop(f"{_PROPERTIES}/JDBC_ENFORCE_SSL"), "JDBC_ENFORCE_SSL"),
        },
        {"network connection": put(_PROPERTIES, {})},
    ),
    Case(
        "LK_GLUE_12",
        GOOD,
        {
            "logs without a key": (drop(f"{_KEYS}/cloudwatch_encryption/kms_key_arn"), "cloudwatch_encryption"),
            "AWS managed key": (
                put(f"{_KEYS}/s3_encryption/kms_key_arn", "arn:aws:kms:eu-west-1:1:alias/aws/s3"),
                "s3_encryption uses the AWS managed key arn:aws:kms:eu-west-1:1:alias/aws/s3",
            ),
        },
    ),
    Case(
        "LK_ATHENA_1",
        GOOD,
        {
            "no limit": (
                drop(f"{_ATHENA}/bytes_scanned_cutoff_per_query"),
                "bytes_scanned_cutoff_per_query is not set",
            ),
            "no expected bucket owner": (
                drop(f"{_ATHENA}/result_configuration/expected_bucket_owner"),
                "expected_bucket_owner",
            ),
            "no output location": (
                drop(f"{_ATHENA}/result_configuration/output_location"),
                "output_location and expected_bucket_owner are not both set",
            ),
            "AWS managed key": (
                drop(f"{_ATHENA}/result_configuration/encryption_configuration/kms_key_arn"),
                "result encryption",
            ),
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
            "no egress rules": (
                drop(f"{_OUT}/NodesNodes"),
                "from aws_security_group.Nodes to aws_security_group.Nodes",
            ),
            "egress of the primary node only": (
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
    Case(
        "LK_SSM_1",
        GOOD,
        {
            "secret by name": (
                put("aws_ssm_parameter/Id/name", "/shop/db/password"),
                "/shop/db/password is of type String and contains a likely secret",
            ),
            "secret by format": (
                put("aws_ssm_parameter/Id/insecure_value", "AKIAABCDEFGHIJKLMNOP"),
                "/acme-prod/spark/main/application-id is of type String and contains a likely secret",
            ),
            "AWS managed key": (put("aws_ssm_parameter/Id/type", "SecureString"), "no KMS key"),
        },
        {
            "SecureString": both(
                put("aws_ssm_parameter/Id/type", "SecureString"), put("aws_ssm_parameter/Id/key_id", KEY)
            )
        },
    ),
    Case(
        "LK_S3_15",
        GOOD,
        {
            "code without a hash": (
                put("aws_s3_object/Code/key", "jobs/orders.py"),
                "jobs/orders.py does not contain a content hash",
            )
        },
        {"table metadata": put("aws_s3_object/Code/key", "curated/orders/metadata/00000.json")},
    ),
]
