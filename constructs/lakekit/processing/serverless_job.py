"""Spark jobs on EMR Serverless."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, Role, RoleReference, ServiceRole, resolve_grantee, statement
from lakekit.naming import pascal, slug
from lakekit.processing.job_request import job_request, log_prefix
from lakekit.processing.schedule import Schedule
from lakekit.processing.schedule_group import ScheduleGroup
from lakekit.processing.spark_application import WORKER_VCPU, SparkApplication, log_group_name
from lakekit.storage import Artifact
from lakekit.storage.encryption_key import key_usage_statement
from lakekit.storage.log_bucket import NAME as LOG_BUCKET_NAME

# Drop a start that fails for an hour (the default is a day).
_START_WITHIN_SECONDS: Final = 3600
_START_TRIES: Final = 5


class ServerlessJob(Construct):
    """EMR Serverless job of a SparkJob.

    EventBridge Scheduler calls StartJobRun directly, without a Lambda function. The scheduler's execution id is the
    client token, so that a retried start runs once.

    Args:
        scope: the SparkJob.
        id: PascalCase id.
        application: application to run on.
        physical_name: name of the runs.
        role: execution role.
        code: entry point.
        archive: dependencies.
        arguments: arguments of the entry point.
        schedule: schedule of the starts.
        retries: retries of a failed run.
        timeout_minutes: minutes until a run is stopped.
        max_executors: maximum number of executors of 4 vCPU.
        configuration: further Spark properties.

    Attributes:
        role: execution role.
        request: the StartJobRun request, for an orchestrator.
        schedule_resource: the `aws_scheduler_schedule`, None without a schedule.
        scheduler_role: ServiceRole of the scheduler, None without a schedule.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        application: SparkApplication,
        physical_name: str,
        role: ServiceRole,
        code: Artifact,
        archive: Artifact | None,
        arguments: Sequence[str],
        schedule: Schedule | None,
        retries: int,
        timeout_minutes: int,
        max_executors: int,
        configuration: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        required = (max_executors + 1) * WORKER_VCPU
        if application.max_vcpu is not None and required > application.max_vcpu:
            raise ConstructError(
                scope,
                f"{max_executors} executors and a driver need {required} vCPU; {application.name} has "
                f"{application.max_vcpu}",
                fix="lower max_executors, or raise the application's max_vcpu",
            )
        self._application = application
        self.role: Final = role
        self.request: Final[dict[str, Any]] = job_request(
            self,
            application=application,
            name=physical_name,
            role_arn=role.arn,
            entry_point=code.location,
            arguments=arguments,
            archive=archive.location if archive else None,
            max_executors=max_executors,
            timeout_minutes=timeout_minutes,
            retries=retries,
            configuration=configuration,
        )
        self._grant_logging(role)
        self.scheduler_role: ServiceRole | None = None
        self.schedule_resource: aws.scheduler_schedule.SchedulerSchedule | None = None
        if schedule is not None:
            self._schedule(physical_name, schedule)

    def grant_start(self, grantee: Grantee) -> None:
        """Grant a role to start, watch and stop runs."""
        role = resolve_grantee(self, grantee)
        names = environment_of(self).names
        application = names.arn("emr-serverless", f"/applications/{self._application.application_id}")
        sid = pascal(slug(self._application.short_name))
        role.allow(
            statement(f"Start{sid}", ["emr-serverless:StartJobRun", "emr-serverless:GetApplication"], [application])
        )
        role.allow(
            statement(
                f"Watch{sid}",
                ["emr-serverless:CancelJobRun", "emr-serverless:GetJobRun"],
                [f"{application}/jobruns/*"],
            )
        )
        self._grant_pass_role(role)

    def _grant_pass_role(self, role: Role | RoleReference) -> None:
        to = {"StringEquals": {"iam:PassedToService": "emr-serverless.amazonaws.com"}}
        role.allow(statement("PassJobRole", ["iam:PassRole"], [self.role.arn], conditions=to))

    def _grant_logging(self, role: ServiceRole) -> None:
        """Grant CloudWatch and S3 logging (EMR Serverless user guide, "Storing logs")."""
        names, short_name = environment_of(self).names, self._application.short_name
        group = names.arn("logs", f"log-group:{log_group_name(names, short_name)}")
        bucket = names.bucket_arn(names.bucket(LOG_BUCKET_NAME))
        role.allow(statement("FindLogs", ["logs:DescribeLogGroups"], [names.arn("logs", "log-group:*")]))
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        role.allow(statement("WriteLogs", actions, [f"{group}:*"]))
        role.allow(statement("KeepLogs", ["s3:PutObject"], [f"{bucket}/{log_prefix(short_name)}*"]))
        alias = names.key_alias("spark", short_name)
        role.allow(key_usage_statement(self, alias, ["kms:Decrypt", "kms:GenerateDataKey"], sid="LogsKey"))

    def _schedule(self, name: str, schedule: Schedule) -> None:
        names, shared = environment_of(self).names, ScheduleGroup.of(self)
        scope = self.node.scope
        short_name = slug(scope.node.id) if scope else slug(self.node.id)
        self.scheduler_role = ServiceRole(
            self,
            "Starter",
            service="scheduler",
            description=f"EventBridge Scheduler starts {name} with it",
            name=f"{stack_of(self).stack_name}-{short_name}-start",
        )
        application = names.arn("emr-serverless", f"/applications/{self._application.application_id}")
        self.scheduler_role.allow(statement("Start", ["emr-serverless:StartJobRun"], [application]))
        self._grant_pass_role(self.scheduler_role)
        self.scheduler_role.allow(
            key_usage_statement(self, shared.key.alias, ["kms:Decrypt"], sid="ScheduleKey", via=None)
        )
        module = aws.scheduler_schedule
        self.schedule_resource = module.SchedulerSchedule(
            self,
            "Schedule",
            name=name,
            group_name=shared.group.name,
            description=f"Starts the Spark job {name}",
            schedule_expression=schedule.expression,
            schedule_expression_timezone="UTC",
            kms_key_arn=shared.key.arn,
            flexible_time_window=module.SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            target=module.SchedulerScheduleTarget(
                arn=f"arn:{names.partition}:scheduler:::aws-sdk:emrserverless:startJobRun",
                role_arn=self.scheduler_role.resource.arn,
                input=json.dumps({"ClientToken": "<aws.scheduler.execution-id>", **self.request}, sort_keys=True),
                retry_policy=module.SchedulerScheduleTargetRetryPolicy(
                    maximum_event_age_in_seconds=_START_WITHIN_SECONDS, maximum_retry_attempts=_START_TRIES
                ),
            ),
        )
        # CreateSchedule checks that the scheduler can assume the role.
        add_dependency(self.schedule_resource, self.scheduler_role)
