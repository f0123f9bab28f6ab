"""Glue workflows: jobs in sequence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.naming import slug
from lakekit.processing.glue_job import GlueJob
from lakekit.processing.schedule import Schedule
from lakekit.processing.spark_job import SparkJob


class GlueWorkflow(Construct):
    """Sequence of jobs on Glue: each starts when the previous one has succeeded.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        jobs: two or more SparkJobs with a GlueRuntime and without their own schedule.
        description: description of the workflow.
        schedule: `cron(…)`; on demand by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_glue_workflow`.
        triggers: the `aws_glue_trigger`s in order.

    Raises:
        ConstructError: fewer than two jobs, a job that does not run on Glue or has its own schedule, or a schedule
            that is not cron.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        jobs: Sequence[SparkJob],
        description: str,
        schedule: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        runs = [self._on_glue(job) for job in jobs]
        if len(runs) < 2:
            raise ConstructError(
                self, f"{len(runs)} jobs; at least 2 are required", fix="give a single job its own schedule"
            )
        self.name: Final = environment_of(self).names.resource(stack_of(self).stack_name, name or slug(id))
        self.resource: Final = aws.glue_workflow.GlueWorkflow(
            self,
            "Workflow",
            name=self.name,
            description=description,
            # A concurrent run would read incomplete output of the first one.
            max_concurrent_runs=1,
        )
        self.triggers: Final = [self._first(runs[0], self._cron(schedule))]
        for number, (before, run) in enumerate(itertools.pairwise(runs), 2):
            self.triggers.append(self._next(number, before, run))

    def _on_glue(self, job: SparkJob) -> GlueJob:
        if not isinstance(job.run, GlueJob) or job.run.trigger is not None:
            raise ConstructError(
                self,
                f"{job.node.path} does not run on Glue, or has its own schedule",
                fix="pass runtime=GlueRuntime() and no schedule to the job",
            )
        return job.run

    def _cron(self, schedule: str | None) -> str | None:
        try:
            parsed = Schedule.parse(schedule) if schedule is not None else None
        except ValueError as error:
            raise ConstructError(self, f"schedule {error}") from error
        if parsed and not parsed.is_cron:
            raise ConstructError(self, f"schedule {schedule}: Glue accepts cron(…) only")
        return schedule

    def _first(self, run: GlueJob, schedule: str | None) -> aws.glue_trigger.GlueTrigger:
        module = aws.glue_trigger
        return module.GlueTrigger(
            self,
            "Trigger1",
            name=f"{self.name}-1",
            description=f"Starts the workflow {self.name}",
            workflow_name=self.resource.name,
            type="SCHEDULED" if schedule else "ON_DEMAND",
            schedule=schedule,
            enabled=True if schedule else None,
            actions=[module.GlueTriggerActions(job_name=run.resource.name)],
        )

    def _next(self, number: int, before: GlueJob, run: GlueJob) -> aws.glue_trigger.GlueTrigger:
        module = aws.glue_trigger
        return module.GlueTrigger(
            self,
            f"Trigger{number}",
            name=f"{self.name}-{number}",
            description=f"After {before.name}",
            workflow_name=self.resource.name,
            type="CONDITIONAL",
            enabled=True,
            predicate=module.GlueTriggerPredicate(
                conditions=[module.GlueTriggerPredicateConditions(job_name=before.resource.name, state="SUCCEEDED")]
            ),
            actions=[module.GlueTriggerActions(job_name=run.resource.name)],
        )
