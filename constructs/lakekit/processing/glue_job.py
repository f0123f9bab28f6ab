"""Spark jobs on Glue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, ServiceRole, resolve_grantee, statement
from lakekit.monitoring import Alarm, FailureEvents, Metric, add_widget
from lakekit.processing.glue_connection import GlueConnection
from lakekit.processing.glue_security_configuration import (
    default_output_zone,
    glue_key_alias,
    glue_security_configuration_name,
    log_group_prefix,
    zone_key_alias,
)
from lakekit.processing.schedule import Schedule
from lakekit.processing.spark_iceberg import spark_configuration
from lakekit.storage import Artifact
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.output_keys import OutputKey, set_output_key
from lakekit.storage.zone_reference import zone_settings

_TYPES: Final = ("G.1X", "G.2X", "G.4X", "G.8X")
# Spark 3.5, Python 3.11, Iceberg 1.7 (Glue release notes).
_VERSION: Final = "5.0"


@dataclass(frozen=True, slots=True)
class GlueRuntime:
    """Run a SparkJob on Glue.

    Args:
        workers: 2 to 299 workers, 2 by default; a G.1X worker is one DPU at 0.44 USD an hour (0.29 with flex,
            us-east-1).
        worker_type: `G.1X` (4 vCPU, 16 GB; default), `G.2X`, `G.4X` or `G.8X`.
        flex: use spare capacity at two thirds of the price, which may start late or be withdrawn; off by default.
        connections: GlueConnections that the job uses; the job is granted their use.
        version: Glue version, `5.0` by default.
        output_zone: zone that the job writes files to other than Iceberg tables, such as CSV exports; `curated` by
            default, or the last zone of tables. With a key for each zone, Glue encrypts these files with its key.
    """

    workers: int = 2
    worker_type: Literal["G.1X", "G.2X", "G.4X", "G.8X"] = "G.1X"
    flex: bool = False
    connections: Sequence[GlueConnection] = ()
    version: str = _VERSION
    output_zone: str | None = None


class GlueJob(Construct):
    """Glue job of a SparkJob: limited workers, Iceberg enabled, encrypted logs and bookmarks.

    Args:
        scope: the SparkJob.
        id: PascalCase id.
        runtime: capacity.
        physical_name: name of the job in Glue.
        role: execution role.
        code: entry point.
        archive: dependencies.
        arguments: arguments of the entry point, after Glue's own.
        schedule: schedule of the trigger.
        retries: retries of a failed run.
        timeout_minutes: minutes until a run is stopped.
        configuration: further Spark properties.

    Attributes:
        name: physical name, a literal.
        arn: ARN, a literal.
        role: execution role.
        resource: the `aws_glue_job`.
        trigger: the `aws_glue_trigger`, None without a schedule.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        runtime: GlueRuntime,
        physical_name: str,
        role: ServiceRole,
        code: Artifact,
        archive: Artifact | None,
        arguments: Sequence[str],
        schedule: Schedule | None,
        retries: int,
        timeout_minutes: int,
        configuration: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        if runtime.worker_type not in _TYPES or not 2 <= runtime.workers <= 299:
            raise ConstructError(scope, f"{runtime}: 2 to 299 workers of {', '.join(_TYPES)} (Glue)")
        names = environment_of(self).names
        self.name: Final = physical_name
        name = physical_name
        self.role: Final = role
        self.arn: Final = names.arn("glue", f"job/{name}")
        output_zone = self._output_zone(runtime)
        module = aws.glue_job
        self.resource: Final = module.GlueJob(
            self,
            "Job",
            name=name,
            description=f"The Spark job {name}",
            role_arn=role.resource.arn,
            glue_version=runtime.version,
            worker_type=runtime.worker_type,
            number_of_workers=runtime.workers,
            execution_class="FLEX" if runtime.flex else "STANDARD",
            max_retries=retries,
            timeout=timeout_minutes,
            connections=[connection.name for connection in runtime.connections] or None,
            security_configuration=glue_security_configuration_name(environment_of(self), output_zone),
            execution_property=module.GlueJobExecutionProperty(max_concurrent_runs=1),
            command=module.GlueJobCommand(name="glueetl", python_version="3", script_location=code.location),
            default_arguments=self._arguments(archive, arguments, configuration),
        )
        self._grant_runtime_permissions(role)
        for connection in runtime.connections:
            connection.grant_use(role)
        self.trigger: Final = self._trigger(schedule) if schedule else None
        # No metric counts failed runs or drivers that never start; failed tasks that are retried fail no run.
        FailureEvents.of(self).add_job(name)
        # Child of the SparkJob, whose id is unique: every GlueJob has the same id.
        self.failure_alarm: Final = Alarm(
            scope,
            "Fails",
            metric=_metric(name, "numFailedTasks", "failed tasks"),
            threshold=0,
            description=f"Tasks of the Glue job {name} fail: read its error log, then the input it met",
        )
        tasks = [_metric(name, f"num{kind}Tasks", f"{kind.lower()} tasks") for kind in ("Completed", "Failed")]
        add_widget(scope, f"Glue {name}: tasks", tasks)
        add_widget(scope, f"Glue {name}: milliseconds", [_metric(name, "elapsedTime", "in a run")])

    def grant_start(self, grantee: Grantee) -> None:
        """Grant a role to start, watch and stop runs."""
        role = resolve_grantee(self, grantee)
        actions = ["glue:BatchStopJobRun", "glue:GetJob", "glue:GetJobRun", "glue:GetJobRuns", "glue:StartJobRun"]
        role.allow(statement("StartGlueJob", actions, [self.arn]))

    def _output_zone(self, runtime: GlueRuntime) -> str:
        """Return the zone of the job's files, and make their key known to grants on zones."""
        environment = environment_of(self)
        zone = runtime.output_zone or default_output_zone(environment)
        zone_settings(self, zone)
        fix = (
            "pass GlueRuntime(output_zone='{zone}'); split a job that writes files to two zones with "
            "different keys, or write Iceberg tables"
        )
        alias = zone_key_alias(environment, zone)
        set_output_key(self.role, OutputKey(f"the Glue job {self.name}", zone, alias, fix))
        return zone

    def _arguments(
        self, archive: Artifact | None, arguments: Sequence[str], configuration: Mapping[str, str]
    ) -> dict[str, str]:
        names = environment_of(self).names
        spark = {**spark_configuration(self), **configuration}
        result = {
            "--datalake-formats": "iceberg",
            # Glue accepts one --conf that contains the others (Glue, "Using the Iceberg framework").
            "--conf": " --conf ".join(f"{key}={value}" for key, value in spark.items()),
            "--enable-metrics": "true",
            "--enable-observability-metrics": "true",
            "--enable-continuous-cloudwatch-log": "true",
            "--custom-logGroup-prefix": log_group_prefix(names),
            "--job-bookmark-option": "job-bookmark-disable",
        }
        if archive:
            result["--extra-py-files"] = archive.location
        pending = list(arguments)
        while pending:
            key = pending.pop(0)
            if not key.startswith("--"):
                raise ConstructError(
                    self, f"argument {key!r} has no name", fix="pass pairs of --name and value, each name once (Glue)"
                )
            name, equals, value = key.partition("=")
            if name in result:
                raise ConstructError(self, f"argument {name} is a duplicate, or reserved by Glue")
            if not equals and pending and not pending[0].startswith("--"):
                value = pending.pop(0)
            result[name] = value
        return result

    def _grant_runtime_permissions(self, role: ServiceRole) -> None:
        names = environment_of(self).names
        groups = names.arn("logs", f"log-group:{log_group_prefix(names)}*")
        actions = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        role.allow(statement("WriteLogs", actions, [groups]))
        namespace = {"StringEquals": {"cloudwatch:namespace": ["Glue", "AWS/Glue"]}}
        role.allow(statement("Measure", ["cloudwatch:PutMetricData"], ["*"], conditions=namespace))
        actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        role.allow(key_usage_statement(self, glue_key_alias(names), actions, sid="GlueKey", via=None))

    def _trigger(self, schedule: Schedule) -> aws.glue_trigger.GlueTrigger:
        if not schedule.is_cron:
            raise ConstructError(
                self,
                f"schedule {schedule.expression}: Glue accepts cron(…) only",
                fix="write cron(0 * * * ? *) for hourly",
            )
        module = aws.glue_trigger
        return module.GlueTrigger(
            self,
            "Trigger",
            name=self.name,
            description=f"Starts {self.name}",
            type="SCHEDULED",
            schedule=schedule.expression,
            enabled=True,
            actions=[module.GlueTriggerActions(job_name=self.resource.name)],
        )


def _metric(job: str, name: str, label: str) -> Metric:
    """Return a driver metric of a job over all runs (Glue developer guide, "Monitoring with CloudWatch metrics")."""
    dimensions = {"JobName": job, "JobRunId": "ALL", "Type": "count"}
    return Metric("Glue", f"glue.driver.aggregate.{name}", dimensions, "Sum", 300, label)
