"""Rules for Glue jobs, crawlers, connections and security configurations."""

from __future__ import annotations

from processing_fixtures import GOOD
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, tier

__all__ = ["test_passes", "test_rejects"]

_JOB = "aws_glue_job/Job"
_MODULES = f"{_JOB}/default_arguments/--additional-python-modules"
_CRAWLER = "aws_glue_crawler/Shop"
_PROPERTIES = "aws_glue_connection/Shop/connection_properties"
_KEYS = "aws_glue_security_configuration/Glue/encryption_configuration"

CASES = [
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
        "LK_GLUE_15",
        GOOD,
        {
            "no version": (put(_MODULES, "pyarrow"), "names pyarrow without"),
            "one of several": (put(_MODULES, "pyarrow==17.0.0,boto3>=1.34,<2"), "names boto3>=1.34,<2 without"),
            "wildcard": (put(_MODULES, "awswrangler[redshift,mysql]==3.*"), "names awswrangler[redshift,mysql]==3.*"),
            "compatible release": (put(_MODULES, "s3://acme/x.whl,pyarrow ~= 17.0"), "names pyarrow ~= 17.0"),
        },
        {
            "exact versions": put(_MODULES, "pyarrow==17.0.0, awswrangler[redshift,mysql]==3.9.1"),
            "wheel": put(_MODULES, "s3://acme/x-1.0-py3-none-any.whl"),
            "marker": put(_MODULES, "pyarrow==17.0.0; python_version >= '3.10'"),
            "expression": put(_MODULES, "${var.modules}"),
        },
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
            "a blank that Java does not trim": (put(f"{_PROPERTIES}/JDBC_ENFORCE_SSL", "true "), "JDBC_ENFORCE_SSL"),
            "no TLS to Kafka": (put(f"{_PROPERTIES}/KAFKA_SSL_ENABLED", "true "), "KAFKA_SSL_ENABLED is not true"),
            "any certificate": (
                put(f"{_PROPERTIES}/KAFKA_SKIP_CUSTOM_CERT_VALIDATION", "True"),
                "certificates are not verified",
            ),
        },
        {
            "network connection": put(_PROPERTIES, {}),
            "another case": put(f"{_PROPERTIES}/JDBC_ENFORCE_SSL", "TRUE"),
        },
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
]
