"""Rules for EMR Serverless, schedules, Athena, parameters and code."""

from __future__ import annotations

import json
from typing import Any

from processing_fixtures import GOOD, KEY, REQUEST
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, both, drop, put, tier

__all__ = ["test_passes", "test_rejects"]

_SPARK = "aws_emrserverless_application/Spark"
_ATHENA = "aws_athena_workgroup/Sales/configuration"


def set_schedule_input(**more: Any) -> Change:
    return put("aws_scheduler_schedule/Job/target/input", json.dumps({**REQUEST, **more}))


def passing(*arguments: str) -> Change:
    return set_schedule_input(JobDriver={"SparkSubmit": {"EntryPointArguments": list(arguments)}})


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
            "no KMS key": (
                drop(f"{_ATHENA}/result_configuration/encryption_configuration/kms_key_arn"),
                "result encryption",
            ),
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
            **{
                f"literal {key} of a secure parameter": (
                    both(put("aws_ssm_parameter/Id/type", "SecureString"), put(f"aws_ssm_parameter/Id/{key}", "abc")),
                    f"{key} is a literal",
                )
                for key in ("value", "value_wo")
            },
            **{
                f"secret in {form}": (put("aws_ssm_parameter/Id/insecure_value", value), "contains a likely secret")
                for form, value in {
                    "XML": "<config><password>hunter2hunter2</password></config>",
                    "Hadoop XML": "<property><name>fs.s3a.secret.key</name><value>hunter2</value></property>",
                    "YAML": "db:\n  user: etl\n  password: hunter2\n",
                    "a line of YAML": "password: hunter2",
                    "INI": "[client]\nuser = etl\npassword = hunter2\n",
                    "a command": "mysql -uroot -phunter2 shop",
                }.items()
            },
        },
        {
            **{
                f"reference in {form}": put("aws_ssm_parameter/Id/insecure_value", value)
                for form, value in {
                    "XML": "<config><password>$${DB_PASSWORD}</password><min-length>8</min-length></config>",
                    "YAML": "db:\n  password: '{{ password }}'\n  secret_arn: arn:aws:secretsmanager:r:1:secret:x",
                    "INI": "[client]\npassword = $PASSWORD\npassword_file = /run/secrets/db\n",
                }.items()
            },
            "SecureString": both(
                put("aws_ssm_parameter/Id/type", "SecureString"),
                put("aws_ssm_parameter/Id/key_id", KEY),
                put("aws_ssm_parameter/Id/insecure_value", "${var.secret}"),
            ),
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
