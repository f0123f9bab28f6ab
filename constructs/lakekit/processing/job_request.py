"""StartJobRun requests of EMR Serverless, for EventBridge Scheduler, Airflow or manual runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.processing.spark_application import WORKER_VCPU, SparkApplication, log_group_name
from lakekit.processing.spark_iceberg import EMR_ICEBERG_JAR, spark_configuration
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME

# 4 vCPU and 16 GB with Spark's 10 % of overhead: 14 GB of heap (EMR Serverless worker sizes).
_WORKER: Final = {"cores": str(WORKER_VCPU), "memory": "14g"}
_FIRST_EXECUTORS: Final = 3


def log_prefix(short_name: str) -> str:
    """Return the prefix in the log bucket for the jobs of an application."""
    return f"spark/{short_name}/"


def job_request(
    construct: Construct,
    *,
    application: SparkApplication,
    name: str,
    role_arn: str,
    entry_point: str,
    arguments: Sequence[str],
    archive: str | None,
    max_executors: int,
    timeout_minutes: int,
    retries: int,
    configuration: Mapping[str, str],
) -> dict[str, Any]:
    """Return the request, with the capitalized keys that AWS SDK integrations require."""
    names = environment_of(construct).names
    logs = names.bucket(LOG_BUCKET_NAME)
    properties = {
        "spark.jars": EMR_ICEBERG_JAR,
        **spark_configuration(construct),
        **{f"spark.{kind}.{key}": value for kind in ("driver", "executor") for key, value in _WORKER.items()},
        "spark.dynamicAllocation.maxExecutors": str(max_executors),
        # The default is three, regardless of the maximum (EMR Serverless user guide, "Spark job properties").
        "spark.dynamicAllocation.initialExecutors": str(min(max_executors, _FIRST_EXECUTORS)),
        **_archive(archive),
        **configuration,
    }
    return {
        "ApplicationId": application.application_id,
        "Name": name,
        "ExecutionRoleArn": role_arn,
        "ExecutionTimeoutMinutes": timeout_minutes,
        "RetryPolicy": {"MaxAttempts": retries + 1},
        "JobDriver": {"SparkSubmit": {"EntryPoint": entry_point, "EntryPointArguments": list(arguments)}},
        "ConfigurationOverrides": {
            "ApplicationConfiguration": [{"Classification": "spark-defaults", "Properties": properties}],
            "MonitoringConfiguration": {
                "CloudWatchLoggingConfiguration": {
                    "Enabled": True,
                    "LogGroupName": log_group_name(names, application.short_name),
                    "LogStreamNamePrefix": name,
                },
                "S3MonitoringConfiguration": {
                    "LogUri": f"s3://{logs}/{log_prefix(application.short_name)}",
                    "EncryptionKeyArn": application.key_arn,
                },
            },
        },
    }


def _archive(location: str | None) -> dict[str, str]:
    """Return the properties of the dependencies: Python files in a zip, or an environment (venv-pack) in a tar.gz."""
    if location is None:
        return {}
    if location.endswith(".zip"):
        return {"spark.submit.pyFiles": location}
    python = "./environment/bin/python"
    return {
        "spark.archives": f"{location}#environment",
        "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON": python,
        "spark.emr-serverless.driverEnv.PYSPARK_PYTHON": python,
        "spark.executorEnv.PYSPARK_PYTHON": python,
    }
