"""Processing resources that pass every rule."""

from __future__ import annotations

import json
from typing import Any

from rule_cases import resources

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
